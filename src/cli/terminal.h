// What a terminal is like.
#pragma once

#include <cstddef>

namespace isoflop::cli {

// Of a file descriptor: whether it is a terminal, and how many characters a line of it has (80
// where it does not say).
bool is_terminal(int descriptor);
std::size_t terminal_width(int descriptor);

}  // namespace isoflop::cli
