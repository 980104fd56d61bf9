#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "isoflop/fit.h"
#include "support/sample_fit.h"

namespace isoflop {
namespace {

TEST(LossErrors, AreThoseWorkedByHand) {
  const LossErrors errors = loss_errors(std::vector{1.0, 2.0, 4.0}, std::vector{1.0, 3.0, 2.0});
  EXPECT_NEAR(errors.rmse, std::sqrt(5.0 / 3), 1e-15);
  EXPECT_NEAR(errors.relative, 4.0 / 9, 1e-15);
  EXPECT_NEAR(errors.r2, -1.5, 1e-15);
}

// A weight of 2 is the row twice.
TEST(LossErrors, WeighRowsAsOftenAsTheyWereThere) {
  const LossErrors weighted = loss_errors(std::vector{1.0, 2.0, 4.0}, std::vector{1.0, 3.0, 2.0},
                                          std::vector{0.0, 2.0, 1.0});
  const LossErrors repeated = loss_errors(std::vector{2.0, 2.0, 4.0}, std::vector{3.0, 3.0, 2.0});
  EXPECT_NEAR(weighted.rmse, repeated.rmse, 1e-15);
  EXPECT_NEAR(weighted.relative, repeated.relative, 1e-15);
  EXPECT_NEAR(weighted.r2, repeated.r2, 1e-15);
}

TEST(LossErrors, HaveNoShareOfAVarianceThatIsNotThere) {
  EXPECT_EQ(loss_errors(std::vector{2.0, 3.0}, std::vector{2.0, 2.0}).r2, 0);
}

// 1/80, 1/160 and 1/320 above losses of 3.75, 2.75 and 2.25.
TEST(LossErrors, OfALawAreThoseOfItsPredictions) {
  const Fit fit = sample_fit().fit;
  const std::optional<LossErrors> errors = loss_errors(fit.law, fit.table);
  ASSERT_TRUE(errors);
  EXPECT_NEAR(errors->rmse, std::sqrt(21.0 / 3) / 320, 1e-14);
  EXPECT_FALSE(loss_errors(fit.law, Table()));
}

TEST(LossErrors, AreThoseOfTheRowsThatAFitUses) {
  Table table = sample_fit().fit.table;
  ASSERT_TRUE(table.set("weight", {1, 1, 0}));
  const Result<Fit> made = fit(sample_law(), table, {.fix = {{"A", 20}}});
  ASSERT_TRUE(made) << made.error().text();
  const std::vector<std::size_t> first = {0, 1};
  EXPECT_EQ(made->errors->rmse, loss_errors(made->law, table.select(first))->rmse);
}

}  // namespace
}  // namespace isoflop
