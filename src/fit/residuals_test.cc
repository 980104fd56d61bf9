#include "isoflop/residuals.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/book.h"

namespace isoflop {
namespace {

TEST(Residuals, AreLogarithmsOfPredictedOverMeasured) {
  const Law law = test::book_law("hoffmann2022");
  Table runs;
  ASSERT_TRUE(runs.set("N", {1e9, 1e9, 1e10}) && runs.set("D", {2e10, 2e11, 2e11}));
  std::vector<double> loss = *predict(law, runs);
  loss[1] *= std::exp(0.01);
  loss[2] *= std::exp(-0.02);
  ASSERT_TRUE(runs.set("loss", loss));
  const Result<Residuals> found = residuals(law, runs);
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_NEAR(found->each[0], 0, 1e-15);
  EXPECT_NEAR(found->each[1], -0.01, 1e-14);
  EXPECT_EQ(found->worst, 2u);
  EXPECT_NEAR(found->rms, std::sqrt((1e-4 + 4e-4) / 3), 1e-14);
}

TEST(Residuals, AreDifferencesWhereALossHasNoLogarithm) {
  const Law law = test::book_law("hoffmann2022");
  Table runs;
  ASSERT_TRUE(runs.set("N", {1e9, 1e9}) && runs.set("D", {2e10, 2e11}));
  EXPECT_FALSE(residuals(law, runs));
  ASSERT_TRUE(runs.set("loss", {2.5, -1}));
  const Result<Residuals> found = residuals(law, runs);
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_FALSE(found->logarithmic);
  EXPECT_EQ(found->worst, 1);
  EXPECT_EQ(found->each[1], found->predicted[1] + 1);
}

}  // namespace
}  // namespace isoflop
