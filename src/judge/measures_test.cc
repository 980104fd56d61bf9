#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "isoflop/compare.h"
#include "judge/paired_bootstrap.h"

namespace isoflop {

namespace {

TEST(LossErrors, AreThoseWorkedByHand) {
  const LossErrors errors = loss_errors(std::vector{1.0, 2.0, 4.0}, std::vector{1.0, 3.0, 2.0});
  EXPECT_NEAR(errors.rmse, std::sqrt(5.0 / 3), 1e-15);
  EXPECT_NEAR(errors.relative, 4.0 / 9, 1e-15);
  EXPECT_NEAR(errors.r2, -1.5, 1e-15);
}

TEST(LossErrors, HaveNoShareOfAVarianceThatIsNotThere) {
  EXPECT_EQ(loss_errors(std::vector{2.0, 3.0}, std::vector{2.0, 2.0}).r2, 0);
}

TEST(InformationCriteria, CountTheVarianceAsAParameter) {
  const std::vector residuals{1.0, -1.0, 1.0, -1.0};
  const double deviance = 4 * (std::log(2 * std::numbers::pi) + 1);
  const InformationCriteria criteria = information_criteria(residuals, 0);
  EXPECT_NEAR(criteria.aicc, deviance + 4, 1e-12);
  EXPECT_NEAR(criteria.bic, deviance + std::log(4.0), 1e-12);
  EXPECT_TRUE(std::isinf(information_criteria(residuals, 2).aicc));
}

// Of two rows, a resample has the first twice (1/4), each once (1/2) or the second twice (1/4).
TEST(PairedBootstrap, TendsToTheShareThatCanBeCounted) {
  constexpr std::uint64_t kSeed = 5;
  EXPECT_NEAR(probability_lower(std::vector{0.0, 1.0}, std::vector{3.0, 0.0}, 40000, kSeed), 0.75,
              0.01);
  EXPECT_NEAR(probability_lower(std::vector{0.0, 1.0}, std::vector{1.0, 0.0}, 40000, kSeed), 0.5,
              0.01);
  const std::vector same{1.0, 2.0};
  EXPECT_EQ(probability_lower(same, same, 100, kSeed), 0.5);
}

}  // namespace

}  // namespace isoflop
