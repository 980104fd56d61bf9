// What a terminal is like.
#pragma once

#include <cstddef>

namespace isoflop::cli {

bool is_terminal(int descriptor);
// Characters in a line: of COLUMNS in the environment, else of the terminal, else 80.
std::size_t terminal_width(int descriptor);

}  // namespace isoflop::cli
