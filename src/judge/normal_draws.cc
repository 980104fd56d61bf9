#include "isoflop/normal_draws.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/random.h"

namespace isoflop {

namespace {

constexpr std::uint64_t kStream = std::uint64_t{0x6e6f726d} << 32;  // "norm"

// From these degrees of freedom on, chi-squared is taken from a normal number (Wilson and Hilferty
// 1931), whose quantiles are then right to 1e-3; below, it is the sum of squares that it is.
constexpr std::size_t kManyDegrees = 30;

// sqrt(n / chi-squared of n), by which a normal vector becomes one of Student's t; 1 without
// degrees of freedom. `index` is the first number of the stream that is free.
double student_factor(std::size_t degrees_of_freedom, std::uint64_t seed, std::uint64_t stream,
                      std::uint64_t index) {
  if (degrees_of_freedom == 0) return 1;
  const auto n = static_cast<double>(degrees_of_freedom);
  if (degrees_of_freedom >= kManyDegrees) {
    const double part = 2 / (9 * n);
    const double root = 1 - part + normal(seed, stream, index) * std::sqrt(part);
    return 1 / std::sqrt(root * root * root);
  }
  double sum = 0;
  for (std::size_t k = 0; k < degrees_of_freedom; ++k) {
    const double z = normal(seed, stream, index + k);
    sum += z * z;
  }
  return std::sqrt(n / sum);
}

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
    const double factor = student_factor(covariance.degrees_of_freedom, seed, kStream + draw,
                                         static_cast<std::uint64_t>(z.size()));
    const Eigen::VectorXd moved = factor * (root * z);
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
