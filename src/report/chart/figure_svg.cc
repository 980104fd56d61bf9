#include "report/chart/figure_svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <vector>

#include "report/chart/figure_style.h"
#include "report/chart/panel_svg.h"
#include "report/chart/svg.h"

namespace isoflop {

namespace {

constexpr double kMargin = 16, kTitleSize = 17, kTextSize = 13, kLineGap = 1.35;
constexpr double kPanelShape = 0.62, kNarrowShape = 0.8, kSquareShape = 0.85;  // height over width
constexpr double kNarrow = 560;

std::vector<std::string> wrapped(const std::string& text, double size, double width) {
  std::vector<std::string> lines;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (lines.empty() || text_width(lines.back() + " " + word, size) > width)
      lines.push_back(word);
    else
      lines.back() += " " + word;
  }
  return lines;
}

double panel_height(const Figure& figure, double width) {
  if (figure.panels.size() > 2) return width * kSquareShape;
  return width * (width < kNarrow ? kNarrowShape : kPanelShape);
}

class Writer {
 public:
  Writer(const Figure& figure, const FigureStyle& style)
      : figure_(figure),
        width_(std::clamp(style.width, FigureStyle::kNarrowest, FigureStyle::kWidest)),
        style_(style) {}

  std::string run() {
    const std::vector<std::string> title = wrapped(figure_.title, kTitleSize * 1.05, inner());
    const std::vector<std::string> what = wrapped(figure_.what, kTextSize, inner());
    const double top = kMargin + static_cast<double>(title.size()) * kTitleSize * kLineGap +
                       static_cast<double>(what.size()) * kTextSize * kLineGap + 10;
    // Side by side where there is room for it.
    const std::size_t columns =
        std::min(figure_.columns, width_ < kNarrow ? std::size_t{1} : figure_.panels.size());
    const std::size_t rows =
        (figure_.panels.size() + columns - 1) / std::max<std::size_t>(1, columns);
    const double each = (inner() - kMargin * static_cast<double>(columns - 1)) /
                        static_cast<double>(std::max<std::size_t>(1, columns));
    double tall = panel_height(figure_, each);
    if (style_.height > top)
      tall = (style_.height - top - kMargin) / static_cast<double>(std::max<std::size_t>(1, rows));
    const double height = top + tall * static_cast<double>(rows) + kMargin;

    begin(height);
    write_lines(title, "title ink", kTitleSize, kMargin + kTitleSize);
    write_lines(what, "quiet", kTextSize,
                kMargin + static_cast<double>(title.size()) * kTitleSize * kLineGap + kTextSize);
    for (std::size_t i = 0; i < figure_.panels.size(); ++i) {
      const std::size_t column = i % columns, row = i / columns;
      const PixelBox box{kMargin + static_cast<double>(column) * (each + kMargin),
                         top + static_cast<double>(row) * tall, each, tall};
      write_panel(figure_.panels[i],
                  {.box = box, .id = style_.id, .index = i, .with_tips = !style_.in_page}, svg_);
    }
    svg_.close("svg");
    return svg_.take();
  }

 private:
  [[nodiscard]] double inner() const { return width_ - 2 * kMargin; }

  void begin(double height) {
    svg_.open("svg",
              fmt::format("xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
                          "viewBox=\"0 0 {0} {1}\" role=\"img\"",
                          coordinate(width_), coordinate(height)));
    svg_.text("title", "", figure_.title);
    svg_.text("desc", "", figure_.what + ". " + figure_.numbers);
    if (!style_.in_page) svg_.raw("style", figure_style_sheet(style_.theme));
    write_shapes(style_.id, svg_);
    svg_.element("rect", fmt::format("class=\"paper\" width=\"{}\" height=\"{}\"",
                                     coordinate(width_), coordinate(height)));
  }

  void write_lines(const std::vector<std::string>& lines, std::string_view classes, double size,
                   double y) {
    for (const std::string& line : lines) {
      svg_.text("text",
                fmt::format("class=\"{}\" x=\"{}\" y=\"{}\"", classes, coordinate(kMargin),
                            coordinate(y)),
                line);
      y += size * kLineGap;
    }
  }

  const Figure& figure_;
  double width_;
  const FigureStyle& style_;
  Svg svg_;
};

}  // namespace

std::string figure_svg(const Figure& figure, const FigureStyle& style) {
  return Writer(figure, style).run();
}

}  // namespace isoflop
