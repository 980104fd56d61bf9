#include "isoflop/extrapolation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/book.h"
#include "support/noisy_runs.h"

namespace isoflop {
namespace {

using test::book_law;

// The design has N from 1e8 to 1e10 and D from 2 N to 100 N: a band, whose hull is known.
Fit band_fit() {
  const Law law = book_law("hoffmann2022:besiroglu");
  return *fit(law.without_values(), test::noisy_runs(law, test::dense_design(), 0.005, 1));
}

Extrapolation at(double N, double D) {
  static const Fit fit = band_fit();
  return *extrapolation(fit, {.N = N, .P = N, .D = D});
}

TEST(ExtrapolationOf, RunsAndWhatIsBetweenThemIsInside) {
  for (const auto& [N, D] : {std::pair(1e8, 2e8), {1e10, 1e12}, {1e9, 2e10}, {3e8, 3e9}}) {
    EXPECT_EQ(at(N, D).budget, 0);
    EXPECT_EQ(at(N, D).hull, 0);
  }
}

TEST(ExtrapolationOf, TheDistanceIsThatToTheNearestPointOfTheHull) {
  // Beyond the corner of the largest N and D.
  EXPECT_NEAR(at(1e11, 1e13).budget, 2, 1e-9);
  EXPECT_NEAR(at(1e11, 1e13).hull, std::sqrt(2), 1e-9);
  EXPECT_NEAR(at(1e11, 1e12).hull, 1, 1e-9);
  // Inside the ranges of N and of D, but 1 decade in D above the band D = 100 N.
  EXPECT_EQ(at(3e8, 3e11).budget, 0);
  EXPECT_NEAR(at(3e8, 3e11).hull, 1 / std::sqrt(2), 1e-9);
}

TEST(ExtrapolationOf, ALawThatMadeTheRunsDriftsByItsNoise) {
  const Fit fit = band_fit();
  const Plan best = *plan(fit.law, {.flops = 1e24});
  const auto drift = plan_drift(fit, best, *extrapolation(fit, *best.run));
  ASSERT_TRUE(drift);
  EXPECT_GT(drift->error[0], 0);
  EXPECT_LT(drift->error[0], 0.6);
  EXPECT_EQ(drift->error[5], 0);  // the budget is given
}

}  // namespace
}  // namespace isoflop
