#include "isoflop/profile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/book.h"

namespace isoflop {
namespace {

using test::book_law;

TEST(Profile, IsTheBudgetsLossAroundItsOptimum) {
  const Law law = book_law("hoffmann2022");
  const Result<IsoflopProfile> made = profile(law, {.plan = {.flops = 1e21}, .points = 33});
  ASSERT_TRUE(made) << made.error().text();
  ASSERT_EQ(made->N.size(), 33u);
  const PlannedRun best = *plan(law, {.flops = 1e21})->run;
  EXPECT_NEAR(made->N[16] / best.N, 1, 1e-12);  // the middle
  const auto least = std::ranges::min_element(made->loss);
  EXPECT_EQ(least - made->loss.begin(), 16);
  for (std::size_t i = 0; i < made->N.size(); ++i) {
    EXPECT_NEAR(6 * made->N[i] * made->D[i] / 1e21, 1, 1e-12);
    EXPECT_NEAR(made->loss[i] / test::loss_of(law, {{"N", made->N[i]}, {"D", made->D[i]}}), 1,
                1e-13);
  }
}

TEST(Profile, AlongSparsityHoldsTheSizeThatIsGiven) {
  const Law law = book_law("abnar2025");
  const Result<IsoflopProfile> made = profile(law, {.plan = {.flops = 1e20, .total_params = 1e9},
                                                    .axis = Axis::kSparsity,
                                                    .points = 200,
                                                    .span = Range{0, 0.99}});
  ASSERT_TRUE(made) << made.error().text();
  const auto least = std::ranges::min_element(made->loss);
  EXPECT_NEAR(made->S[static_cast<std::size_t>(least - made->loss.begin())], 0.872, 0.003);
  EXPECT_EQ(made->S.front(), 0);
  EXPECT_EQ(made->S.back(), 0.99);
  for (const double P : made->P) EXPECT_EQ(P, 1e9);
}

// Without a size each sparsity gets its best.
TEST(Profile, AlongSparsityTakesTheBestSizes) {
  const Law law = book_law("hossain2025:moe");
  const Result<IsoflopProfile> made =
      profile(law, {.plan = {.flops = 1e22}, .axis = Axis::kSparsity, .points = 5});
  ASSERT_TRUE(made) << made.error().text();
  for (std::size_t i = 0; i < made->S.size(); ++i)
    EXPECT_NEAR(made->loss[i], plan(law, {.flops = 1e22, .sparsity = made->S[i]})->run->loss,
                1e-12);
}

TEST(Profile, ASurfaceHasEachSizeAtEachSparsity) {
  const Law law = book_law("hossain2025:moe");
  const Result<IsoflopProfile> made =
      surface(law, {.plan = {.flops = 1e22}, .points = 6, .total_params = Range{1e9, 1e12}});
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(made->N.size(), 36u);
  for (std::size_t i = 0; i < made->N.size(); ++i)
    EXPECT_NEAR(
        made->loss[i] /
            test::loss_of(
                law, {{"N", made->N[i]}, {"P", made->P[i]}, {"S", made->S[i]}, {"D", made->D[i]}}),
        1, 1e-13);
}

// What the budget does not pay for is no model.
TEST(Profile, LeavesOutWhatIsNotPaidFor) {
  const Result<IsoflopProfile> made = profile(
      book_law("hoffmann2022"), {.plan = {.flops = 6e12}, .points = 9, .span = Range{1e9, 1e15}});
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_LT(made->N.size(), 9u);
  EXPECT_GE(std::ranges::min(made->D), 1);
  EXPECT_FALSE(profile(book_law("hoffmann2022"),
                       {.plan = {.flops = 6e12}, .points = 9, .span = Range{1e13, 1e15}}));
}

TEST(Frontier, ExponentsAreThoseOfThePowerLaw) {
  const Law law = book_law("hoffmann2022");
  std::vector<Plan> plans;
  for (const double C : {1e19, 1e21, 1e25}) plans.push_back(*plan(law, {.flops = C}));
  const GrowthExponents growth = growth_exponents(plans);
  EXPECT_NEAR(growth.N, 0.28 / 0.62, 1e-12);
  EXPECT_NEAR(growth.D, 0.34 / 0.62, 1e-12);
  EXPECT_NEAR(growth.max_N - growth.min_N, 0, 1e-12);
  EXPECT_TRUE(std::isnan(growth_exponents(std::span(plans).first(1)).N));
}

}  // namespace
}  // namespace isoflop
