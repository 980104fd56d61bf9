#include "support/recovery.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "isoflop/fit.h"
#include "support/book.h"

namespace isoflop::test {

namespace {

constexpr std::size_t kRuns = 200;

Eigen::VectorXd log_losses(const Law& law, const Table& runs) {
  const std::vector<double> losses = *predict(law, runs);
  return Eigen::Map<const Eigen::ArrayXd>(losses.data(), static_cast<Eigen::Index>(losses.size()))
      .log();
}

double condition(const Law& law, const Table& runs) {
  const std::vector<double> values(law.values().begin(), law.values().end());
  const auto count = static_cast<Eigen::Index>(values.size());
  Eigen::MatrixXd jacobian(runs.rows(), count);
  for (Eigen::Index j = 0; j < count; ++j) {
    const double h = 6e-6 * std::max(std::abs(values[static_cast<std::size_t>(j)]), 1e-3);
    const auto moved = [&](double by) {
      std::vector<double> other = values;
      other[static_cast<std::size_t>(j)] += by;
      return log_losses(*law.with_values("moved", std::move(other)), runs);
    };
    jacobian.col(j) = (moved(h) - moved(-h)) / (2 * h);
    if (jacobian.col(j).norm() > 0) jacobian.col(j).normalize();
  }
  const Eigen::VectorXd singular = Eigen::JacobiSVD<Eigen::MatrixXd>(jacobian).singularValues();
  return singular[0] / singular[count - 1];
}

double worst_error(const Law& truth, const Law& fitted) {
  double worst = 0;
  for (std::size_t i = 0; i < truth.values().size(); ++i)
    worst = std::max(worst, std::abs(fitted.values()[i] - truth.values()[i]) /
                                std::max(std::abs(truth.values()[i]), 1e-3));
  return worst;
}

}  // namespace

Recovery recover(const Law& law, std::uint64_t seed) {
  const Law truth = random_values(law, seed);
  Table runs = random_runs(law, kRuns, seed);
  EXPECT_TRUE(runs.set("loss", *predict(truth, runs)));
  Recovery result{.condition = condition(truth, runs),
                  .error = std::numeric_limits<double>::infinity(),
                  .message = {}};
  const Result<Fit> fitted = fit(law, runs, {.loss = {RobustLoss::Kind::kSquare, 0}});
  if (!fitted) {
    result.message = fitted.error().text();
    return result;
  }
  if (fitted->usable) result.error = worst_error(truth, fitted->law);
  result.message = fmt::format("mean {:.2g}, {}", fitted->objective.mean, fitted->message);
  return result;
}

}  // namespace isoflop::test
