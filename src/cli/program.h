// The program as a function: that of the executable, and of the Python package, which brings it
// along.
#pragma once

namespace isoflop::cli {

// All commands. Gives the exit code; running out of memory ends the process.
int run_program(int argc, const char* const* argv);

}  // namespace isoflop::cli
