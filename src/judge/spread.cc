#include "judge/spread.h"

#include <Eigen/LU>
#include <utility>

#include "base/numbers.h"
#include "judge/scores.h"

namespace isoflop {

namespace {

// Of what the left singular vectors take from the rows.
Eigen::MatrixXd core_of(CovarianceKind kind, const Linearised& problem, const Decomposition& parts,
                        const Scores& scores) {
  const double scale = 1 / (scores.curvature * scores.curvature);
  if (kind == CovarianceKind::kModel)
    return scores.variance * scale * Eigen::MatrixXd::Identity(parts.rank, parts.rank);
  const Eigen::VectorXd noise = problem.weights.cwiseProduct(scores.squares);
  const Eigen::MatrixXd middle = parts.left.transpose() * noise.asDiagonal() * parts.left;
  const Eigen::MatrixXd bread =
      (parts.left.transpose() * scores.shares.asDiagonal() * parts.left).inverse();
  return scale * (bread * middle * bread);
}

}  // namespace

double Spread::variance(const Eigen::VectorXd& gradient) const {
  if (!parts.determines(gradient)) return kNan;
  const Eigen::VectorXd along = map.transpose() * gradient;
  return along.dot(core * along);
}

Eigen::MatrixXd Spread::of_variables() const {
  Eigen::MatrixXd result = map * core * map.transpose();
  for (Eigen::Index i = 0; i < result.rows(); ++i) {
    if (parts.determines(Eigen::VectorXd::Unit(result.rows(), i))) continue;
    result.row(i).setConstant(kNan);
    result.col(i).setConstant(kNan);
  }
  return result;
}

Result<Spread> spread_of(const Fit& fit, CovarianceKind kind) {
  Result<Linearised> problem = linearise(fit);
  if (!problem) return std::unexpected(problem.error());
  Spread result{.problem = *std::move(problem)};
  Decomposition& parts = result.parts = decompose(result.problem);
  result.map = parts.scale.cwiseInverse().asDiagonal() * parts.vectors.leftCols(parts.rank) *
               parts.singular.head(parts.rank).cwiseInverse().asDiagonal();
  result.core = Eigen::MatrixXd::Constant(parts.rank, parts.rank, kNan);
  const Eigen::Index rows = result.problem.residuals.size();
  if (rows <= parts.rank) return result;
  const Scores scores = scores_of(fit.recipe.loss, result.problem, parts);
  result.degrees_of_freedom = static_cast<std::size_t>(rows - parts.rank);
  result.curvature = scores.curvature;
  result.score_variance = scores.variance;
  // A loss that bends down again may have no curvature to speak of.
  if (scores.curvature > 0) result.core = core_of(kind, result.problem, parts, scores);
  return result;
}

}  // namespace isoflop
