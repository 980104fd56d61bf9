#include "judge/clusters.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/distributions.h"

namespace isoflop {

Clusters clusters_of(std::span<const double> labels) {
  Clusters clusters;
  std::unordered_map<double, std::size_t> numbers;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    const auto [at, is_new] = numbers.try_emplace(labels[row], clusters.size());
    if (is_new) clusters.emplace_back();
    clusters[at->second].push_back(static_cast<Eigen::Index>(row));
  }
  return clusters;
}

SharedNoise shared_noise(const Eigen::VectorXd& residuals, const Eigen::MatrixXd& left,
                         const Clusters& clusters) {
  const auto free = static_cast<double>(residuals.size() - left.cols());
  const double squares = residuals.squaredNorm();
  // Z'MZ = diag(n) - B B', B = Z'L.
  double sums = 0, trace = 0, trace2 = 0;
  Eigen::MatrixXd products = Eigen::MatrixXd::Zero(left.cols(), left.cols());  // B'B
  for (const std::vector<Eigen::Index>& rows : clusters) {
    double sum = 0;
    Eigen::VectorXd of_left = Eigen::VectorXd::Zero(left.cols());
    for (const Eigen::Index row : rows) {
      sum += residuals[row];
      of_left += left.row(row).transpose();
    }
    const auto size = static_cast<double>(rows.size());
    sums += sum * sum;
    trace += size - of_left.squaredNorm();
    trace2 += size * size - 2 * size * of_left.squaredNorm();
    products += of_left * of_left.transpose();
  }
  trace2 += products.squaredNorm();
  SharedNoise noise{.within = squares / free, .degrees_of_freedom = free};
  const double determinant = free * trace2 - trace * trace;
  // Of clusters of one row each, or of one cluster whose sum the fit takes, it is rounding.
  if (!(determinant > 1e-9 * free * trace2) || !(squares > 0)) return noise;
  const double terms = trace * trace / trace2, share = sums / squares * trace / trace2;
  noise.p = share < 1
                ? fisher_tail(share / terms / ((1 - share) / (free - terms)), terms, free - terms)
                : 0;
  noise.between = std::max(0.0, (free * sums - trace * squares) / determinant);
  noise.within = (squares - trace * noise.between) / free;
  if (noise.within < 0) {
    noise.within = 0;
    noise.between = squares / trace;
  }
  const double a = noise.within, b = noise.between;
  const double mean = a * free + b * trace;
  noise.degrees_of_freedom = mean * mean / (a * a * free + 2 * a * b * trace + b * b * trace2);
  return noise;
}

}  // namespace isoflop
