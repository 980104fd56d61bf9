#include "report/chart/figure_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "report/chart/ticks.h"

namespace isoflop {

namespace {

constexpr std::size_t kDotsAcross = 2, kDotsDown = 4;  // of a braille character
constexpr std::size_t kNarrowest = 20;                 // characters of a plot
constexpr std::size_t kLinesToATick = 3, kCharactersToATick = 10;
constexpr std::uint32_t kBlankBraille = 0x2800;
// Which bit of a braille character is the dot in each row and column (Unicode 15, U+2800).
constexpr std::uint32_t kDotBits[kDotsDown][kDotsAcross] = {
    {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
constexpr const char* kRing = "○";

std::string utf8(std::uint32_t braille) {
  return {static_cast<char>(0xE0 | (braille >> 12)),
          static_cast<char>(0x80 | ((braille >> 6) & 63)),
          static_cast<char>(0x80 | (braille & 63))};
}

struct Dot {
  double x = 0, y = 0;  // from the left, from the top
};

class PlotText {
 public:
  PlotText(const Panel& panel, const TextSize& size) : panel_(panel), rows_(size.height) {
    y_ticks_ = ticks(
        panel.y, panel.y.names.empty() ? std::max<std::size_t>(2, rows_ / kLinesToATick) : rows_);
    for (const Tick& tick : y_ticks_) left_ = std::max(left_, tick.text.size() + 1);
    std::size_t right = 0;
    for (const Mark& mark : panel.marks)
      if (mark.kind == Mark::Kind::kLine && !mark.label.empty())
        right = std::max(right, mark.label.size() + 1);
    right_ = std::min(right, size.width / 3);
    if (size.width < left_ + 1 + right_ + kNarrowest) return;
    columns_ = size.width - left_ - 1 - right_;
    cells_.assign(rows_, std::vector<std::string>(columns_));
    dots_.assign(rows_, std::vector<std::uint32_t>(columns_));
    names_.assign(rows_, "");
  }

  std::string run() {
    if (columns_ == 0) return "";
    for (const Mark& mark : panel_.marks) draw(mark);
    for (const Mark& mark : panel_.marks)
      if (mark.kind == Mark::Kind::kOptimum) draw_rings(mark);
    std::string text = panel_.y.title.empty() ? "" : panel_.y.title + "\n";
    for (std::size_t row = 0; row < rows_; ++row) text += line(row);
    return text + x_axis();
  }

 private:
  // In dots; nothing for what is not finite or far outside.
  [[nodiscard]] std::optional<Dot> place(double x, double y) const {
    const double across = axis_share(x, panel_.x), down = 1 - axis_share(y, panel_.y);
    if (!(std::abs(across) < 100 && std::abs(down) < 100)) return std::nullopt;
    return Dot{.x = across * (static_cast<double>(columns_ * kDotsAcross) - 1),
               .y = down * (static_cast<double>(rows_ * kDotsDown) - 1)};
  }

  // Row and column of the character at a dot, where that is within the plot.
  [[nodiscard]] std::optional<std::pair<std::size_t, std::size_t>> cell(const Dot& dot) const {
    const double x = std::round(dot.x), y = std::round(dot.y);
    if (x < 0 || y < 0) return std::nullopt;
    const auto column = static_cast<std::size_t>(x) / kDotsAcross;
    const auto row = static_cast<std::size_t>(y) / kDotsDown;
    if (column >= columns_ || row >= rows_) return std::nullopt;
    return std::pair{row, column};
  }

  void set(const Dot& dot) {
    const auto at = cell(dot);
    if (!at) return;
    const auto x = static_cast<std::size_t>(std::round(dot.x));
    const auto y = static_cast<std::size_t>(std::round(dot.y));
    dots_[at->first][at->second] |= kDotBits[y % kDotsDown][x % kDotsAcross];
  }

  void draw(const Mark& mark) {
    if (mark.kind == Mark::Kind::kOptimum) return;
    if (mark.kind == Mark::Kind::kPoints) {
      for (std::size_t i = 0; i < mark.x.size(); ++i)
        if (const auto dot = place(mark.x[i], mark.y[i])) set(*dot);
      return;
    }
    draw_line(mark.x, mark.y);
    if (mark.kind == Mark::Kind::kBand) draw_line(mark.x, mark.high);
    if (!mark.label.empty()) name(mark);
  }

  void draw_line(const std::vector<double>& xs, const std::vector<double>& ys) {
    std::optional<Dot> last;
    for (std::size_t i = 0; i < xs.size(); ++i) {
      const std::optional<Dot> next = place(xs[i], ys[i]);
      if (last && next) {
        const double steps = std::max(
            1.0, std::ceil(std::max(std::abs(next->x - last->x), std::abs(next->y - last->y))));
        for (double step = 0; step <= steps; ++step)
          set({.x = std::lerp(last->x, next->x, step / steps),
               .y = std::lerp(last->y, next->y, step / steps)});
      }
      last = next;
    }
  }

  // Beside the line's right end, or the nearest line of text that is free.
  void name(const Mark& mark) {
    for (std::size_t i = mark.x.size(); i-- > 0;) {
      const auto dot = place(mark.x[i], mark.y[i]);
      const auto at = dot ? cell(*dot) : std::nullopt;
      if (!at) continue;
      for (std::size_t away = 0; away < rows_; ++away)
        for (const std::size_t row : {at->first + away, at->first - away})
          if (row < rows_ && names_[row].empty()) {
            names_[row] = mark.label.substr(0, right_ - 1);
            return;
          }
    }
  }

  void draw_rings(const Mark& mark) {
    for (std::size_t i = 0; i < mark.x.size(); ++i) {
      const auto dot = place(mark.x[i], mark.y[i]);
      const auto at = dot ? cell(*dot) : std::nullopt;
      if (!at) continue;
      cells_[at->first][at->second] = kRing;
      if (i < mark.tips.size()) label(at->first, at->second, mark.tips[i]);
    }
  }

  // Whether text from there on would cover other text, or (where `strict`) dots.
  [[nodiscard]] bool free(std::size_t row, std::ptrdiff_t from, std::size_t length,
                          bool strict) const {
    if (row >= rows_ || from < 0 || static_cast<std::size_t>(from) + length > columns_)
      return false;
    for (auto column = static_cast<std::size_t>(from); column < from + length; ++column)
      if (!cells_[row][column].empty() || (strict && dots_[row][column] != 0)) return false;
    return true;
  }

  // Beside a ring, above or below it, rather where no dots are; nowhere where there is no room.
  void label(std::size_t row, std::size_t column, const std::string& text) {
    const auto middle = static_cast<std::ptrdiff_t>(column);
    const auto length = static_cast<std::ptrdiff_t>(text.size());
    const std::pair<std::size_t, std::ptrdiff_t> places[] = {{row, middle + 2},
                                                             {row - 1, middle - length / 2},
                                                             {row + 1, middle - length / 2},
                                                             {row, middle - length - 1}};
    for (const bool strict : {true, false})
      for (const auto& [line, from] : places) {
        if (!free(line, from, text.size(), strict)) continue;
        for (std::size_t i = 0; i < text.size(); ++i)
          cells_[line][static_cast<std::size_t>(from) + i] = text[i];
        return;
      }
  }

  [[nodiscard]] std::size_t row_of(double value) const {
    const auto dot = place(panel_.x.range.low, value);
    const auto at = dot ? cell({.x = 0, .y = dot->y}) : std::nullopt;
    return at ? at->first : rows_;
  }

  [[nodiscard]] std::string line(std::size_t row) const {
    std::string tick;
    for (const Tick& each : y_ticks_)
      if (row_of(each.value) == row) tick = each.text;
    std::string text = fmt::format("{:>{}} {}", tick, left_ - 1, tick.empty() ? "│" : "┤");
    for (std::size_t column = 0; column < columns_; ++column) {
      const std::uint32_t dots = dots_[row][column];
      if (!cells_[row][column].empty())
        text += cells_[row][column];
      else
        text += dots == 0 ? " " : utf8(kBlankBraille + dots);
    }
    if (!names_[row].empty()) text += " " + names_[row];
    text.erase(text.find_last_not_of(' ') + 1);
    return text + "\n";
  }

  [[nodiscard]] std::string x_axis() const {
    std::vector<std::string> rule(columns_, "─");
    std::string under(left_ + 1 + columns_ + right_, ' ');
    std::size_t taken = 0;
    for (const Tick& tick :
         ticks(panel_.x, std::max<std::size_t>(2, columns_ / kCharactersToATick))) {
      const auto dot = place(tick.value, panel_.y.range.low);
      const auto at = dot ? cell({.x = dot->x, .y = 0}) : std::nullopt;
      if (!at) continue;
      const std::size_t middle = left_ + 1 + at->second, half = tick.text.size() / 2;
      const std::size_t from = middle > half ? middle - half : 0;
      if (from < taken || from + tick.text.size() > under.size()) continue;
      rule[at->second] = "┬";
      under.replace(from, tick.text.size(), tick.text);
      taken = from + tick.text.size() + 1;
    }
    under.erase(under.find_last_not_of(' ') + 1);
    const std::size_t indent =
        left_ + 1 + (columns_ > panel_.x.title.size() ? (columns_ - panel_.x.title.size()) / 2 : 0);
    return fmt::format("{}└{}\n{}\n{}{}\n", std::string(left_, ' '), fmt::join(rule, ""), under,
                       std::string(indent, ' '), panel_.x.title);
  }

  const Panel& panel_;
  std::size_t rows_, columns_ = 0;    // characters
  std::size_t left_ = 1, right_ = 0;  // for ticks and names
  std::vector<Tick> y_ticks_;
  std::vector<std::vector<std::string>> cells_;  // rings and labels, on top of the dots
  std::vector<std::vector<std::uint32_t>> dots_;
  std::vector<std::string> names_;  // right of each row
};

}  // namespace

std::string figure_text(const Figure& figure, const TextSize& size) {
  std::string text = figure.title + "\n";
  if (!figure.panels.empty()) text += PlotText(figure.panels[0], size).run();
  return text;
}

}  // namespace isoflop
