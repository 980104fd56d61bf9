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
  const SmallerFits smaller = smaller_fits(fit);
  ASSERT_EQ(smaller.lacks.size(), 3);
  const Plan best = *plan(fit.law, {.flops = 1e24});
  const Extrapolation beyond = *extrapolation(fit, *best.run);
  const PlanQuantities drift = plan_drift(fit, smaller, best, beyond);
  EXPECT_NE(drift[0], 0);
  EXPECT_LT(std::abs(drift[0]), 0.6);
  EXPECT_EQ(drift[5], 0);  // the budget is given
  // The loss of the plan, asked as a run's.
  const Inputs run = {{"N", best.run->N}, {"D", best.run->D}};
  EXPECT_NEAR(loss_drift(fit, smaller, run, beyond) / drift[6], 1, 1e-6);
}

// The budget for the loss of a plan drifts by what its loss does, over the slope of ln L by ln C.
TEST(ExtrapolationOf, ATargetLossDriftsInItsBudget) {
  const Fit fit = band_fit();
  const SmallerFits smaller = smaller_fits(fit);
  const Plan best = *plan(fit.law, {.flops = 1e24}), more = *plan(fit.law, {.flops = 1.1e24});
  const Plan target = *plan(fit.law, {.loss = best.run->loss});
  const Extrapolation beyond = *extrapolation(fit, *best.run);
  const PlanQuantities of_best = plan_drift(fit, smaller, best, beyond);
  const PlanQuantities of_target = plan_drift(fit, smaller, target, beyond);
  EXPECT_NEAR(of_target[6], 0, 1e-12);
  EXPECT_GT(of_target[5] * of_best[6], 0);
  const double slope = std::log(more.run->loss / best.run->loss) / std::log(1.1);
  // At the largest budget of the runs the slope is steeper.
  EXPECT_LT(std::abs(of_target[5]), std::abs(of_best[6] / slope));
  EXPECT_GT(std::abs(of_target[5]), 0.3 * std::abs(of_best[6] / slope));
}

TEST(IntervalForMisfit, ErrorsAddAsSquares) {
  const double z = 1.6448536269514722;  // 90 %
  const Range plain = {std::exp(-0.3), std::exp(0.4)};
  const Range both = for_misfit(plain, 1, {.noise = 0.5, .drift = 0.2 / z}, 0.9);
  EXPECT_NEAR(std::log(both.low), -std::hypot(0.15, 0.2), 1e-9);
  EXPECT_NEAR(std::log(both.high), std::hypot(0.2, 0.2), 1e-9);
}

TEST(IntervalForMisfit, ALossIsWiderWhereItWasBelowTheSmallerFits) {
  const double z = 1.6448536269514722;
  const Range plain = {std::exp(-0.3), std::exp(0.4)};
  const Range below = for_misfit(plain, 1, {.drift = 0.4 / z, .one_sided = true}, 0.9);
  EXPECT_NEAR(std::log(below.low), -0.5, 1e-9);
  EXPECT_NEAR(std::log(below.high), 0.4, 1e-9);
  const Range above = for_misfit(plain, 1, {.drift = -0.3 / z, .one_sided = true}, 0.9);
  EXPECT_NEAR(std::log(above.low), -0.3, 1e-9);
  EXPECT_NEAR(std::log(above.high), 0.5, 1e-9);
}

}  // namespace
}  // namespace isoflop
