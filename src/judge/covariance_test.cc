#include "isoflop/covariance.h"

#include <gtest/gtest.h>

#include <Eigen/Core>
#include <Eigen/LU>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "base/random.h"
#include "isoflop/likelihood_profile.h"

namespace isoflop {
namespace {

constexpr Eigen::Index kRows = 12;

// L = E + k/N, linear in both, with noise that grows with 1/N.
Table line() {
  Table table;
  std::vector<double> N, loss;
  for (std::size_t i = 0; i < kRows; ++i) {
    N.push_back(1.0 + 0.5 * static_cast<double>(i));
    loss.push_back(2 + 3 / N.back() + 0.1 / N.back() * normal(4, 0, i));
  }
  EXPECT_TRUE(table.set("N", N));
  EXPECT_TRUE(table.set("loss", loss));
  return table;
}

Fit least_squares() {
  const Law law = *Law::from_formula("E + k/N");
  return *fit(law, line(),
              {.residual = Residual::kLinear,
               .loss = {RobustLoss::Kind::kSquare, 0},
               .range = {{"k", {-100, 100}}}});
}

struct Line {
  Eigen::MatrixXd design = Eigen::MatrixXd::Ones(kRows, 2);
  Eigen::VectorXd residuals;
  Eigen::MatrixXd inverse;

  explicit Line(const Fit& fit) : residuals(kRows) {
    const auto value = [&](const char* name) {
      return fit.law.values()[*fit.law.coefficient_index(name)];
    };
    const auto e = static_cast<Eigen::Index>(*fit.law.coefficient_index("E"));
    for (Eigen::Index i = 0; i < kRows; ++i) {
      const auto row = static_cast<std::size_t>(i);
      design(i, 1 - e) = 1 / fit.table.column("N")[row];
      residuals[i] =
          value("E") + value("k") / fit.table.column("N")[row] - fit.table.column("loss")[row];
    }
    inverse = (design.transpose() * design).inverse();
  }
};

void expect_equal(const Covariance& covariance, const Eigen::MatrixXd& truth) {
  for (Eigen::Index i = 0; i < 2; ++i)
    for (Eigen::Index j = 0; j < 2; ++j)
      EXPECT_NEAR(
          covariance(static_cast<std::size_t>(i), static_cast<std::size_t>(j)) / truth(i, j), 1,
          1e-8)
          << i << j;
}

TEST(Covariance, OfALineIsTheClosedForm) {
  const Fit fit = least_squares();
  const Line line(fit);
  expect_equal(*covariance(fit, CovarianceKind::kModel),
               line.residuals.squaredNorm() / (kRows - 2) * line.inverse);
}

// HC2: squares of the residuals, each over 1 less the leverage.
TEST(Covariance, TheSandwichOfALineIsHc2) {
  const Fit fit = least_squares();
  const Line line(fit);
  const Eigen::VectorXd leverage =
      (line.design * line.inverse * line.design.transpose()).diagonal();
  const Eigen::VectorXd squares = line.residuals.array().square() / (1 - leverage.array());
  const Eigen::MatrixXd middle = line.design.transpose() * squares.asDiagonal() * line.design;
  expect_equal(*covariance(fit), line.inverse * middle * line.inverse);
}

// A Huber loss whose delta no residual reaches is the square.
TEST(Covariance, OfAWideHuberLossIsThatOfSquares) {
  const Fit squares = least_squares();
  Fit wide = squares;
  wide.recipe.loss = {RobustLoss::Kind::kHuber, 1e3};
  const Covariance expected = *covariance(squares), found = *covariance(wide);
  for (std::size_t i = 0; i < expected.matrix.size(); ++i)
    EXPECT_NEAR(found.matrix[i] / expected.matrix[i], 1, 1e-12);
}

// The median of n normal numbers has the variance pi/2 sigma^2/n, and a mean sigma^2/n.
TEST(Covariance, OfAMedianIsItsAsymptoticVariance) {
  constexpr std::size_t kMany = 20000;
  std::vector<double> loss, D;
  for (std::size_t i = 0; i < kMany; ++i) {
    loss.push_back(3 + 0.1 * normal(7, 0, i));
    D.push_back(1 + static_cast<double>(i));
  }
  Table table;
  ASSERT_TRUE(table.set("D", D));
  ASSERT_TRUE(table.set("loss", loss));
  const Law law = *Law::from_formula("m + 0*D");
  for (const auto& [loss_text, factor] : {std::pair("mae", std::numbers::pi / 2),
                                          {"huber:1e-4", std::numbers::pi / 2},
                                          {"mse", 1.0}}) {
    const Fit fitted =
        *fit(law, table, {.residual = Residual::kLinear, .loss = *parse_loss(loss_text)});
    const double variance = factor * 0.01 / kMany;
    for (const auto kind : {CovarianceKind::kSandwich, CovarianceKind::kModel})
      EXPECT_NEAR((*covariance(fitted, kind))(0, 0) / variance, 1, 0.1) << loss_text;
  }
}

// With squares and a law linear in its coefficients F is a parabola: the profile is the interval of
// the model's covariance.
TEST(LikelihoodProfile, OfAParabolaIsTheNormalInterval) {
  const Fit fit = least_squares();
  SerialExecutor executor;
  Progress silent;
  const auto profiles = coefficient_profiles(fit, 0.9, executor, silent);
  ASSERT_TRUE(profiles) << profiles.error().text();
  const auto normal = normal_intervals(fit, *covariance(fit, CovarianceKind::kModel), 0.9);
  for (std::size_t i = 0; i < 2; ++i) {
    const double width = normal[i].interval.high - normal[i].interval.low;
    EXPECT_NEAR((*profiles)[i].interval.low, normal[i].interval.low, 1e-5 * width);
    EXPECT_NEAR((*profiles)[i].interval.high, normal[i].interval.high, 1e-5 * width);
  }
}

TEST(LikelihoodProfile, HasNoEndWhereTheRangeIsNarrower) {
  Fit fit = least_squares();
  const std::size_t e = *fit.law.coefficient_index("E");
  fit.recipe.range["E"] = {fit.law.values()[e] - 1e-4, 100};
  SerialExecutor executor;
  Progress silent;
  const auto profiles = coefficient_profiles(fit, 0.9, executor, silent);
  ASSERT_TRUE(profiles) << profiles.error().text();
  EXPECT_TRUE(std::isinf((*profiles)[e].interval.low));
  EXPECT_TRUE(std::isfinite((*profiles)[e].interval.high));
}

TEST(Covariance, ALawThatRunsCannotTellIsNotANumber) {
  Table table = line();
  ASSERT_TRUE(table.set("D", std::vector<double>(kRows, 1e9)));
  const Fit fitted = *fit(*Law::from_formula("E + k/N + b/D"), table,
                          {.residual = Residual::kLinear, .loss = {RobustLoss::Kind::kSquare, 0}});
  const Covariance spread = *covariance(fitted);
  const auto index = [&](const char* name) { return *fitted.law.coefficient_index(name); };
  EXPECT_TRUE(fitted.at_bound.empty() == std::isnan(spread(index("E"), index("E"))));
  EXPECT_TRUE(std::isfinite(spread(index("k"), index("k"))));
}

TEST(Covariance, NeedsTheRunsOfAFit) {
  Fit fit = least_squares();
  fit.table = {};
  EXPECT_FALSE(covariance(fit));
  fit.usable = false;
  EXPECT_FALSE(covariance(fit));
}

}  // namespace
}  // namespace isoflop
