#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "isoflop/compare.h"
#include "judge/paired_bootstrap.h"

namespace isoflop {

namespace {

TEST(InformationCriteria, CountTheVarianceAsAParameter) {
  const std::vector residuals{1.0, -1.0, 1.0, -1.0};
  const double deviance = 4 * (std::log(2 * std::numbers::pi) + 1);
  const InformationCriteria criteria =
      information_criteria(residuals, 0, {.kind = RobustLoss::Kind::kSquare});
  EXPECT_NEAR(criteria.aicc, deviance + 4, 1e-12);
  EXPECT_NEAR(criteria.bic, deviance + std::log(4.0), 1e-12);
  EXPECT_TRUE(
      std::isinf(information_criteria(residuals, 2, {.kind = RobustLoss::Kind::kSquare}).aicc));
}

// Among normal residuals the two densities nearly agree; an outlier costs the normal one much more.
// At the most likely scale the mean of min(u^2, 1.345 |u|) is 1.
TEST(InformationCriteria, OfARobustLossForgiveAnOutlier) {
  std::vector<double> residuals;
  for (int i = 0; i < 40; ++i) residuals.push_back(i % 2 == 0 ? 0.5 : -1.5);
  const auto aicc = [&](RobustLoss::Kind kind) {
    return information_criteria(residuals, 2, {.kind = kind}).aicc;
  };
  const double apart = aicc(RobustLoss::Kind::kHuber) - aicc(RobustLoss::Kind::kSquare);
  EXPECT_LT(std::abs(apart), 10);
  residuals[0] = 50;
  EXPECT_LT(aicc(RobustLoss::Kind::kHuber), aicc(RobustLoss::Kind::kSquare) - 50);
  // Two residuals of 1: the scale is 1, and the density there is exp(-1/2) over its mass.
  const double mass = std::sqrt(2 * std::numbers::pi) * std::erf(1.345 / std::numbers::sqrt2) +
                      2 / 1.345 * std::exp(-1.345 * 1.345 / 2);
  EXPECT_NEAR(information_criteria(std::vector{1.0, -1.0}, 0, {}).bic,
              4 * std::log(mass) + 2 + std::log(2.0), 1e-9);
}

TEST(InformationCriteria, OfAQuantileAreOfTheAsymmetricLaplaceDensity) {
  const RobustLoss quantile{.kind = RobustLoss::Kind::kQuantile, .level = 0.1};
  // Mean of the loss (0.9 + 0.1 * 3)/2 = 0.6, density q (1 - q)/s exp(-rho/s).
  const double deviance = -2 * 2 * std::log(0.1 * 0.9 / 0.6) + 2 * 2;
  EXPECT_NEAR(information_criteria(std::vector{1.0, -3.0}, 0, quantile).bic,
              deviance + std::log(2.0), 1e-12);
  const RobustLoss half{.kind = RobustLoss::Kind::kQuantile, .level = 0.5};
  EXPECT_NEAR(
      information_criteria(std::vector{1.0, -3.0}, 0, half).bic,
      information_criteria(std::vector{1.0, -3.0}, 0, {.kind = RobustLoss::Kind::kAbsolute}).bic,
      1e-12);
}

double probability(const Sums& errors, Executor& executor) {
  constexpr std::uint64_t kSeed = 5;
  const Sums sums = resampled_sums(errors, 40000, kSeed, executor);
  return probability_lower(sums[0], sums[1]);
}

// Of two rows, a resample has the first twice (1/4), each once (1/2) or the second twice (1/4).
TEST(PairedBootstrap, TendsToTheShareThatCanBeCounted) {
  SerialExecutor executor;
  EXPECT_NEAR(probability({{0, 1}, {3, 0}}, executor), 0.75, 0.01);
  EXPECT_NEAR(probability({{0, 1}, {1, 0}}, executor), 0.5, 0.01);
  EXPECT_EQ(probability({{1, 2}, {1, 2}}, executor), 0.5);
  EXPECT_EQ(probability({{1, 2}, {1 + 1e-9, 2 + 1e-9}}, executor), 0.5) << "rounding is not sure";
}

TEST(PairedBootstrap, IsTheSameOnAnyNumberOfThreads) {
  SerialExecutor one;
  ThreadExecutor three(3);
  const Sums errors = {{1, 2, 3}, {2, 2, 1.9}};
  EXPECT_EQ(resampled_sums(errors, 1234, 9, one), resampled_sums(errors, 1234, 9, three));
}

}  // namespace

}  // namespace isoflop
