// The value that most of a column has.
#pragma once

#include <span>

namespace isoflop {

// Of several that are as frequent, the one that is so first, row by row; 0 without any.
double usual_value(std::span<const double> values);

}  // namespace isoflop
