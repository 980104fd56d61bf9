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
void spread(const Fit& fit, const Linearised& problem, const Eigen::MatrixXd& from,
            Covariance& result) {
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
  spread(fit, of->problem, of->of_variables(), result);
  return result;
}

std::vector<NormalInterval> normal_intervals(const Fit& fit, const Covariance& covariance,
                                             double level) {
  const double t = student_quantile(level, covariance.degrees_of_freedom);
  std::vector<NormalInterval> intervals;
  for (std::size_t i = 0; i < covariance.coefficients(); ++i) {
    const double value = fit.law.values()[i], error = std::sqrt(covariance(i, i));
    if (is_at_bound(fit, i))
      intervals.push_back({kNan, {kNan, kNan}});
    else if (error == 0)
      intervals.push_back({0, {value, value}});
    else if (covariance.logarithmic[i])
      intervals.push_back(
          {error, {value * std::exp(-t * error / value), value * std::exp(t * error / value)}});
    else
      intervals.push_back({error, {value - t * error, value + t * error}});
  }
  return intervals;
}

}  // namespace isoflop
