// What a terminal is like, and small charts on it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "cli/command.h"
#include "workflow/figure.h"

namespace isoflop::cli {

bool is_terminal(int descriptor);
// Characters in a line: of COLUMNS in the environment, else of the terminal, else 80.
std::size_t terminal_width(int descriptor);

// A text whose control characters, and bytes that are no UTF-8, stand as "\\x1b": names come from
// files of others, and a terminal obeys what they hold. Line ends and tabs stay.
std::string printable(std::string_view text);

Flag plot_flag(bool& plot);

// An empty line and the chart, as wide as the terminal but for very wide ones; nothing where
// standard output is not a terminal.
std::string terminal_chart(const Figure& figure);

}  // namespace isoflop::cli
