#include "judge/linearised.h"

#include <Eigen/QR>
#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "base/error.h"
#include "fit/objective.h"

namespace isoflop {

namespace {

constexpr std::size_t kRowsAtOnce = 4096;  // few enough that a point keeps them
constexpr double kRankTolerance = 1e-10;   // of the largest singular value
constexpr double kNullPart = 1e-6;         // of a vector

// Rows [first, last) into the problem.
Result<void> add_rows(const Fit& fit, std::size_t first, std::size_t last, Linearised& problem) {
  std::vector<std::size_t> rows(last - first);
  for (std::size_t i = first; i < last; ++i) rows[i - first] = i;
  const Result<FitObjective> objective =
      FitObjective::make(fit.law, fit.table.select(rows), fit.recipe);
  if (!objective) return std::unexpected(objective.error());
  FitObjective::State state = objective->make_state();
  objective->evaluate(fit.law.values(), {RobustLoss::Kind::kSquare, 0}, 0,
                      std::numeric_limits<double>::infinity(), state.here, state);
  const auto start = static_cast<Eigen::Index>(first),
             count = static_cast<Eigen::Index>(rows.size());
  problem.residuals.segment(start, count) =
      Eigen::Map<const Eigen::VectorXd>(objective->residuals(state.here), count);
  problem.weights.segment(start, count) = objective->weights();
  const ColumnBlock columns = objective->jacobian(state.here);
  for (std::size_t j = 0, k = 0; j < objective->free().size(); ++j) {
    if (k == problem.variables.size() ||
        problem.variables[k].coefficient != objective->free()[j].index)
      continue;
    problem.jacobian.col(static_cast<Eigen::Index>(k)).segment(start, count) =
        problem.variables[k].rate *
        Eigen::Map<const Eigen::VectorXd>(columns.first + j * columns.stride, count);
    ++k;
  }
  return {};
}

}  // namespace

Variable variable_of(const Fit& fit, std::size_t coefficient) {
  const Coefficient& of = fit.law.coefficients()[coefficient];
  const double value = fit.law.values()[coefficient];
  const bool logarithmic =
      of.role == Role::kScale && range_in(fit.recipe, of).low >= 0 && value > 0;
  return {coefficient, logarithmic, logarithmic ? value : 1};
}

Result<Linearised> linearise(const Fit& fit) {
  if (!fit.usable) return error("a fit that failed has no intervals: {}", fit.message);
  const std::size_t rows = fit.table.rows();
  if (rows == 0)
    return error("the fit came without its runs, and its covariance is made from them: fit again");
  Linearised problem;
  for (std::size_t i = 0; i < fit.law.coefficients().size(); ++i) {
    const std::string& name = fit.law.coefficients()[i].name;
    if (fit.recipe.fix.contains(name) || fit.recipe.tie.contains(name)) continue;
    if (std::ranges::find(fit.at_bound, name) == fit.at_bound.end())
      problem.variables.push_back(variable_of(fit, i));
  }
  problem.residuals.resize(static_cast<Eigen::Index>(rows));
  problem.weights.resize(static_cast<Eigen::Index>(rows));
  problem.jacobian.resize(static_cast<Eigen::Index>(rows),
                          static_cast<Eigen::Index>(problem.variables.size()));
  const std::size_t parts = (rows + kRowsAtOnce - 1) / kRowsAtOnce;
  for (std::size_t part = 0; part < parts; ++part)
    if (const auto done = add_rows(fit, rows * part / parts, rows * (part + 1) / parts, problem);
        !done)
      return std::unexpected(done.error());
  return problem;
}

Eigen::VectorXd sizes_of(const Fit& fit, const Linearised& problem) {
  Eigen::VectorXd sizes(static_cast<Eigen::Index>(problem.variables.size()));
  for (Eigen::Index j = 0; j < sizes.size(); ++j) {
    const Variable& variable = problem.variables[static_cast<std::size_t>(j)];
    const double value = std::abs(fit.law.values()[variable.coefficient]);
    sizes[j] = variable.logarithmic || value == 0 ? 1 : value;
  }
  return sizes;
}

double Decomposition::leverage(Eigen::Index row) const {
  return rank == 0 ? 0 : left.row(row).squaredNorm();
}

bool Decomposition::determines(const Eigen::VectorXd& gradient) const {
  const Eigen::VectorXd scaled = gradient.cwiseQuotient(scale);
  const auto null = vectors.rightCols(vectors.cols() - rank);
  return (null.transpose() * scaled).norm() <= kNullPart * scaled.norm();
}

Decomposition decompose(const Linearised& problem, Eigen::VectorXd scale) {
  Eigen::MatrixXd weighted = problem.weights.cwiseSqrt().asDiagonal() * problem.jacobian;
  if (scale.size() == 0) {
    scale = weighted.colwise().norm();
    scale = (scale.array() > 0).select(scale, 1);
  }
  const Eigen::Index count = weighted.cols();
  Decomposition result{.scale = std::move(scale)};
  if (count == 0) {
    result.left.resize(weighted.rows(), 0);
    return result;
  }
  weighted *= result.scale.cwiseInverse().asDiagonal();
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(weighted, Eigen::ComputeThinU | Eigen::ComputeThinV);
  result.singular = svd.singularValues();
  result.vectors = svd.matrixV();
  const double least = kRankTolerance * result.singular[0];
  while (result.rank < result.singular.size() && result.singular[result.rank] > least)
    ++result.rank;
  result.left = svd.matrixU().leftCols(result.rank);
  return result;
}

}  // namespace isoflop
