#pragma once

namespace xentree {

// Runs the program's command and answers its exit code: 0 done, 1 failed (a sentence on standard error says
// why), or CLI11's code for a command line that is wrong.
int run_command_line(int argument_count, char** arguments);

} // namespace xentree
