#include "judge/scores.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "fit/robust_loss.h"

namespace isoflop {

namespace {

constexpr double kNormal975 = 1.959963984540054;
constexpr std::size_t kMostOfSample = 200;  // residuals that stand for their distribution
constexpr double kAllLeverage = 1 - 1e-9;   // a row that is fitted whatever its loss is

// Half the share of the residuals that the bandwidth takes in, for a median: n^(-1/3) z^(2/3)
// (3/2 phi(0)^2)^(1/3).
double hall_sheather(double rows) {
  return std::cbrt(kNormal975 * kNormal975 * 1.5 / (2 * std::numbers::pi * rows));
}

// Difference quotients of the loss's slope, row by row; all of rows that are equally far from 0.
struct Quotients {
  double mean = 1;  // without the `fitted` rows of the smallest residuals
  Eigen::VectorXd of_rows;
};

Quotients difference_quotients(const RobustLoss& loss, const Eigen::VectorXd& residuals,
                               Eigen::Index fitted) {
  std::vector<double> ordered(residuals.begin(), residuals.end());
  std::ranges::sort(ordered, {}, [](double r) { return std::abs(r); });
  ordered.erase(ordered.begin(), ordered.begin() + fitted);
  const auto rows = static_cast<double>(ordered.size());
  const double share = std::min(1.0, 2 * hall_sheather(rows));
  const double b = std::abs(ordered[static_cast<std::size_t>(std::ceil(share * rows)) - 1]);
  Quotients result{.of_rows = Eigen::VectorXd::Ones(residuals.size())};
  if (!(b > 0) || loss.kind == RobustLoss::Kind::kSquare) return result;
  const auto quotient = [&](double r) { return (psi(loss, r + b) - psi(loss, r - b)) / (2 * b); };
  result.mean = 0;
  for (const double r : ordered) result.mean += quotient(r) / rows;
  for (Eigen::Index i = 0; i < residuals.size(); ++i) result.of_rows[i] = quotient(residuals[i]);
  return result;
}

}  // namespace

double relative_error(const Scores& scores, double singular) {
  return std::sqrt(scores.variance) / (scores.curvature * singular);
}

Scores scores_of(const RobustLoss& loss, const Linearised& problem, const Decomposition& parts) {
  const Eigen::VectorXd& residuals = problem.residuals;
  const Quotients quotients = difference_quotients(loss, residuals, parts.rank);
  Scores scores{.curvature = quotients.mean};
  scores.shares = quotients.of_rows / quotients.of_rows.mean();
  scores.squares.resize(residuals.size());
  for (Eigen::Index i = 0; i < residuals.size(); ++i) {
    const double slope = psi(loss, residuals[i]);
    scores.variance += problem.weights[i] * slope * slope;
  }
  scores.variance /= static_cast<double>(residuals.size() - parts.rank);
  for (Eigen::Index i = 0; i < residuals.size(); ++i) {
    const double leverage = parts.leverage(i);
    const double slope = psi(loss, residuals[i]);
    const double stretch = (1 / std::sqrt(1 - leverage) - 1) / scores.curvature;
    const double without = psi(loss, residuals[i] + stretch * slope);
    // A row that has a variable to itself shows no noise: that of the others stands in.
    scores.squares[i] =
        leverage < kAllLeverage ? without * without : scores.variance / problem.weights[i];
  }
  return scores;
}

Scores scores_of(const RobustLoss& loss, const Linearised& problem, const Decomposition& parts,
                 const Eigen::VectorXd& relative) {
  Scores scores = scores_of(loss, problem, parts);
  const Eigen::VectorXd alike = problem.residuals.cwiseQuotient(relative);
  std::vector<double> sample(alike.begin(), alike.end());
  std::ranges::sort(sample, {}, [](double each) { return std::abs(each); });
  sample.erase(sample.begin(), sample.begin() + parts.rank);  // as in difference_quotients()
  const auto rows = static_cast<double>(sample.size());
  const double share = std::min(1.0, 2 * hall_sheather(rows));
  const double b = std::abs(sample[static_cast<std::size_t>(std::ceil(share * rows)) - 1]);
  if (!(b > 0)) return scores;
  const std::size_t step = 1 + sample.size() / kMostOfSample;
  for (Eigen::Index i = 0; i < alike.size(); ++i) {
    const double width = relative[i] * b;
    double quotients = 0, squares = 0, count = 0;
    for (std::size_t k = step / 2; k < sample.size(); k += step, ++count) {
      const double r = relative[i] * sample[k], slope = psi(loss, r);
      quotients += (psi(loss, r + width) - psi(loss, r - width)) / (2 * width);
      squares += slope * slope;
    }
    scores.shares[i] = quotients / count;
    scores.squares[i] = squares / count;
  }
  scores.curvature = scores.shares.mean();
  scores.shares /= scores.curvature;
  return scores;
}

}  // namespace isoflop
