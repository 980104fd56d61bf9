#include "judge/unequal_noise.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "base/distributions.h"
#include "judge/clusters.h"

namespace isoflop {

namespace {

constexpr Eigen::Index kFewestResiduals = 12;
// Of Student's t: one table in a thousand of equal normal noise is beyond, for each input.
constexpr double kPlain = 0.999;
constexpr double kLeastSpread = 0.5;  // of ln x, for a slope to say something
constexpr double kLargestSize = 4;    // of a residual beside its mean: beyond, a bad run
constexpr int kMostRounds = 50;

// Of |r| / E|r| under normal noise.
constexpr double kSizeVariance = std::numbers::pi / 2 - 1;

std::optional<UnequalNoise> noise_in(const std::string& input, std::span<const double> x,
                                     const Eigen::VectorXd& sizes, const Clusters& groups) {
  const Eigen::Index rows = sizes.size();
  Eigen::VectorXd z(rows);
  for (Eigen::Index i = 0; i < rows; ++i) z[i] = std::log(x[static_cast<std::size_t>(i)]);
  const double centre = z.mean();
  z.array() -= centre;
  if (!(z.maxCoeff() - z.minCoeff() > kLeastSpread)) return std::nullopt;
  const double spread = z.squaredNorm();
  double a = std::log(sizes.mean()), b = 0;
  Eigen::VectorXd excess(rows);  // |r| / E|r| - 1
  for (int round = 0; round < kMostRounds; ++round) {
    excess = (sizes.array() / (a + b * z.array()).exp()).min(kLargestSize) - 1;
    const double move = z.dot(excess) / spread;
    a += excess.mean();
    b += move;
    if (std::abs(move) < 1e-6) break;
  }
  // By the rows' own excess, by that of rows that stand together, or of normal noise: the largest.
  double of_groups = 0;
  for (const std::vector<Eigen::Index>& group : groups) {
    double sum = 0;
    for (const Eigen::Index row : group) sum += z[row] * excess[row];
    of_groups += sum * sum;
  }
  const double of_rows = z.cwiseProduct(excess).squaredNorm();
  const double error = std::sqrt(std::max({of_rows, of_groups, kSizeVariance * spread})) / spread;
  const auto [least, most] = std::ranges::minmax(x);
  return UnequalNoise{.input = input,
                      .power = b,
                      .error = error,
                      .centre = centre,
                      .range = {least, most},
                      .relative = (b * z.array()).exp()};
}

}  // namespace

UnequalNoise::Level UnequalNoise::at(double x) const {
  const double z = std::log(std::clamp(x, range.low, range.high)) - centre;
  return {std::exp(power * z), error * std::abs(z)};
}

std::optional<UnequalNoise> unequal_noise(const Fit& fit, const Eigen::VectorXd& residuals,
                                          const Decomposition& parts) {
  const Eigen::Index rows = residuals.size();
  if (rows < kFewestResiduals || rows < 2 * parts.rank) return std::nullopt;
  const double plain = student_quantile(kPlain, static_cast<std::size_t>(rows - parts.rank - 2));
  Eigen::VectorXd sizes(rows);
  for (Eigen::Index i = 0; i < rows; ++i)
    sizes[i] = std::abs(residuals[i]) / std::sqrt(std::max(1 - parts.leverage(i), 0.01));
  if (!(sizes.mean() > 0)) return std::nullopt;
  const Table& table = fit.table;
  const std::string size = table.has("N") ? "N" : "P";
  std::vector<std::pair<std::string, std::vector<double>>> inputs;
  for (const std::string& name : {size, std::string("D"), std::string("C")}) {
    const std::span<const double> x = table.column(name);
    if (!x.empty()) inputs.emplace_back(name, std::vector(x.begin(), x.end()));
  }
  if (inputs.empty()) return std::nullopt;
  const Clusters groups =
      clusters_of(table.has("cluster") ? table.column("cluster") : inputs.front().second);
  std::optional<UnequalNoise> plainest;
  for (const auto& [name, x] : inputs) {
    if (std::ranges::any_of(x, [](double each) { return !(each > 0); })) continue;
    std::optional<UnequalNoise> found = noise_in(name, x, sizes, groups);
    if (!found || !(std::abs(found->power) > plain * found->error)) continue;
    if (!plainest ||
        std::abs(found->power / found->error) > std::abs(plainest->power / plainest->error))
      plainest = std::move(found);
  }
  return plainest;
}

}  // namespace isoflop
