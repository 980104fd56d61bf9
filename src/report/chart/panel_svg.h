// One panel of a figure: axes, marks, and labels that do not cover each other.
#pragma once

#include <cstddef>
#include <string>

#include "report/chart/svg.h"
#include "workflow/figure.h"

namespace isoflop {

struct PixelBox {
  double x = 0, y = 0, width = 0, height = 0;
};

// Shapes that points are drawn with: definitions that write_panel() refers to, once a figure.
void write_shapes(const std::string& id, Svg& svg);

struct PanelPlace {
  PixelBox box;
  std::string id;         // of the figure
  std::size_t index = 0;  // tells its panels apart
  bool with_tips = true;
};
void write_panel(const Panel& panel, const PanelPlace& place, Svg& svg);

}  // namespace isoflop
