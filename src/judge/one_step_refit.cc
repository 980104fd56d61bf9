#include "judge/one_step_refit.h"

#include <Eigen/LU>
#include <cmath>
#include <vector>

#include "fit/robust_loss.h"
#include "judge/linearised.h"
#include "judge/scores.h"

namespace isoflop {

namespace {

OneStepRefit held(const Fold& fold) {
  return {Eigen::MatrixXd(fold.training.size(), 0), Eigen::MatrixXd(fold.held_out.size(), 0)};
}

// Derivatives of the loss at the held-out rows by the variables. The training rows come along, for
// an objective needs as many rows as coefficients.
Result<Eigen::MatrixXd> loss_slopes(const Fit& fit, const Table& table, const Fold& fold) {
  std::vector<std::size_t> rows = fold.training;
  rows.insert(rows.end(), fold.held_out.begin(), fold.held_out.end());
  Fit everywhere = fit;
  everywhere.table = table.select(rows);
  everywhere.recipe.residual = Residual::kLinear;
  const Result<Linearised> problem = linearise(everywhere);
  if (!problem) return std::unexpected(problem.error());
  return problem->jacobian.bottomRows(static_cast<Eigen::Index>(fold.held_out.size()));
}

// How many of the directions, the best determined first, are known to within their own size.
Eigen::Index determined(const Decomposition& parts, const Scores& scores) {
  Eigen::Index count = 0;
  while (count < parts.rank && relative_error(scores, parts.singular[count]) < kWeak) ++count;
  return count;
}

}  // namespace

OneStepRefit one_step_refit(const Fit& fit, const Table& table, const Fold& fold) {
  const Result<Linearised> problem = linearise(fit);
  const Result<Eigen::MatrixXd> slopes = loss_slopes(fit, table, fold);
  if (!problem || !slopes || !slopes->allFinite()) return held(fold);
  const Decomposition parts = decompose(*problem, sizes_of(fit, *problem).cwiseInverse());
  if (problem->residuals.size() <= parts.rank) return held(fold);
  const Scores scores = scores_of(fit.recipe.loss, *problem, parts);
  const Eigen::Index count = scores.curvature > 0 ? determined(parts, scores) : 0;
  if (count == 0) return held(fold);

  const auto left = parts.left.leftCols(count);
  const Eigen::MatrixXd bread =
      (left.transpose() * scores.shares.asDiagonal() * left).inverse() / scores.curvature;
  Eigen::VectorXd pull(problem->residuals.size());
  for (Eigen::Index i = 0; i < pull.size(); ++i)
    pull[i] = -std::sqrt(problem->weights[i]) * psi(fit.recipe.loss, problem->residuals[i]);
  OneStepRefit refit{.influence = pull.asDiagonal() * left * bread,
                     .slopes = *slopes * parts.scale.cwiseInverse().asDiagonal() *
                               parts.vectors.leftCols(count) *
                               parts.singular.head(count).cwiseInverse().asDiagonal()};
  if (!refit.influence.allFinite() || !refit.slopes.allFinite()) return held(fold);
  return refit;
}

}  // namespace isoflop
