# Embeds src/storage/migrations/*.sql into xentree_storage and writes the table of them, so that adding a
# migration is adding a file.
include_guard()
include(${CMAKE_CURRENT_LIST_DIR}/embed.cmake)

file(GLOB migrations CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/storage/migrations/*.sql)
set(declarations "")
set(rows "")
set(version 0)
foreach(file ${migrations})
  get_filename_component(name ${file} NAME_WE)
  math(EXPR version "${version} + 1")
  string(REGEX MATCH "^[0-9][0-9][0-9]_[a-z0-9_]+$" proper "${name}")
  string(REGEX REPLACE "^0*([0-9]+)_.*$" "\\1" number "${name}")
  if(NOT proper OR NOT number EQUAL version)
    message(FATAL_ERROR "${file}: migrations are named 001_what.sql, 002_what.sql, ... without a gap")
  endif()
  xentree_embed(xentree_storage migration_${name} ${file})
  string(APPEND declarations "extern const char migration_${name}_begin[], migration_${name}_end[];\n")
  string(APPEND rows "    {${version}, \"${name}\", {migration_${name}_begin, migration_${name}_end}},\n")
endforeach()

file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/migrations_built_in.cpp @ONLY CONTENT [[
#include "storage/migrations.h"

extern "C" {
@declarations@}

std::span<const xentree::Migration> xentree::built_in_migrations() {
    static const std::vector<Migration> all = {
@rows@    };
    return all;
}
]])
target_sources(xentree_storage PRIVATE ${CMAKE_BINARY_DIR}/migrations_built_in.cpp)
