// NIST's problems solved by Ceres.
#pragma once

#include <vector>

#include "support/nist.h"

namespace isoflop::test {

struct CeresEnd {
  std::vector<double> coefficients;
  double sum_of_squares = 0;
};

// Levenberg and Marquardt's method with dense QR and tight tolerances, from one of the two starts.
CeresEnd solve_with_ceres(const NistProblem& problem, std::size_t start);

}  // namespace isoflop::test
