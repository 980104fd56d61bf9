#include "judge/noise_findings.h"

#include <fmt/format.h>

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/number_text.h"
#include "judge/clusters.h"
#include "judge/linearised.h"
#include "judge/unequal_noise.h"

namespace isoflop {

namespace {

constexpr double kPlainlyShared = 1e-3;  // of tables of independent rows, by chance
constexpr std::size_t kFewestClusters = 5;
constexpr double kBadRun = 3;  // scales, at which a residual is cut: one bad run is no cluster
constexpr double kMedianOfNormal = 0.6744897501960817;

// Residuals cut where they are far beyond most.
Eigen::VectorXd cut(Eigen::VectorXd residuals) {
  std::vector<double> sizes(residuals.begin(), residuals.end());
  for (double& size : sizes) size = std::abs(size);
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::ranges::nth_element(sizes, middle);
  const double most = kBadRun * *middle / kMedianOfNormal;
  return residuals.cwiseMax(-most).cwiseMin(most);
}

// What a fit could take out of its rows, and bends in the logarithms of size and data besides: a
// law that misfits smoothly leaves residuals that runs of one size share, too.
Eigen::MatrixXd smooth_part(const Decomposition& parts, std::span<const double> size,
                            std::span<const double> D) {
  const Eigen::Index rows = parts.left.rows();
  Eigen::MatrixXd columns(rows, parts.rank + 5);
  columns.leftCols(parts.rank) = parts.left;
  const auto logarithms = [&](std::span<const double> of) {
    Eigen::VectorXd z(rows);
    for (Eigen::Index i = 0; i < rows; ++i) z[i] = std::log(of[static_cast<std::size_t>(i)]);
    z.array() -= z.mean();
    return Eigen::VectorXd(z / std::max(z.cwiseAbs().maxCoeff(), 1e-300));
  };
  const Eigen::VectorXd n = logarithms(size), d = logarithms(D);
  Eigen::Index next = parts.rank;
  for (const Eigen::VectorXd& bend :
       {Eigen::VectorXd(n.array().square()), Eigen::VectorXd(n.array().cube()),
        Eigen::VectorXd(d.array().square()), Eigen::VectorXd(d.array().cube()),
        Eigen::VectorXd(n.cwiseProduct(d))})
    columns.col(next++) = bend;
  Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(columns);
  qr.setThreshold(1e-8);
  return qr.householderQ() * Eigen::MatrixXd::Identity(rows, qr.rank());
}

// Whether runs of one size are at several numbers of tokens.
bool grows(const Clusters& clusters, std::span<const double> D) {
  return std::ranges::any_of(clusters, [&](const std::vector<Eigen::Index>& rows) {
    return std::ranges::any_of(rows, [&](Eigen::Index row) {
      return D[static_cast<std::size_t>(row)] != D[static_cast<std::size_t>(rows[0])];
    });
  });
}

std::optional<Finding> clustered(const Table& table, const Eigen::VectorXd& residuals,
                                 const Decomposition& parts) {
  const std::string size = table.has("N") ? "N" : "P";
  const std::span<const double> sizes = table.column(size), D = table.column("D");
  if (table.has("cluster") || sizes.empty() || D.empty()) return std::nullopt;
  const Clusters clusters = clusters_of(sizes);
  if (clusters.size() < kFewestClusters || clusters.size() == sizes.size() || !grows(clusters, D))
    return std::nullopt;
  const Eigen::MatrixXd smooth = smooth_part(parts, sizes, D);
  if (residuals.size() <= smooth.cols() + 2) return std::nullopt;
  Eigen::VectorXd left = cut(residuals);
  left -= smooth * (smooth.transpose() * left);
  const SharedNoise noise = shared_noise(left, smooth, clusters);
  if (!(noise.p < kPlainlyShared)) return std::nullopt;
  return Finding{
      .kind = FindingKind::kClustered,
      .names = {size},
      .text = fmt::format(
          "rows of one {0} share their residuals (intraclass correlation {1}): if they are "
          "checkpoints of one run, or of one sweep, intervals are too narrow: mapping.cluster={0}; "
          "a law that misfits some sizes leaves the same trace",
          size, format_number(noise.correlation(), 2))};
}

std::optional<Finding> unequal(const Fit& fit, const Eigen::VectorXd& residuals,
                               const Decomposition& parts) {
  const std::optional<UnequalNoise> found = unequal_noise(fit, residuals, parts);
  if (!found || !found->is_large()) return std::nullopt;
  return Finding{
      .kind = FindingKind::kUnequalNoise,
      .names = {found->input},
      .text = fmt::format(
          "the noise {0} with {1}, by a factor {2} over the runs: bands of new runs follow it; "
          "mapping.weights={1}^{3} counts each run by its noise",
          found->power > 0 ? "grows" : "falls", found->input, format_number(found->factor(), 2),
          format_number(-2 * found->power, 2))};
}

}  // namespace

std::vector<Finding> noise_findings(const Fit& fit) {
  std::vector<Finding> found;
  const Result<Linearised> problem = linearise(fit);
  if (!problem) return found;
  const Decomposition parts = decompose(*problem);
  const Eigen::VectorXd weighted = problem->weights.cwiseSqrt().cwiseProduct(problem->residuals);
  if (auto one = clustered(fit.table, weighted, parts)) found.push_back(*std::move(one));
  if (auto one = unequal(fit, weighted, parts)) found.push_back(*std::move(one));
  return found;
}

}  // namespace isoflop
