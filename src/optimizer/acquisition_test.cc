#include "optimizer/acquisition.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace isoflop {
namespace {

// h(u) = integral of (u - t)+ phi(t) dt, by Simpson's rule.
double integrated(double u) {
  constexpr int kParts = 20000;
  const double low = -40, step = (u - low) / kParts;
  double sum = 0;
  for (int i = 0; i <= kParts; ++i) {
    const double t = low + i * step;
    const double weight = i == 0 || i == kParts ? 1 : i % 2 == 1 ? 4 : 2;
    sum += weight * (u - t) * std::exp(-t * t / 2) / std::sqrt(2 * std::numbers::pi);
  }
  return sum * step / 3;
}

TEST(ExpectedImprovement, IsTheIntegral) {
  for (const double u : {-12.0, -9.0, -6.0, -3.0, -1.0, 0.0, 0.5, 2.0, 8.0})
    EXPECT_NEAR(log_expected_improvement(u), std::log(integrated(u)), 2e-5) << u;
}

// The two formulas must meet at -30, and nothing may underflow far out.
TEST(ExpectedImprovement, HasItsSlopeEverywhere) {
  for (const double u : {-1e6, -300.0, -30.01, -29.99, -20.0, -2.0, 0.0, 3.0, 50.0}) {
    const double step = 1e-5 * (1 + std::abs(u));
    const double slope =
        (log_expected_improvement(u + step) - log_expected_improvement(u - step)) / (2 * step);
    EXPECT_TRUE(std::isfinite(log_expected_improvement(u)));
    EXPECT_NEAR(log_expected_improvement_slope(u), slope, 1e-4 * std::abs(slope) + 1e-6) << u;
  }
}

// d score / d place, for a prediction whose mean and deviation are functions of one number.
TEST(AcquisitionScore, GradientIsThatOfDifferences) {
  const auto prediction = [](double x) { return SurrogatePrediction{x * x, 0.5 + 0.1 * x}; };
  for (const Origin origin : {Origin::kExpectedImprovement, Origin::kLowerConfidenceBound}) {
    const AcquisitionScore score(origin, 1.96, 0.2);
    constexpr double kAt = 0.7, kStep = 1e-6;
    Eigen::VectorXd gradient;
    score(prediction(kAt), Eigen::VectorXd::Constant(1, 2 * kAt), Eigen::VectorXd::Constant(1, 0.1),
          gradient);
    const double slope =
        (score(prediction(kAt + kStep)) - score(prediction(kAt - kStep))) / (2 * kStep);
    EXPECT_NEAR(gradient[0], slope, 1e-7);
  }
}

TEST(AcquisitionScore, ALowMeanAndALargeDeviationAreWorthMore) {
  for (const Origin origin : {Origin::kExpectedImprovement, Origin::kLowerConfidenceBound}) {
    const AcquisitionScore score(origin, 1.96, 0);
    EXPECT_LT(score({1, 1}), score({2, 1}));
    EXPECT_LT(score({1, 2}), score({1, 1}));
  }
}

TEST(Hedge, PrefersWhatLedToLowerValues) {
  std::vector<Trial> trials = {{{{0.0}, Origin::kInitial}, 5}};
  for (int i = 1; i < 20; ++i) {
    const bool ei = i % 2 == 0;
    trials.push_back(
        {{{i / 20.0}, ei ? Origin::kExpectedImprovement : Origin::kLowerConfidenceBound},
         ei ? 4.0 - i / 10.0 : 6.0 + i});
  }
  int ei = 0;
  for (int i = 0; i < 100; ++i)
    if (choose_by_rewards(trials, i / 100.0) == Origin::kExpectedImprovement) ++ei;
  EXPECT_GT(ei, 90);
  EXPECT_LT(ei, 100) << "the other must keep a chance";
}

}  // namespace
}  // namespace isoflop
