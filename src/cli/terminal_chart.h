// --plot: a small chart below a page, on a terminal.
#pragma once

#include <string>

#include "cli/command.h"
#include "workflow/figure.h"

namespace isoflop::cli {

Flag plot_flag(bool& plot);

// An empty line and the chart, as wide as the terminal but for very wide ones; nothing where
// standard output is not a terminal.
std::string terminal_chart(const Figure& figure);

}  // namespace isoflop::cli
