# Embeds webapp/public/ and the renderer of /docs into xentree_app, packed, and writes the table of them, so that
# adding a page is adding a file: public/NAME.html is served at /NAME, public/index.html at /, others at their path.
include_guard()
include(${CMAKE_CURRENT_LIST_DIR}/embed.cmake)

set(webapp ${CMAKE_SOURCE_DIR}/webapp)
set(python /usr/bin/python3 -B)
set(web_declarations "")
set(web_rows "")

# xentree_web_file(PATH PACKED): serves PATH with the packed file PACKED
function(xentree_web_file path packed)
  string(MAKE_C_IDENTIFIER "web${path}" name)
  string(REGEX REPLACE "\\.html$" "" url ${path})
  string(REGEX REPLACE "^/index$" "/" url ${url})
  string(REGEX MATCH "[a-z]+$" type ${path})
  xentree_embed(xentree_app ${name} ${packed})
  string(APPEND web_declarations "extern const char ${name}_begin[], ${name}_end[];\n")
  string(APPEND web_rows "    {\"${url}\", WebFileType::${type}, {${name}_begin, ${name}_end}},\n")
  set(web_declarations "${web_declarations}" PARENT_SCOPE)
  set(web_rows "${web_rows}" PARENT_SCOPE)
endfunction()

file(GLOB_RECURSE public_files CONFIGURE_DEPENDS ${webapp}/public/*.html ${webapp}/public/*.css
  ${webapp}/public/*.js ${webapp}/public/*.svg)
foreach(file ${public_files})
  string(REPLACE "${webapp}/public" "" path ${file})
  set(packed ${CMAKE_BINARY_DIR}/web${path}.gz)
  add_custom_command(OUTPUT ${packed}
    COMMAND ${python} ${webapp}/pack.py ${file} ${packed}
    DEPENDS ${file} ${webapp}/pack.py)
  xentree_web_file(${path} ${packed})
endforeach()

# The folder of what npm brought is shared by all builds of this clone.
set(packed ${CMAKE_BINARY_DIR}/web/assets/scalar.js.gz)
add_custom_command(OUTPUT ${packed}
  COMMAND ${python} ${webapp}/renderer.py ${CMAKE_SOURCE_DIR}/build/webapp ${packed}
  DEPENDS ${webapp}/package.json ${webapp}/package-lock.json ${webapp}/.npmrc ${webapp}/renderer.py ${webapp}/pack.py
  COMMENT "Fetching the renderer of /docs")
xentree_web_file(/assets/scalar.js ${packed})

file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/web_files_built_in.cpp @ONLY CONTENT [[
#include "app/web_files.h"

extern "C" {
@web_declarations@}

std::span<const xentree::WebFile> xentree::web_files() {
    static const std::vector<WebFile> all = {
@web_rows@    };
    return all;
}
]])
target_sources(xentree_app PRIVATE ${CMAKE_BINARY_DIR}/web_files_built_in.cpp)
