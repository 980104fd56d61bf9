#include "optimizer/gp_hyperparameters.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "optimizer/gp_likelihood.h"
#include "optimizer/order.h"
#include "optimizer/random_stream.h"

namespace isoflop {

namespace {

constexpr std::size_t kMostRows = 128;
constexpr std::size_t kEvaluations = 30;
constexpr double kMuchNoise = 0.03;

std::vector<Eigen::Index> chosen_rows(const Eigen::VectorXd& values, std::uint64_t seed) {
  const auto count = static_cast<std::size_t>(values.size());
  if (count <= kMostRows) {
    std::vector<Eigen::Index> all;
    for (Eigen::Index row = 0; row < values.size(); ++row) all.push_back(row);
    return all;
  }
  std::vector<Eigen::Index> rows = ascending(values);
  RandomStream random = random_stream(StreamUse::kSubset, seed, count);
  for (std::size_t i = kMostRows / 2; i < kMostRows; ++i)
    std::swap(rows[i], rows[i + random.below(count - i)]);
  rows.resize(kMostRows);
  return rows;
}

}  // namespace

GpHyperparameters most_likely_hyperparameters(const SurrogateData& data, std::uint64_t seed) {
  const std::vector<Eigen::Index> rows = chosen_rows(data.values, seed);
  const GpLikelihood likelihood(data.places(rows, Eigen::all), data.values(rows), data.categorical);
  // From two sides, as there may be two explanations: a function that is smooth with noise, and one
  // that is rough without.
  GpHyperparameters best = likelihood.prior_mean();
  double least = std::numeric_limits<double>::infinity();
  for (const double log_noise : {best.log_noise, std::log(kMuchNoise)}) {
    const GpHyperparameters end =
        likelihood.best_from({likelihood.prior_mean().log_length, log_noise}, kEvaluations);
    Eigen::VectorXd gradient;
    const double value = likelihood.negative(end, gradient);
    if (!(value < least)) continue;
    least = value;
    best = end;
  }
  return best;
}

}  // namespace isoflop
