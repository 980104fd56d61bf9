#include "isoflop/loss_band.h"

#include <Eigen/Core>
#include <cmath>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/distributions.h"
#include "base/numbers.h"
#include "fit/law_values.h"
#include "isoflop/residuals.h"
#include "judge/spread.h"
#include "law/definition.h"

namespace isoflop {

namespace {

// d ln L by each variable.
Eigen::VectorXd slopes(const Fit& fit, const std::vector<Variable>& variables,
                       const Inputs& inputs) {
  Eigen::VectorXd result(static_cast<Eigen::Index>(variables.size()));
  if (variables.empty()) return result;
  LawGraph law = build_graph(fit.law.definition(), {fit.recipe.tie, fit.recipe.range});
  std::vector<NodeId> symbols;
  for (const Variable& variable : variables)
    symbols.push_back(law.coefficients[variable.coefficient]);
  const std::vector<NodeId> gradient = law.graph.gradient(law.graph.log(law.loss), symbols);
  const auto values = law_values(fit.law, law.graph, gradient, 1, [&](std::string_view name) {
    return std::span(&inputs.at(std::string(name)), 1);
  });
  for (std::size_t k = 0; k < variables.size(); ++k)
    result[static_cast<Eigen::Index>(k)] = variables[k].rate * values[k][0];
  return result;
}

double noise_of(const Fit& fit, const Residuals& residuals, std::size_t degrees_of_freedom) {
  if (degrees_of_freedom == 0) return kNan;
  const std::span<const double> weights = fit.table.column("weight");
  double squares = 0, total = 0;
  for (std::size_t i = 0; i < residuals.log_ratio.size(); ++i) {
    const double weight = weights.empty() ? 1 : weights[i];
    squares += weight * residuals.log_ratio[i] * residuals.log_ratio[i];
    total += weight;
  }
  const auto rows = static_cast<double>(residuals.log_ratio.size());
  return std::sqrt(squares / total * rows / static_cast<double>(degrees_of_freedom));
}

}  // namespace

Result<LossBand> loss_band(const Fit& fit, const Inputs& inputs, double level) {
  const Result<Spread> spread = spread_of(fit, CovarianceKind::kSandwich);
  if (!spread) return std::unexpected(spread.error());
  const Result<Residuals> all = residuals(fit.law, fit.table);
  if (!all) return std::unexpected(all.error());
  const Result<Prediction> prediction = predict(fit.law, inputs);
  if (!prediction) return std::unexpected(prediction.error());

  const double L = prediction->loss;
  const double variance =
      L > 0 ? spread->variance(slopes(fit, spread->problem.variables, prediction->inputs)) : kNan;
  LossBand band{.level = level,
                .log_error = std::sqrt(variance),
                .log_noise = noise_of(fit, *all, spread->degrees_of_freedom)};
  const double t = student_quantile(level, spread->degrees_of_freedom);
  const double run = std::sqrt(variance + band.log_noise * band.log_noise);
  band.mean = {L * std::exp(-t * band.log_error), L * std::exp(t * band.log_error)};
  band.run = {L * std::exp(-t * run), L * std::exp(t * run)};
  return band;
}

std::vector<std::string> notes_on(const LossBand& band) {
  if (std::isfinite(band.log_error)) return {};
  return {std::isfinite(band.log_noise)
              ? "the bands are unknown: the loss here depends on what the fit's runs leave open"
              : "the bands are unknown: the fit has as many coefficients as runs"};
}

}  // namespace isoflop
