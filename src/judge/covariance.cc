#include "isoflop/covariance.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <string>

#include "base/distributions.h"
#include "base/numbers.h"
#include "judge/linearised.h"
#include "judge/spread.h"

namespace isoflop {

namespace {

// Into the matrix of all coefficients.
void enter(const Fit& fit, const Spread& spread, Covariance& result) {
  const Linearised& problem = spread.problem;
  const Eigen::MatrixXd from = spread.of_variables();
  const std::size_t count = fit.law.coefficients().size();
  result.matrix.assign(count * count, 0);
  std::vector<Eigen::Index> source(count, -1);
  for (std::size_t k = 0; k < problem.variables.size(); ++k)
    source[problem.variables[k].coefficient] = static_cast<Eigen::Index>(k);
  for (const auto& [name, other] : fit.recipe.tie)
    source[*fit.law.coefficient_index(name)] = source[*fit.law.coefficient_index(other)];
  const auto rate = [&](std::size_t i) {
    return problem.variables[static_cast<std::size_t>(source[i])].rate;
  };
  result.of_coefficients.assign(count, kNan);
  for (std::size_t i = 0; i < count; ++i)
    if (source[i] >= 0)
      result.of_coefficients[i] = spread.degrees(
          Eigen::VectorXd::Unit(static_cast<Eigen::Index>(problem.variables.size()), source[i]));
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = 0; j < count; ++j)
      if (source[i] >= 0 && source[j] >= 0)
        result.matrix[i * count + j] = rate(i) * rate(j) * from(source[i], source[j]);
}

bool is_at_bound(const Fit& fit, std::size_t coefficient) {
  const std::string& name = fit.law.coefficients()[coefficient].name;
  const auto tie = fit.recipe.tie.find(name);
  return std::ranges::find(fit.at_bound, tie == fit.recipe.tie.end() ? name : tie->second) !=
         fit.at_bound.end();
}

}  // namespace

Result<Covariance> covariance(const Fit& fit, CovarianceKind kind) {
  const Result<Spread> of = spread_of(fit, kind);
  if (!of) return std::unexpected(of.error());
  Covariance result{.degrees_of_freedom = of->degrees_of_freedom,
                    .curvature = of->curvature,
                    .score_variance = of->score_variance};
  for (std::size_t i = 0; i < fit.law.coefficients().size(); ++i)
    result.logarithmic.push_back(variable_of(fit, i).logarithmic);
  enter(fit, *of, result);
  // Of runs in clusters, for what is known of all coefficients together: those of the least known.
  if (!of->clusters.empty())
    for (const double each : result.of_coefficients)
      if (each < static_cast<double>(result.degrees_of_freedom))
        result.degrees_of_freedom = static_cast<std::size_t>(each);
  return result;
}

std::vector<NormalInterval> normal_intervals(const Fit& fit, const Covariance& covariance,
                                             double level) {
  std::vector<NormalInterval> intervals;
  for (std::size_t i = 0; i < covariance.coefficients(); ++i) {
    const double value = fit.law.values()[i], error = std::sqrt(covariance(i, i));
    const double degrees = covariance.of_coefficients[i];
    const double t = student_quantile_between(level, degrees);
    if (is_at_bound(fit, i))
      intervals.push_back({kNan, {kNan, kNan}, kNan});
    else if (error == 0)
      intervals.push_back({0, {value, value}, kNan});
    else if (covariance.logarithmic[i])
      intervals.push_back(
          {error,
           {value * std::exp(-t * error / value), value * std::exp(t * error / value)},
           degrees});
    else
      intervals.push_back({error, {value - t * error, value + t * error}, degrees});
  }
  return intervals;
}

}  // namespace isoflop
