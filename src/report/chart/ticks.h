// Where a value is on an axis, where the axis has its ticks, and their texts.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "workflow/figure.h"

namespace isoflop {

// 0 at the low end of what is shown, 1 at the high end; below, above or not finite elsewhere.
double axis_share(double value, const FigureAxis& axis);

struct Tick {
  double value;
  std::string text;
};

// At most `most` (2 or more) round values within the axis's range, at least two where that can be:
// 1, 2, 5 and their like on a linear axis; whole decades on a logarithmic one, with 1, 3 or 1, 2, 5
// of each where there is room, and the linear ones within a decade; 0, 0.5, 0.9, 0.99, ... on one
// of density.
std::vector<Tick> ticks(const FigureAxis& axis, std::size_t most);

// A value as the axis writes it.
std::string tick_text(double value, FigureAxis::Unit unit);

}  // namespace isoflop
