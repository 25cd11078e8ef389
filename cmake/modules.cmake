# One static library a folder of src/. Arrows between them run downwards only (docs/architecture.md);
# tests/house checks the includes.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(PkgConfig REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(date CONFIG REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n)
find_package(ZLIB REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(sqlite REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)

include(cmake/embed.cmake)

# xentree_module(NAME DEPENDENCIES...): src/NAME as the library xentree_NAME
function(xentree_module name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
  if(NOT sources)
    file(WRITE ${CMAKE_BINARY_DIR}/empty.cpp "")
    set(sources ${CMAKE_BINARY_DIR}/empty.cpp)
  endif()
  add_library(xentree_${name} STATIC ${sources})
  target_include_directories(xentree_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(xentree_${name} PUBLIC ${ARGN})
  target_compile_definitions(xentree_${name} PUBLIC
    BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
    BOOST_ASIO_DISABLE_BOOST_COROUTINE)
  if(name STREQUAL base)
    target_precompile_headers(xentree_base PRIVATE ${CMAKE_SOURCE_DIR}/src/base/precompiled.h)
  else()
    target_precompile_headers(xentree_${name} REUSE_FROM xentree_base)
  endif()
endfunction()

xentree_module(base Threads::Threads Boost::boost Boost::json fmt::fmt spdlog::spdlog PkgConfig::sodium
  date::date date::date-tz ICU::uc ICU::i18n)
xentree_module(contract xentree_base PkgConfig::re2 Boost::url)
xentree_module(storage xentree_base PkgConfig::sqlite PkgConfig::libpq)
xentree_module(security xentree_base OpenSSL::Crypto ZLIB::ZLIB)
xentree_module(http xentree_contract Boost::url CURL::libcurl ZLIB::ZLIB prometheus-cpp::core)
xentree_module(ai xentree_http stemmer)
xentree_module(features xentree_http xentree_storage xentree_ai xentree_security)
xentree_module(app xentree_features)

# The contract as one JSON document, inside the program.
file(GLOB contract_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/contract/*.yaml)
add_custom_command(
  OUTPUT ${CMAKE_BINARY_DIR}/contract.json
  COMMAND /usr/bin/python3 -B ${CMAKE_SOURCE_DIR}/contract/bundle.py ${CMAKE_BINARY_DIR}/contract.json
  DEPENDS ${CMAKE_SOURCE_DIR}/contract/bundle.py ${contract_files})
xentree_embed(xentree_contract contract_bundle ${CMAKE_BINARY_DIR}/contract.json)

include(cmake/migrations.cmake)
include(cmake/webapp.cmake)

add_custom_target(version
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${CMAKE_SOURCE_DIR} -DVERSION=${PROJECT_VERSION}
    -DOUTPUT=${CMAKE_BINARY_DIR}/version.cpp -P ${CMAKE_SOURCE_DIR}/cmake/version.cmake
  BYPRODUCTS ${CMAKE_BINARY_DIR}/version.cpp)
target_sources(xentree_app PRIVATE ${CMAKE_BINARY_DIR}/version.cpp)
add_dependencies(xentree_app version)

add_executable(xentree src/main.cpp)
target_link_libraries(xentree PRIVATE xentree_app)

# tests/unit/NAME/*.cpp as the program unit_NAME; a machine that only serves has no GoogleTest.
find_package(GTest QUIET)
if(GTest_FOUND)
  enable_testing()
  file(GLOB parts LIST_DIRECTORIES true ${CMAKE_SOURCE_DIR}/tests/unit/*)
  foreach(part ${parts})
    get_filename_component(name ${part} NAME)
    file(GLOB sources CONFIGURE_DEPENDS ${part}/*.cpp)
    add_executable(unit_${name} ${sources})
    target_link_libraries(unit_${name} PRIVATE xentree_${name} GTest::gtest_main)
    target_precompile_headers(unit_${name} REUSE_FROM xentree_base)
    add_test(NAME unit_${name} COMMAND unit_${name})
    list(APPEND unit_programs unit_${name})
  endforeach()
  target_link_libraries(unit_http PRIVATE OpenSSL::SSL) # for a mail server with TLS
  add_custom_target(unit_tests DEPENDS ${unit_programs})
endif()
