// How compute-optimal plans grow with their budget.
#pragma once

#include <span>

#include "isoflop/plan.h"

namespace isoflop {

// Slopes of ln N, ln P and ln D over ln C, by least squares: a and b of N ~ C^a, D ~ C^b (Hoffmann
// et al. 2022). `least` and `most` of N are the smallest and largest slope between two neighbours:
// where they differ, N is no power of C. NaN with fewer than two answers.
struct GrowthExponents {
  double N = 0, P = 0, D = 0;
  double least_N = 0, most_N = 0;
};
GrowthExponents growth_exponents(std::span<const Plan> plans);

}  // namespace isoflop
