# Run at each build: writes the version and the commit into OUTPUT, where they have changed.
execute_process(COMMAND git rev-parse --short=12 HEAD WORKING_DIRECTORY ${SOURCE}
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT commit)
  set(commit unknown)
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT [[
#include "app/version.h"

namespace xentree {

const std::string_view program_version = "@VERSION@";
const std::string_view program_commit = "@commit@";

} // namespace xentree
]] @ONLY)
