#include "isoflop/lack_of_fit.h"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/distributions.h"
#include "base/error.h"
#include "data/derive.h"
#include "judge/linearised.h"

namespace isoflop {

namespace {

constexpr double kTuning = 2;             // robust standard deviations: 99 % as good as means where
                                          // noise is normal (Huber 1981)
constexpr double kPerDeviation = 0.6745;  // median of |z|, z standard normal
constexpr int kReweightings = 30;
constexpr double kRank = 1e-7;            // of a column's size, for what J leaves of it
constexpr std::size_t kMostInputs = 8;    // the number of terms grows as its square
constexpr std::size_t kLeastFreedom = 5;  // degrees that the noise is judged by

// ln of an input, or of 1 - S, from -1 to 1 over the runs.
struct LogInput {
  std::string name;
  Eigen::VectorXd values;
};

std::vector<LogInput> log_inputs(const Fit& fit) {
  std::vector<LogInput> list;
  for (const Input& input : fit.law.inputs()) {
    const std::span<const double> column = fit.table.column(input.name);
    const bool share = input.name == "S" || input.name == "Sx";
    Eigen::VectorXd values(static_cast<Eigen::Index>(column.size()));
    for (std::size_t i = 0; i < column.size(); ++i)
      values[static_cast<Eigen::Index>(i)] = std::log(share ? 1 - column[i] : column[i]);
    if (values.size() == 0 || !values.allFinite()) continue;
    const double low = values.minCoeff(), high = values.maxCoeff();
    if (!(high - low > 1e-6)) continue;
    values = (2 * values.array() - low - high) / (high - low);
    list.push_back({input.name, std::move(values)});
  }
  return list;
}

// A term that residuals may follow: the square of one input, or the product of two.
struct Bend {
  std::vector<std::string> inputs;
  Eigen::VectorXd term;
};

std::vector<Bend> bends_over(const std::vector<LogInput>& inputs) {
  std::vector<Bend> list;
  for (std::size_t a = 0; a < inputs.size(); ++a) {
    const Eigen::VectorXd& x = inputs[a].values;
    list.push_back({{inputs[a].name}, x.cwiseAbs2()});
    for (std::size_t b = 0; b < a; ++b)
      list.push_back({{inputs[b].name, inputs[a].name}, x.cwiseProduct(inputs[b].values)});
  }
  return list;
}

// Columns of a matrix that are added one by one, each less what the columns before it can follow.
class Orthonormal {
 public:
  explicit Orthonormal(Eigen::Index rows) : columns_(rows, 0) {}
  // Whether there was anything left.
  bool add(Eigen::VectorXd column) {
    const double size = column.norm();
    for (int twice = 0; twice < 2; ++twice) column -= columns_ * (columns_.transpose() * column);
    if (!(column.norm() > kRank * size)) return false;
    columns_.conservativeResize(Eigen::NoChange, columns_.cols() + 1);
    columns_.rightCols(1) = column.normalized();
    return true;
  }
  [[nodiscard]] const Eigen::MatrixXd& columns() const { return columns_; }
  [[nodiscard]] Eigen::Index rank() const { return columns_.cols(); }

 private:
  Eigen::MatrixXd columns_;
};

// Huber's scores of what a robust fit of some columns leaves of the residuals.
Eigen::VectorXd robust_scores(const Eigen::MatrixXd& columns, const Eigen::VectorXd& residuals) {
  Eigen::VectorXd left = residuals, scores = residuals;
  double before = 0;
  for (int i = 0; i < kReweightings; ++i) {
    std::vector<double> sizes(static_cast<std::size_t>(left.size()));
    for (Eigen::Index row = 0; row < left.size(); ++row)
      sizes[static_cast<std::size_t>(row)] = std::abs(left[row]);
    // As many residuals as there are columns may be 0.
    const auto middle = sizes.begin() + (left.size() + columns.cols()) / 2;
    std::ranges::nth_element(sizes, middle);
    const double most = kTuning * *middle / kPerDeviation;
    scores = left.cwiseMax(-most).cwiseMin(most);
    // The step of modified residuals (Huber 1981, section 7.8): scores end orthogonal to the
    // columns.
    const Eigen::VectorXd step = columns * (columns.transpose() * scores);
    left -= step;
    const double size = step.norm();
    if (!(size > 1e-6 * left.norm()) || size == before) break;
    before = size;
  }
  return scores;
}

}  // namespace

Result<LackOfFit> lack_of_fit(const Fit& fit) {
  const Result<Linearised> problem = linearise(fit);
  if (!problem) return std::unexpected(problem.error());
  LackOfFit result;
  if (fit.table.has("cluster")) {
    result.untested = "runs of a cluster share their noise";
    return result;
  }
  const std::vector<LogInput> inputs = log_inputs(fit);
  if (inputs.empty()) {
    result.untested = "no input varies";
    return result;
  }
  if (inputs.size() > kMostInputs) {
    result.untested = "too many inputs";
    return result;
  }
  const Eigen::VectorXd roots = problem->weights.cwiseSqrt();
  const Eigen::Index rows = (roots.array() > 0).count();
  Orthonormal known(roots.size());
  for (Eigen::Index j = 0; j < problem->jacobian.cols(); ++j)
    known.add(roots.cwiseProduct(problem->jacobian.col(j)));

  const Eigen::Index rank = known.rank();
  const std::vector<Bend> bends = bends_over(inputs);
  Orthonormal all = known;
  for (const Bend& bend : bends) all.add(roots.cwiseProduct(bend.term));

  const Eigen::Index terms = all.rank() - rank, freedom = rows - all.rank();
  if (terms == 0) {
    result.untested = "the coefficients follow any bend";
    return result;
  }
  if (freedom < static_cast<Eigen::Index>(kLeastFreedom)) {
    result.untested = "too few runs";
    return result;
  }
  const Eigen::VectorXd scores =
      robust_scores(known.columns(), roots.cwiseProduct(problem->residuals));
  const double bent = (all.columns().rightCols(terms).transpose() * scores).squaredNorm();
  const double noise = scores.squaredNorm() - bent;
  if (!(noise > 0)) {
    result.untested = "the residuals are 0";
    return result;
  }
  result.terms = static_cast<std::size_t>(terms);
  result.degrees_of_freedom = static_cast<std::size_t>(freedom);
  result.F = bent / noise * static_cast<double>(freedom) / static_cast<double>(terms);
  result.p = fisher_tail(result.F, static_cast<double>(terms), static_cast<double>(freedom));
  double most = 0;
  for (const Bend& bend : bends) {
    Orthonormal own = known;
    if (!own.add(roots.cwiseProduct(bend.term))) continue;
    const double along = own.columns().rightCols(1).col(0).dot(scores);
    if (!(std::abs(along) > most)) continue;
    most = std::abs(along);
    result.inputs = bend.inputs;
    // Residuals are predicted less measured.
    result.direction = along < 0 ? 1 : -1;
  }
  return result;
}

double noise_share(const LackOfFit& test) {
  if (!test.untested.empty()) return 1;
  const auto terms = static_cast<double>(test.terms);
  const auto freedom = static_cast<double>(test.degrees_of_freedom);
  return std::min(1.0, std::sqrt((freedom + terms) / (freedom + terms * test.F)));
}

}  // namespace isoflop
