#include "judge/spread.h"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/numbers.h"
#include "fit/check.h"
#include "fit/robust_loss.h"
#include "judge/clusters.h"
#include "judge/scores.h"
#include "judge/unequal_noise.h"

namespace isoflop {

namespace {

// Of a direction that one cluster alone determines: its scores show no noise there.
constexpr double kAllOfCluster = 1 - 1e-9;

// The middle of the sandwich, of what the left singular vectors take from the rows.
Eigen::MatrixXd middle_of(const Linearised& problem, const Decomposition& parts,
                          const Scores& scores) {
  const Eigen::VectorXd noise = problem.weights.cwiseProduct(scores.squares);
  return parts.left.transpose() * noise.asDiagonal() * parts.left;
}

// The same of clusters, which join the spread.
Eigen::MatrixXd middle_of_clusters(const RobustLoss& loss, const Clusters& clusters,
                                   Spread& spread) {
  const Linearised& problem = spread.problem;
  const Decomposition& parts = spread.parts;
  Eigen::VectorXd scores(problem.residuals.size());
  for (Eigen::Index i = 0; i < scores.size(); ++i)
    scores[i] = std::sqrt(problem.weights[i]) * psi(loss, problem.residuals[i]);
  const SharedNoise noise = shared_noise(scores, parts.left, clusters);
  spread.correlation = noise.correlation();
  Eigen::MatrixXd middle = Eigen::MatrixXd::Zero(parts.rank, parts.rank);
  for (const std::vector<Eigen::Index>& rows : clusters) {
    Eigen::MatrixXd products = Eigen::MatrixXd::Zero(parts.rank, parts.rank);
    Eigen::VectorXd sums = Eigen::VectorXd::Zero(parts.rank);
    Eigen::VectorXd pull = Eigen::VectorXd::Zero(parts.rank);
    for (const Eigen::Index row : rows) {
      const Eigen::VectorXd left = parts.left.row(row).transpose();
      products += left * left.transpose();
      sums += left;
      pull += scores[row] * left;
    }
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> of(products);
    Spread::Cluster cluster{of.eigenvectors(), of.eigenvalues().cwiseMax(0), std::move(sums)};
    Eigen::VectorXd along = cluster.vectors.transpose() * pull;
    for (Eigen::Index k = 0; k < along.size(); ++k) {
      if (cluster.leverages[k] < kAllOfCluster) {
        along[k] /= std::sqrt(1 - cluster.leverages[k]);
        continue;
      }
      // The noise of the others stands in.
      const double shared = cluster.vectors.col(k).dot(cluster.sums);
      along[k] = 0;
      middle += (noise.within + noise.between * shared * shared) * cluster.vectors.col(k) *
                cluster.vectors.col(k).transpose();
    }
    const Eigen::VectorXd score = cluster.vectors * along;
    middle += score * score.transpose();
    spread.clusters.push_back(std::move(cluster));
  }
  return middle;
}

Eigen::MatrixXd bread_of(const Decomposition& parts, const Scores& scores) {
  return (parts.left.transpose() * scores.shares.asDiagonal() * parts.left).inverse();
}

// The sandwich of independent rows.
Eigen::MatrixXd core_of(const Linearised& problem, const Decomposition& parts,
                        const Scores& scores) {
  const Eigen::MatrixXd bread = bread_of(parts, scores);
  return bread * middle_of(problem, parts, scores) * bread / (scores.curvature * scores.curvature);
}

}  // namespace

double Spread::variance(const Eigen::VectorXd& gradient) const {
  if (!parts.determines(gradient)) return kNan;
  const Eigen::VectorXd along = map.transpose() * gradient;
  return along.dot(core * along);
}

// The estimate is a sum over clusters of (v'u)^2, v = A L b: a quadratic form in noise of
// covariance Phi. With Q the matrix of cov(v_g'u_g, v_h'u_h) = v_g' (M Phi M)_gh v_h, the degrees
// of freedom are tr(Q)^2 / tr(Q^2). Q is diagonal but for F C F', F with two columns for each of
// left.
double Spread::degrees(const Eigen::VectorXd& gradient) const {
  if (!parts.determines(gradient) || degrees_of_freedom == 0) return kNan;
  if (clusters.empty()) return static_cast<double>(degrees_of_freedom);
  const Eigen::VectorXd b = bread * (map.transpose() * gradient);
  const Eigen::Index rank = parts.rank, count = static_cast<Eigen::Index>(clusters.size());
  const double shared = correlation, own = 1 - correlation;
  Eigen::VectorXd diagonal(count);
  Eigen::MatrixXd F(count, 2 * rank);
  Eigen::MatrixXd S = own * Eigen::MatrixXd::Identity(rank, rank);  // left' Phi left
  for (Eigen::Index g = 0; g < count; ++g) {
    const Cluster& of = clusters[static_cast<std::size_t>(g)];
    const Eigen::ArrayXd along = (of.vectors.transpose() * b).array(), h = of.leverages.array();
    const Eigen::ArrayXd stretch =
        (h < kAllOfCluster).select((1 - h).max(1e-9).sqrt().inverse(), 0);
    const Eigen::VectorXd t = of.vectors * (h * stretch * along).matrix();    // L'v
    const double size = (h * (stretch * along).square()).sum();               // v'v
    const double sum = of.sums.dot(of.vectors * (stretch * along).matrix());  // 1'v
    F.row(g).head(rank) = t;
    F.row(g).tail(rank) = own * t + shared * sum * of.sums;
    diagonal[g] = own * size + shared * sum * sum;
    S += shared * of.sums * of.sums.transpose();
  }
  Eigen::MatrixXd C = Eigen::MatrixXd::Zero(2 * rank, 2 * rank);
  C.topLeftCorner(rank, rank) = S;
  C.topRightCorner(rank, rank) = C.bottomLeftCorner(rank, rank) =
      -Eigen::MatrixXd::Identity(rank, rank);
  const Eigen::MatrixXd product = C * (F.transpose() * F);
  const Eigen::VectorXd crossed = (F * C).cwiseProduct(F).rowwise().sum();
  const double trace = diagonal.sum() + product.trace();
  const double squares =
      diagonal.squaredNorm() + 2 * diagonal.dot(crossed) + (product * product).trace();
  return trace > 0 && squares > 0 ? std::max(1.0, trace * trace / squares) : 1;
}

double Spread::design_effect() const {
  if (clusters.empty()) return 1;
  const auto runs = static_cast<double>(problem.residuals.size());
  return 1 + (runs / static_cast<double>(clusters.size()) - 1) * correlation;
}

double Spread::fewest() const {
  if (clusters.empty()) return static_cast<double>(degrees_of_freedom);
  return std::max(1.0, static_cast<double>(clusters.size()) - static_cast<double>(parts.rank));
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
  if (const Result<void> ok = check_clusters(fit.table); !ok) return std::unexpected(ok.error());
  Spread result{.problem = *std::move(problem)};
  Decomposition& parts = result.parts = decompose(result.problem);
  result.map = parts.scale.cwiseInverse().asDiagonal() * parts.vectors.leftCols(parts.rank) *
               parts.singular.head(parts.rank).cwiseInverse().asDiagonal();
  result.core = Eigen::MatrixXd::Constant(parts.rank, parts.rank, kNan);
  const Eigen::Index rows = result.problem.residuals.size();
  // A quantile far from the median has few runs about it, and the density that the sandwich needs
  // is read off these.
  if (rows <= parts.rank || fit.recipe.loss.kind == RobustLoss::Kind::kQuantile) return result;
  const Clusters clusters =
      kind == CovarianceKind::kModel ? Clusters() : clusters_of(fit.table.column("cluster"));
  const Scores scores = scores_of(fit.recipe.loss, result.problem, parts);
  result.degrees_of_freedom = static_cast<std::size_t>(rows - parts.rank);
  result.curvature = scores.curvature;
  result.score_variance = scores.variance;
  result.bread = Eigen::MatrixXd::Identity(parts.rank, parts.rank);
  // A loss that bends down again may have no curvature to speak of.
  if (!(scores.curvature > 0)) return result;
  if (kind == CovarianceKind::kModel) {
    result.core = scores.variance / (scores.curvature * scores.curvature) * result.bread;
    return result;
  }
  result.bread = bread_of(parts, scores);
  if (!clusters.empty()) {
    result.of_noise = true;
    const Eigen::MatrixXd middle = middle_of_clusters(fit.recipe.loss, clusters, result);
    result.core = result.bread * middle * result.bread / (scores.curvature * scores.curvature);
    return result;
  }
  result.core = core_of(result.problem, parts, scores);
  const std::optional<UnequalNoise> unequal = unequal_noise(fit, result.problem.residuals, parts);
  if (!unequal || !unequal->is_large()) return result;
  result.of_noise = true;
  const Scores modelled = scores_of(fit.recipe.loss, result.problem, parts, unequal->relative);
  if (modelled.curvature > 0)
    result.core = (core_of(result.problem, parts, modelled) + result.core) / 2;
  return result;
}

}  // namespace isoflop
