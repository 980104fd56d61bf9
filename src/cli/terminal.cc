#include "cli/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "report/chart/figure_text.h"

namespace isoflop::cli {

namespace {

constexpr std::size_t kUsualWidth = 80;
constexpr std::size_t kWidestChart = 100;

// Bytes of the character of UTF-8 that the text starts with; 0 where there is none.
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xC0U) != 0x80) return 0;
  return size;
}

// C0, DEL and, in UTF-8, C1.
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (first == 0xC2) return static_cast<unsigned char>(character[1]) < 0xA0;
  return (first < 0x20 && first != '\n' && first != '\t') || first == 0x7F;
}

}  // namespace

bool is_terminal(int descriptor) { return isatty(descriptor) == 1; }

std::size_t terminal_width(int descriptor) {
  if (const char* columns = std::getenv("COLUMNS"); columns != nullptr)
    if (const int width = std::atoi(columns); width > 0) return static_cast<std::size_t>(width);
  winsize size = {};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kUsualWidth;
}

std::string printable(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(size, 1));
    if (size > 0 && !is_control(character))
      safe += character;
    else
      for (const char c : character)
        safe += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    text.remove_prefix(character.size());
  }
  return safe;
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
