#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "report/chart/figure_text.h"

namespace isoflop::cli {

namespace {

constexpr std::size_t kUsualWidth = 80;
constexpr std::size_t kWidestChart = 100;

}  // namespace

bool is_terminal(int descriptor) { return isatty(descriptor) == 1; }

std::size_t terminal_width(int descriptor) {
  if (const char* columns = std::getenv("COLUMNS"); columns != nullptr)
    if (const int width = std::atoi(columns); width > 0) return static_cast<std::size_t>(width);
  winsize size = {};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kUsualWidth;
}

Flag plot_flag(bool& plot) {
  return Flag("--plot", "", "show a small chart below the result, on a terminal", switch_into(plot),
              {.group = "Output"});
}

std::string terminal_chart(const Figure& figure) {
  if (!is_terminal(STDOUT_FILENO)) return "";
  return "\n" +
         figure_text(figure, {.width = std::min(kWidestChart, terminal_width(STDOUT_FILENO))});
}

}  // namespace isoflop::cli
