#include "fit/starts.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/random.h"
#include "fit/seeding.h"

namespace isoflop {

namespace {

// Streams of random numbers.
enum Stream : std::uint64_t { kSpreadStream, kRandomStream, kRowStream };

const Coefficient& coefficient_of(const FitObjective& objective, const FreeCoefficient& free) {
  return objective.law().coefficients()[free.index];
}

}  // namespace

SpreadPoints::SpreadPoints(std::size_t dimensions, std::uint64_t seed) {
  double ratio = 2;  // the positive root of x^(d+1) = x + 1
  for (int i = 0; i < 60; ++i) ratio = std::pow(1 + ratio, 1 / static_cast<double>(dimensions + 1));
  double step = 1;
  for (std::size_t d = 0; d < dimensions; ++d) {
    steps_.push_back(step /= ratio);
    shifts_.push_back(uniform(seed, kSpreadStream, d));
  }
}

std::vector<double> SpreadPoints::at(std::size_t index) const {
  std::vector<double> point(steps_.size());
  for (std::size_t d = 0; d < point.size(); ++d) {
    const double at = shifts_[d] + static_cast<double>(index + 1) * steps_[d];
    point[d] = at - std::floor(at);
  }
  return point;
}

std::vector<std::size_t> spread_rows(std::size_t rows, std::size_t count, std::uint64_t seed) {
  std::vector<std::size_t> spread(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t first = i * rows / count, last = (i + 1) * rows / count;
    const double at = uniform(seed, kRowStream, i) * static_cast<double>(last - first);
    spread[i] = first + static_cast<std::size_t>(at);
  }
  return spread;
}

Eigen::VectorXd random_start(const FitObjective& objective, std::size_t index) {
  const std::size_t count = objective.free().size();
  Eigen::VectorXd start(static_cast<Eigen::Index>(count));
  for (std::size_t j = 0; j < count; ++j)
    start[static_cast<Eigen::Index>(j)] = spread(
        objective.free()[j], uniform(objective.recipe().seed, kRandomStream, index * count + j));
  return start;
}

Result<std::size_t> published_grid_size(const FitObjective& objective) {
  std::size_t size = 1;
  for (const FreeCoefficient& free : objective.free()) {
    const Coefficient& coefficient = coefficient_of(objective, free);
    if (coefficient.starts.empty())
      return error(
          "recipe.starts=grid: no grid of starts was published for '{}' of {}: use auto or "
          "random:COUNT",
          coefficient.name, objective.law().key());
    size *= coefficient.starts.size();
  }
  return size;
}

Eigen::VectorXd published_grid_point(const FitObjective& objective, std::size_t index) {
  Eigen::VectorXd point(static_cast<Eigen::Index>(objective.free().size()));
  for (std::size_t j = objective.free().size(); j-- > 0;) {
    const FreeCoefficient& free = objective.free()[j];
    const std::vector<double>& starts = coefficient_of(objective, free).starts;
    point[static_cast<Eigen::Index>(j)] =
        std::clamp(starts[index % starts.size()], free.range.low, free.range.high);
    index /= starts.size();
  }
  return point;
}

}  // namespace isoflop
