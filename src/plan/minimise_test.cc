#include "plan/minimise.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace isoflop {
namespace {

// Rows of different shapes side by side: a valley, a kink, a slope to either end.
void curves(std::span<const double> t, CurvePoints& at) {
  at.value[0] = (t[0] - 1.25) * (t[0] - 1.25);
  at.slope[0] = 2 * (t[0] - 1.25);
  at.value[1] = std::abs(t[1] - M_PI / 3);
  at.slope[1] = t[1] < M_PI / 3 ? -1 : 1;
  at.value[2] = t[2];
  at.slope[2] = 1;
  at.value[3] = -t[3];
  at.slope[3] = -1;
}

// Valleys at -2 and 2, of which the second is deeper; `trusted` is where the curve is.
Curves wells(double trusted) {
  return [trusted](std::span<const double> t, CurvePoints& at) {
    const double u = t[0];
    at.value[0] = (u * u - 4) * (u * u - 4) - 0.5 * u;
    at.slope[0] = 4 * u * (u * u - 4) - 0.5;
    at.outside[0] = std::abs(u - trusted);
  };
}

TEST(Minimise, FindsRootsKinksAndEnds) {
  const std::vector<double> low(4, -2), high(4, 5);
  const Minima found = minimise(low, high, 8, curves);
  EXPECT_NEAR(found.at[0], 1.25, 1e-15);
  EXPECT_NEAR(found.at[1], M_PI / 3, 1e-14);
  EXPECT_EQ(found.at[2], -2);
  EXPECT_EQ(found.at[3], 5);
  EXPECT_EQ(found.position, (std::vector<Position>{Position::kInterior, Position::kInterior,
                                                   Position::kLow, Position::kHigh}));
  CurvePoints at(4);
  curves(found.at, at);
  for (std::size_t row = 0; row < 4; ++row) EXPECT_EQ(found.value[row], at.value[row]);
}

// Only its bracket tells that the valley at 2 is deeper.
TEST(Minimise, TakesTheDeepestValley) {
  const Curves alike = [](std::span<const double> t, CurvePoints& at) {
    wells(0)(t, at);
    at.outside[0] = 0;
  };
  const std::vector<double> low{-5}, high{5};
  EXPECT_NEAR(minimise(low, high, 40, alike).at[0], 2, 0.05);
}

// An end to which the curve falls is a minimum like others, one from which it falls is none.
TEST(Minimise, TakesTheNearestValleyWhereCurvesAreTrusted) {
  EXPECT_NEAR(minimise(std::vector{-5.0}, std::vector{5.0}, 40, wells(-1)).at[0], -2, 0.05);
  EXPECT_NEAR(minimise(std::vector{-5.0}, std::vector{5.0}, 40, wells(-5)).at[0], -2, 0.05);
  EXPECT_NEAR(minimise(std::vector{-5.0}, std::vector{5.0}, 40, wells(1)).at[0], 2, 0.05);
  EXPECT_EQ(minimise(std::vector{-5.0}, std::vector{1.5}, 40, wells(1)).at[0], 1.5);
}

TEST(Minimise, NearAGuessAgreesWithTheWholeSearch) {
  const std::vector<double> low(4, -2), high(4, 5), guess{1.0, 1.0, 4.5, 4.9};
  const Minima whole = minimise(low, high, 8, curves);
  Minima near;
  // The third row rises everywhere: there is no bracket near any guess.
  EXPECT_FALSE(minimise_near(guess, low, high, curves, near));
  const Curves two = [](std::span<const double> t, CurvePoints& at) {
    at.value[0] = (t[0] - 1.25) * (t[0] - 1.25);
    at.slope[0] = 2 * (t[0] - 1.25);
    at.value[1] = -t[1];
    at.slope[1] = -1;
  };
  ASSERT_TRUE(minimise_near(std::vector{1.0, 4.9}, std::vector{-2.0, -2.0}, std::vector{5.0, 5.0},
                            two, near));
  EXPECT_NEAR(near.at[0], whole.at[0], 1e-15);
  EXPECT_EQ(near.at[1], 5);
  EXPECT_EQ(near.position[1], Position::kHigh);
}

TEST(FallingRoots, AreRootsOrTheEndThatIsNearest) {
  const Curves functions = [](std::span<const double> t, CurvePoints& at) {
    at.value[0] = 2 - std::exp(t[0]);
    at.value[1] = -1 - t[1];  // below 0 everywhere
    at.value[2] = 9 - t[2];   // above 0 everywhere
  };
  const std::vector<double> low(3, 0), high(3, 5);
  for (const std::size_t points : {2, 9}) {
    const std::vector<double> roots = falling_roots(low, high, points, functions).at;
    EXPECT_NEAR(roots[0], std::log(2), 1e-15);
    EXPECT_EQ(roots[1], 0);
    EXPECT_EQ(roots[2], 5);
  }
}

// A wave falls to 0 at pi/2, 5 pi/2, ...: the first, or the nearest to where it is trusted.
TEST(FallingRoots, AreTheNearestOfSeveral) {
  for (const auto& [trusted, root] : {std::pair(0.0, M_PI / 2), {7.0, 5 * M_PI / 2}}) {
    const Curves wave = [trusted](std::span<const double> t, CurvePoints& at) {
      at.value[0] = std::cos(t[0]);
      at.outside[0] = std::max(0.0, std::abs(t[0] - trusted) - 1);
    };
    EXPECT_NEAR(falling_roots(std::vector{0.0}, std::vector{12.0}, 30, wave).at[0], root, 1e-14);
  }
}

}  // namespace
}  // namespace isoflop
