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
  const InformationCriteria criteria = information_criteria(residuals, 0);
  EXPECT_NEAR(criteria.aicc, deviance + 4, 1e-12);
  EXPECT_NEAR(criteria.bic, deviance + std::log(4.0), 1e-12);
  EXPECT_TRUE(std::isinf(information_criteria(residuals, 2).aicc));
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
