#include "isoflop/lack_of_fit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "isoflop/findings.h"
#include "support/book.h"
#include "support/noisy_runs.h"

namespace isoflop {
namespace {

using test::book_law;

LackOfFit test_of(const Table& runs) {
  const Result<Fit> made = fit(book_law("hoffmann2022").without_values(), runs);
  EXPECT_TRUE(made);
  const Result<LackOfFit> test = lack_of_fit(*made);
  EXPECT_TRUE(test);
  return *test;
}

// Chance alone gives more than 6 of 150 once in a thousand studies, and so does a test that is
// sized as it says.
TEST(LackOfFit, ALawThatMadeTheRunsIsSeldomSaidToMisfit) {
  const Law law = book_law("hoffmann2022:besiroglu");
  int alarms = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed)
    if (test_of(test::noisy_runs(law, test::dense_design(), 0.005, seed)).p < kMisfitLevel)
      ++alarms;
  EXPECT_LE(alarms, 6);
}

// Losses whose logarithm bends with ln D, by more than the noise and in the direction that is said.
TEST(LackOfFit, SaysWhereTheResidualsBend) {
  const Law law = book_law("hoffmann2022:besiroglu");
  for (const double sign : {1.0, -1.0}) {
    Table runs = test::noisy_runs(law, test::dense_design(), 0.001, 3);
    std::vector<double> loss(runs.column("loss").begin(), runs.column("loss").end());
    for (std::size_t i = 0; i < loss.size(); ++i) {
      const double x = std::log(runs.column("N")[i] / 1e9) / std::log(10.0);
      loss[i] *= std::exp(sign * 0.05 * x * x);
    }
    ASSERT_TRUE(runs.set("loss", loss));
    const LackOfFit test = test_of(runs);
    EXPECT_LT(test.p, kMisfitLevel);
    EXPECT_EQ(test.inputs, std::vector<std::string>{"N"});
    EXPECT_EQ(test.direction, sign > 0 ? 1 : -1);
  }
}

TEST(LackOfFit, OneWildLossIsNoBend) {
  const Law law = book_law("hoffmann2022:besiroglu");
  Table runs = test::noisy_runs(law, test::dense_design(), 0.005, 4);
  std::vector<double> loss(runs.column("loss").begin(), runs.column("loss").end());
  loss[0] *= 1.5;
  ASSERT_TRUE(runs.set("loss", loss));
  EXPECT_GT(test_of(runs).p, 0.05);
}

TEST(LackOfFit, FewRunsAreNotTested) {
  const Law law = book_law("hoffmann2022:besiroglu");
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < 42; i += 4) rows.push_back(i);
  const LackOfFit test =
      test_of(test::noisy_runs(law, test::dense_design(), 0.005, 5).select(rows));
  EXPECT_EQ(test.untested, "too few runs");
  EXPECT_EQ(test.p, 1);
}

TEST(LackOfFit, TheShareOfNoiseIsThatOfTheMeanSquares) {
  // Of 15 squares' worth of residuals 5 are the bend's: 10 over 10 degrees beside 15 over 12.
  EXPECT_NEAR(noise_share({.terms = 2, .degrees_of_freedom = 10, .F = 2.5}), std::sqrt(0.8), 1e-12);
  EXPECT_EQ(noise_share({.terms = 2, .degrees_of_freedom = 10, .F = 0.5}), 1);
  EXPECT_EQ(noise_share({.untested = "too few runs"}), 1);
}

}  // namespace
}  // namespace isoflop
