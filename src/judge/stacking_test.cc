#include "isoflop/stacking.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "isoflop/simulate.h"
#include "support/book.h"

namespace isoflop {

namespace {

using test::book_law;

Table sweep(const char* key, std::uint64_t seed) {
  const Design design{.flops = {1e18, 4e18, 1.6e19, 6.4e19, 2.6e20, 1e21}};
  return *simulate(book_law(key), design, 0.003, seed);
}

Result<Stacking> stacked(const Fit& first, const Fit& second) {
  const std::array fits = {&first, &second};
  SerialExecutor executor;
  Progress silent;
  return stacking_weights(fits, executor, silent);
}

TEST(Stacking, GivesTheLawThatMadeTheRunsNearlyAll) {
  for (const char* truth : {"hoffmann2022:hoffmann", "kaplan2020:kaplan"}) {
    const Table table = sweep(truth, 1);
    const Fit hoffmann = *fit(book_law("hoffmann2022").without_values(), table);
    const Fit kaplan = *fit(book_law("kaplan2020").without_values(), table);
    const Result<Stacking> stacking = stacked(hoffmann, kaplan);
    ASSERT_TRUE(stacking) << stacking.error().text();
    EXPECT_EQ(stacking->windows, 2u);
    EXPECT_NEAR(stacking->weights[0] + stacking->weights[1], 1, 1e-12);
    EXPECT_GT(stacking->weights[truth[0] == 'h' ? 0 : 1], 0.9) << truth;
  }
}

TEST(Stacking, RefusesFitsOfOtherRuns) {
  const Fit one =
      *fit(book_law("hoffmann2022").without_values(), sweep("hoffmann2022:hoffmann", 1));
  const Fit other =
      *fit(book_law("hoffmann2022").without_values(), sweep("hoffmann2022:hoffmann", 2));
  const Result<Stacking> stacking = stacked(one, other);
  ASSERT_FALSE(stacking);
  EXPECT_NE(stacking.error().text().find("different runs"), std::string::npos);
}

TEST(Stacking, OneLawsMixtureIsItsOwnInterval) {
  const std::array parts = {MixturePart{1, 2, {1.5, 3}}, MixturePart{0, 7, {6, 8}}};
  const Mixture alone = mixture(parts, 0.9);
  EXPECT_NEAR(alone.value, 2, 1e-12);
  EXPECT_NEAR(alone.interval.low, 1.5, 1e-6);
  EXPECT_NEAR(alone.interval.high, 3, 1e-6);
}

// Two laws that are sure of themselves and far apart: the ends are the quantiles 0.1 and 0.9 of
// each alone, for an end of the mixture at 0.05 has all of its share from one of two halves.
TEST(Stacking, TheIntervalHoldsTheSpreadBetweenLaws) {
  const std::array parts = {MixturePart{0.5, 10, {9.9, 10.1}}, MixturePart{0.5, 1000, {990, 1010}}};
  const Mixture both = mixture(parts, 0.9);
  EXPECT_NEAR(both.value, 100, 1e-9);
  const double share = 1.2815515655446004 / 1.6448536269514722;  // normal quantiles at 0.9 and 0.95
  EXPECT_NEAR(both.interval.low, 10 * std::pow(0.99, share), 1e-6);
  EXPECT_NEAR(both.interval.high, 1000 * std::pow(1.01, share), 1e-4);
  const std::array unknown = {parts[0], MixturePart{0.5, 5, {NAN, NAN}}};
  EXPECT_TRUE(std::isnan(mixture(unknown, 0.9).interval.low));
}

}  // namespace

}  // namespace isoflop
