// Parses a command line and runs its command. The one file that includes CLI11.
#pragma once

#include <span>

#include "cli/command.h"

namespace isoflop::cli {

// Returns the program's exit code: 0 done, 1 the work failed, 2 the user's input is wrong, 130
// stopped with Ctrl-C (143 with SIGTERM). No file is replaced then: what is finished is written
// where none was.
int run_command_line(std::span<const Command> commands, int argc, const char* const* argv);

}  // namespace isoflop::cli
