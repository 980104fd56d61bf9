#include "isoflop/normal_draws.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/random.h"

namespace isoflop {

namespace {

constexpr std::uint64_t kStream = std::uint64_t{0x6e6f726d} << 32;  // "norm"

// A square root of the covariance of the variables.
Eigen::MatrixXd root_of(const Fit& fit, const Covariance& covariance) {
  const auto count = static_cast<Eigen::Index>(covariance.coefficients());
  const auto rate = [&](Eigen::Index i) {
    const auto at = static_cast<std::size_t>(i);
    return covariance.logarithmic[at] ? fit.law.values()[at] : 1.0;
  };
  Eigen::MatrixXd V(count, count);
  for (Eigen::Index i = 0; i < count; ++i)
    for (Eigen::Index j = 0; j < count; ++j)
      V(i, j) = covariance(static_cast<std::size_t>(i), static_cast<std::size_t>(j)) /
                (rate(i) * rate(j));
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> parts(V);
  return parts.eigenvectors() * parts.eigenvalues().cwiseMax(0).cwiseSqrt().asDiagonal();
}

}  // namespace

std::optional<Draws> normal_draws(const Fit& fit, const Covariance& covariance, std::size_t count,
                                  std::uint64_t seed) {
  if (std::ranges::any_of(covariance.matrix, [](double each) { return std::isnan(each); }))
    return std::nullopt;
  const Eigen::MatrixXd root = root_of(fit, covariance);
  const std::span<const Coefficient> coefficients = fit.law.coefficients();
  Draws draws{.how = {.replicates = count, .seed = seed},
              .units = fit.table.rows(),
              .status = std::vector<FitStatus>(count, FitStatus::kConverged),
              .objective = std::vector<double>(count, std::numeric_limits<double>::quiet_NaN())};
  for (std::size_t draw = 0; draw < count; ++draw) {
    Eigen::VectorXd z(root.cols());
    for (Eigen::Index i = 0; i < z.size(); ++i)
      z[i] = normal(seed, kStream + draw, static_cast<std::uint64_t>(i));
    const Eigen::VectorXd moved = root * z;
    for (std::size_t i = 0; i < coefficients.size(); ++i) {
      const double value = fit.law.values()[i], step = moved[static_cast<Eigen::Index>(i)];
      const Range range = range_in(fit.recipe, coefficients[i]);
      draws.values.push_back(
          std::clamp(covariance.logarithmic[i] ? value * std::exp(step) : value + step, range.low,
                     range.high));
    }
  }
  return draws;
}

}  // namespace isoflop
