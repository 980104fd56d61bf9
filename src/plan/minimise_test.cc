#include "plan/minimise.h"

#include <gtest/gtest.h>

#include <cmath>

namespace isoflop {
namespace {

// Rows of different shapes side by side: a valley, a kink, a slope to either end.
void curves(std::span<const double> t, std::span<double> value, std::span<double> slope) {
  value[0] = (t[0] - 1.25) * (t[0] - 1.25);
  slope[0] = 2 * (t[0] - 1.25);
  value[1] = std::abs(t[1] - M_PI / 3);
  slope[1] = t[1] < M_PI / 3 ? -1 : 1;
  value[2] = t[2];
  slope[2] = 1;
  value[3] = -t[3];
  slope[3] = -1;
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
  for (std::size_t row = 0; row < 4; ++row) {
    std::vector<double> value(4), slope(4);
    curves(found.at, value, slope);
    EXPECT_EQ(found.value[row], value[row]);
  }
}

// The valley at 2 is deeper than the one at -2, and only its bracket tells.
TEST(Minimise, TakesTheDeepestValley) {
  const Curves wells = [](std::span<const double> t, std::span<double> value,
                          std::span<double> slope) {
    const double u = t[0];
    value[0] = (u * u - 4) * (u * u - 4) - 0.5 * u;
    slope[0] = 4 * u * (u * u - 4) - 0.5;
  };
  const std::vector<double> low{-5}, high{5};
  EXPECT_NEAR(minimise(low, high, 40, wells).at[0], 2, 0.05);
}

TEST(Minimise, NearAGuessAgreesWithTheWholeSearch) {
  const std::vector<double> low(4, -2), high(4, 5), guess{1.0, 1.0, 4.5, 4.9};
  const Minima whole = minimise(low, high, 8, curves);
  Minima near;
  // The third row rises everywhere: there is no bracket near any guess.
  EXPECT_FALSE(minimise_near(guess, low, high, curves, near));
  const Curves two = [](std::span<const double> t, std::span<double> value,
                        std::span<double> slope) {
    value[0] = (t[0] - 1.25) * (t[0] - 1.25);
    slope[0] = 2 * (t[0] - 1.25);
    value[1] = -t[1];
    slope[1] = -1;
  };
  ASSERT_TRUE(minimise_near(std::vector{1.0, 4.9}, std::vector{-2.0, -2.0}, std::vector{5.0, 5.0},
                            two, near));
  EXPECT_NEAR(near.at[0], whole.at[0], 1e-15);
  EXPECT_EQ(near.at[1], 5);
  EXPECT_EQ(near.position[1], Position::kHigh);
}

TEST(FallingRoots, AreRootsOrTheEndThatIsNearest) {
  const Functions functions = [](std::span<const double> t, std::span<double> value) {
    value[0] = 2 - std::exp(t[0]);
    value[1] = -1 - t[1];  // below 0 everywhere
    value[2] = 9 - t[2];   // above 0 everywhere
  };
  const std::vector<double> low(3, 0), high(3, 5);
  const std::vector<double> roots = falling_roots(low, high, functions);
  EXPECT_NEAR(roots[0], std::log(2), 1e-15);
  EXPECT_EQ(roots[1], 0);
  EXPECT_EQ(roots[2], 5);
}

}  // namespace
}  // namespace isoflop
