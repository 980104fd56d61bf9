// Runs that share their noise: checkpoints of one run, runs of one sweep. Their scores make a
// cluster-robust covariance (spread.h), their residuals say how much of the noise is shared.
//
// With Z the indicators of the clusters and M = I - L L' what a fit leaves of its rows, the
// residuals of noise with the variances `between` of clusters and `within` them have
//
//   E r'r = within (n - p) + between tr(Z'MZ),   E |Z'r|^2 = within tr(Z'MZ) + between |Z'MZ|^2,
//
// two equations that give both without bias: a fit goes towards its own clusters, so plain moments
// of its residuals would make too little of what they share.
#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

namespace isoflop {

// Rows with the same label, in the order in which the labels come.
using Clusters = std::vector<std::vector<Eigen::Index>>;
Clusters clusters_of(std::span<const double> labels);

struct SharedNoise {
  double between = 0, within = 0;  // variances; neither is below 0
  double degrees_of_freedom = 0;   // of their sum, by Satterthwaite's formula
  // Of a sum of squares of the clusters' sums as large or larger, were rows independent: by the
  // beta distribution with its mean and variance then, which is exact for clusters of one size.
  double p = 1;

  [[nodiscard]] double variance() const { return between + within; }
  [[nodiscard]] double correlation() const { return between > 0 ? between / variance() : 0; }
};

// `residuals`: of rows, times the roots of their weights. `left`: orthonormal columns that a fit
// took out of them; fewer than there are rows.
SharedNoise shared_noise(const Eigen::VectorXd& residuals, const Eigen::MatrixXd& left,
                         const Clusters& clusters);

}  // namespace isoflop
