// One panel of a figure: axes, marks, and labels that do not cover each other.
#pragma once

#include <cstddef>

#include "report/figure.h"
#include "report/svg.h"

namespace isoflop {

struct Box {
  double x = 0, y = 0, width = 0, height = 0;
};

// `index` tells the panels of a figure apart.
void write_panel(const Panel& panel, const Box& box, std::size_t index, Svg& svg);

}  // namespace isoflop
