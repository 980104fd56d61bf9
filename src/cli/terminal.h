// What a terminal is like, and small charts on it.
#pragma once

#include <cstddef>
#include <string>

#include "cli/command.h"
#include "workflow/figure.h"

namespace isoflop::cli {

bool is_terminal(int descriptor);
// Characters in a line: of COLUMNS in the environment, else of the terminal, else 80.
std::size_t terminal_width(int descriptor);

Flag plot_flag(bool& plot);

// An empty line and the chart, as wide as the terminal but for very wide ones; nothing where
// standard output is not a terminal.
std::string terminal_chart(const Figure& figure);

}  // namespace isoflop::cli
