#include "optimizer/acquisition.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/distributions.h"

namespace isoflop {

namespace {

constexpr double kFarBelow = -30;  // from here on the asymptotic series has ten digits and more
constexpr double kLeastDeviation = 1e-12;
constexpr double kEagerness = 4;  // of the hedge: a reward of 1 against one of 0 weighs e^4

double density(double u) { return std::exp(-u * u / 2) / std::sqrt(2 * std::numbers::pi); }

// 1 - 3/u^2 + 15/u^4 - ..., of h(u) = phi(u)/u^2 (1 - 3/u^2 + 15/u^4 - ...).
double series(double u) {
  const double v = 1 / (u * u);
  return 1 + v * (-3 + v * (15 + v * (-105 + v * (945 - 10395 * v))));
}
// Of Phi(u) = phi(u)/|u| (1 - 1/u^2 + 3/u^4 - ...).
double series_of_distribution(double u) {
  const double v = 1 / (u * u);
  return 1 + v * (-1 + v * (3 + v * (-15 + v * (105 - 945 * v))));
}

}  // namespace

double log_expected_improvement(double u) {
  if (u >= kFarBelow) return std::log(density(u) + u * normal_share(u));
  return -u * u / 2 - std::log(2 * std::numbers::pi) / 2 - 2 * std::log(-u) + std::log(series(u));
}

double log_expected_improvement_slope(double u) {
  if (u >= kFarBelow) return normal_share(u) / (density(u) + u * normal_share(u));
  return -u * series_of_distribution(u) / series(u);
}

double AcquisitionScore::operator()(const SurrogatePrediction& prediction) const {
  if (origin_ == Origin::kLowerConfidenceBound)
    return prediction.mean - kappa_ * prediction.deviation;
  const double deviation = std::max(prediction.deviation, kLeastDeviation);
  return -std::log(deviation) - log_expected_improvement((lowest_ - prediction.mean) / deviation);
}

double AcquisitionScore::operator()(const SurrogatePrediction& prediction,
                                    const Eigen::VectorXd& mean_slope,
                                    const Eigen::VectorXd& deviation_slope,
                                    Eigen::VectorXd& gradient) const {
  if (origin_ == Origin::kLowerConfidenceBound) {
    gradient = mean_slope - kappa_ * deviation_slope;
  } else {
    const double deviation = std::max(prediction.deviation, kLeastDeviation);
    const double u = (lowest_ - prediction.mean) / deviation;
    const double by_u = log_expected_improvement_slope(u);
    // du = -(dm + u ds)/s
    gradient = (by_u * mean_slope + (by_u * u - 1) * deviation_slope) / deviation;
  }
  return (*this)(prediction);
}

Origin choose_by_rewards(std::span<const Trial> trials, double draw) {
  double sums[2] = {}, counts[2] = {};
  for (std::size_t i = 1; i < trials.size(); ++i) {
    const Origin origin = trials[i].suggestion.origin;
    if (origin != Origin::kExpectedImprovement && origin != Origin::kLowerConfidenceBound) continue;
    const std::span<const Trial> earlier = trials.first(i);
    const double value =
        trials[i].failed() ? std::numeric_limits<double>::infinity() : trials[i].value;
    const auto worse = std::ranges::count_if(
        earlier, [&](const Trial& trial) { return trial.failed() || trial.value > value; });
    const int arm = origin == Origin::kLowerConfidenceBound ? 1 : 0;
    sums[arm] += static_cast<double>(worse) / static_cast<double>(i);
    ++counts[arm];
  }
  // Of an arm that was not tried nothing bad is known.
  const double first = counts[0] > 0 ? sums[0] / counts[0] : 1;
  const double second = counts[1] > 0 ? sums[1] / counts[1] : 1;
  const double share = 1 / (1 + std::exp(kEagerness * (second - first)));
  return draw < share ? Origin::kExpectedImprovement : Origin::kLowerConfidenceBound;
}

}  // namespace isoflop
