// A figure as SVG: one file that a browser, a paper and rsvg-convert show alike.
#pragma once

#include <cstdint>
#include <string>

#include "workflow/figure.h"

namespace isoflop {

struct FigureStyle {
  enum class Theme : std::uint8_t {
    kLight,
    kDark,
    kViewer
  };  // kViewer: as who looks at it prefers
  static constexpr double kNarrowest = 480, kWidest = 2000;

  double width = 900;
  double height = 0;  // 0: what suits the width and the panels
  Theme theme = Theme::kViewer;
  // Within a page: the page has the style sheet, points are found by their runs and have no text of
  // their own, and the ids of each figure start with its own word.
  bool in_page = false;
  std::string id = "figure";
};

// Colours are those of Okabe and Ito for series, which can be told apart by all kinds of colour
// vision, and a ramp that darkens evenly for scales; series differ in their dashes and shapes too.
// The text is the same for the same figure.
std::string figure_svg(const Figure& figure, const FigureStyle& style = {});

}  // namespace isoflop
