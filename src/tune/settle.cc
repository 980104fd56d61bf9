#include "tune/settle.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "tune/dice.h"
#include "tune/gp_likelihood.h"
#include "tune/order.h"

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
  Dice dice = dice_for(DiceUse::kSubset, seed, count);
  for (std::size_t i = kMostRows / 2; i < kMostRows; ++i)
    std::swap(rows[i], rows[i + dice.below(count - i)]);
  rows.resize(kMostRows);
  return rows;
}

}  // namespace

GpHyperparameters settle(const Knowledge& knowledge, std::uint64_t seed) {
  const std::vector<Eigen::Index> rows = chosen_rows(knowledge.values, seed);
  const GpLikelihood likelihood(knowledge.places(rows, Eigen::all), knowledge.values(rows),
                                knowledge.categorical);
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
