// The solvers that look for the best known objective, each with its own evaluation of the law but
// for the engine itself.
#pragma once

#include <string>
#include <vector>

#include "slow/problems.h"

namespace isoflop::test {

struct Found {
  std::string solver;                // "engine", "nlopt", "ceres"
  double objective = 0;              // the lowest, as that solver sums it
  std::vector<double> coefficients;  // there
  std::size_t starts = 0;            // random ones
  std::size_t reached = 0;           // of these, within 1e-6 (relative) of the lowest
  double seconds = 0;
};

// Refinements from so many random starts, and a long one from the best ends.
Found search_with_engine(const Problem& problem, std::size_t starts);
// Besides: controlled random search (GN_CRS2_LM) over what is plausible.
Found search_with_nlopt(const Problem& problem, std::size_t starts);
Found search_with_ceres(const Problem& problem, std::size_t starts);

// F of the laws written by hand, at coefficients.
double objective_by_hand(const Problem& problem, const std::vector<double>& coefficients);

// The index of the lowest ends, best first, at most `most` of them.
std::vector<std::size_t> lowest(const std::vector<double>& objectives, std::size_t most);
std::size_t count_near(const std::vector<double>& objectives, double lowest);

}  // namespace isoflop::test
