// Quantiles of numbers.
#pragma once

#include <span>

namespace isoflop {

// Of sorted numbers without NaN, between the order statistics around it, linearly (definition 7 of
// Hyndman and Fan 1996). NaN of no numbers and where the share is NaN.
double quantile(std::span<const double> sorted, double share);

}  // namespace isoflop
