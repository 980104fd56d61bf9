// Noise-free runs of a law must give its coefficients back: whatever else a fit does, this is what
// it is for.
//
// Run by hand, for it takes minutes: README.md beside this file says how, and what came of it. A
// draw of coefficients counts only where the runs determine them at all: where the condition number
// of the scaled Jacobian of ln L, by differences and a singular value decomposition, is at most
// 1e8.
#include <gtest/gtest.h>

#include <Eigen/SVD>
#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "isoflop/fit.h"
#include "support/book.h"

namespace isoflop {
namespace {

constexpr std::size_t kRuns = 200;
constexpr double kLargestCondition = 1e8;
constexpr double kGivenBack = 1e-6;  // relative
constexpr double kShareGivenBack = 0.95;

std::size_t draws() {
  const char* asked = std::getenv("ISOFLOP_DRAWS");
  return asked == nullptr ? 20 : static_cast<std::size_t>(std::atoi(asked));
}

std::vector<double> log_losses(const Law& law, const Table& runs) {
  std::vector<double> losses = *predict(law, runs);
  for (double& loss : losses) loss = std::log(loss);
  return losses;
}

double condition(const Law& law, const Table& runs) {
  const std::vector<double> values(law.values().begin(), law.values().end());
  Eigen::MatrixXd jacobian(runs.rows(), values.size());
  for (std::size_t j = 0; j < values.size(); ++j) {
    const double h = 6e-6 * std::max(std::abs(values[j]), 1e-3);
    const auto moved = [&](double by) {
      std::vector<double> other = values;
      other[j] += by;
      return log_losses(*law.with_values("moved", other), runs);
    };
    const std::vector<double> up = moved(h), down = moved(-h);
    for (std::size_t i = 0; i < runs.rows(); ++i)
      jacobian(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) =
          (up[i] - down[i]) / (2 * h);
  }
  for (Eigen::Index j = 0; j < jacobian.cols(); ++j)
    if (jacobian.col(j).norm() > 0) jacobian.col(j).normalize();
  const Eigen::VectorXd singular = Eigen::JacobiSVD<Eigen::MatrixXd>(jacobian).singularValues();
  return singular[0] / singular[singular.size() - 1];
}

double worst_error(const Law& truth, const Law& fitted) {
  double worst = 0;
  for (std::size_t i = 0; i < truth.values().size(); ++i)
    worst = std::max(worst, std::abs(fitted.values()[i] - truth.values()[i]) /
                                std::max(std::abs(truth.values()[i]), 1e-3));
  return worst;
}

class Recovery : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Book, Recovery, testing::ValuesIn(book_keys()));

TEST_P(Recovery, NoiseFreeRunsGiveTheCoefficientsBack) {
  const Law law = test::book_law(GetParam());
  std::size_t counted = 0, given_back = 0;
  for (std::size_t seed = 1; seed <= draws(); ++seed) {
    const Law truth = test::random_values(law, seed);
    Table runs = test::random_runs(law, kRuns, seed);
    ASSERT_TRUE(runs.set("loss", *predict(truth, runs)));
    const double condition_number = condition(truth, runs);
    if (!(condition_number <= kLargestCondition)) continue;
    ++counted;
    const Result<Fit> fitted = fit(law, runs, {.loss = {Loss::Kind::kSquare, 0}});
    ASSERT_TRUE(fitted) << fitted.error().text();
    const double error = fitted->usable ? worst_error(truth, fitted->law) : INFINITY;
    if (error <= kGivenBack) {
      ++given_back;
      continue;
    }
    std::printf("%s, seed %zu: error %.2g, condition %.2g, mean %.2g, %s\n", law.key().c_str(),
                seed, error, condition_number, fitted->objective.mean, fitted->message.c_str());
  }
  std::printf("%s: %zu of %zu given back, %zu draws not determined by the runs\n",
              law.key().c_str(), given_back, counted, draws() - counted);
  EXPECT_GE(static_cast<double>(given_back), kShareGivenBack * static_cast<double>(counted));
}

}  // namespace
}  // namespace isoflop
