// Where a value stands on an axis.
#pragma once

#include "workflow/figure.h"

namespace isoflop {

// 0 at the low end of what is shown, 1 at the high end; below, above or not finite elsewhere.
double axis_share(double value, const FigureAxis& axis);

}  // namespace isoflop
