#include "cli/terminal_chart.h"

#include <unistd.h>

#include <algorithm>

#include "cli/terminal.h"
#include "report/chart/figure_text.h"

namespace isoflop::cli {

namespace {

constexpr std::size_t kWidest = 100;

}  // namespace

Flag plot_flag(bool& plot) {
  return Flag("--plot", "", "show a small chart below the result, on a terminal", switch_into(plot),
              {.group = "Output"});
}

std::string terminal_chart(const Figure& figure) {
  if (!is_terminal(STDOUT_FILENO)) return "";
  return "\n" + figure_text(figure, {.width = std::min(kWidest, terminal_width(STDOUT_FILENO))});
}

}  // namespace isoflop::cli
