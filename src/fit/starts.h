// Points to start from, other than those of seeding.h.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

#include "fit/objective.h"

namespace isoflop {

// A low-discrepancy sequence in the unit cube: the additive recurrence of the generalised golden
// ratio, shifted by the seed.
class SpreadPoints {
 public:
  SpreadPoints(std::size_t dimensions, std::uint64_t seed);
  [[nodiscard]] std::vector<double> at(std::size_t index) const;

 private:
  std::vector<double> steps_, shifts_;
};

// `count` of the rows 0 ... rows - 1, one drawn from each of as many even parts: of every k-th
// row a sweep's inner loops might show one value alone.
std::vector<std::size_t> spread_rows(std::size_t rows, std::size_t count, std::uint64_t seed);

// Free coefficients drawn from (seed, index): even over their ranges, scales even in logarithm.
Eigen::VectorXd random_start(const FitObjective& objective, std::size_t index);

// How many points the product of the published starts of the free coefficients has, and each of
// them. The error: no starts were published for a coefficient.
Result<std::size_t> published_grid_size(const FitObjective& objective);
Eigen::VectorXd published_grid_point(const FitObjective& objective, std::size_t index);

}  // namespace isoflop
