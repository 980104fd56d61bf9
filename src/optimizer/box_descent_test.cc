#include "optimizer/box_descent.h"

#include <gtest/gtest.h>

#include <cmath>

namespace isoflop {
namespace {

// x^2 + 2 y^2 + x y - 4 x + y without a box has its minimum at y = -8/7; in [0, 3]^2 y is held at 0
// and x = 2.
TEST(BoxDescent, EndsAtTheEdgeWhereTheMinimumIsBeyond) {
  const Eigen::Vector2d low(0, 0), high(3, 3);
  const Descent end = descend_in_box(
      [](const Eigen::VectorXd& at, Eigen::VectorXd& gradient) {
        gradient.resize(2);
        gradient << 2 * at[0] + at[1] - 4, 4 * at[1] + at[0] + 1;
        return at[0] * at[0] + 2 * at[1] * at[1] + at[0] * at[1] - 4 * at[0] + at[1];
      },
      Eigen::Vector2d(3, 3), low, high, 100);
  EXPECT_NEAR(end.at[0], 2, 1e-4);
  EXPECT_EQ(end.at[1], 0);
  EXPECT_NEAR(end.value, -4, 1e-7);
}

TEST(BoxDescent, FollowsRosenbrocksValley) {
  const Descent end = descend_in_box(
      [](const Eigen::VectorXd& at, Eigen::VectorXd& gradient) {
        const double bend = at[1] - at[0] * at[0];
        gradient.resize(2);
        gradient << -400 * at[0] * bend + 2 * (at[0] - 1), 200 * bend;
        return 100 * bend * bend + (at[0] - 1) * (at[0] - 1);
      },
      Eigen::Vector2d(-1.2, 1), Eigen::Vector2d(-2, -2), Eigen::Vector2d(2, 2), 400);
  EXPECT_NEAR(end.at[0], 1, 1e-3);
  EXPECT_NEAR(end.at[1], 1, 1e-3);
  EXPECT_LE(end.evaluations, 400u);
}

TEST(BoxDescent, AStartThatIsNotFiniteComesBack) {
  const Eigen::VectorXd start = Eigen::VectorXd::Constant(1, 0.5);
  const Descent end = descend_in_box(
      [](const Eigen::VectorXd&, Eigen::VectorXd& gradient) {
        gradient.setZero(1);
        return std::nan("");
      },
      start, Eigen::VectorXd::Zero(1), Eigen::VectorXd::Ones(1), 10);
  EXPECT_EQ(end.at, start);
  EXPECT_EQ(end.evaluations, 1u);
}

}  // namespace
}  // namespace isoflop
