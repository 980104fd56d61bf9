#include "isoflop/loss_band.h"

#include <Eigen/Core>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/distributions.h"
#include "base/numbers.h"
#include "fit/law_values.h"
#include "isoflop/residuals.h"
#include "judge/clusters.h"
#include "judge/spread.h"
#include "judge/unequal_noise.h"
#include "law/definition.h"

namespace isoflop {

namespace {

// d ln L, or d L, by each variable.
Eigen::VectorXd slopes(const Fit& fit, const std::vector<Variable>& variables, const Inputs& inputs,
                       bool logarithmic) {
  Eigen::VectorXd result(static_cast<Eigen::Index>(variables.size()));
  if (variables.empty()) return result;
  LawGraph law = build_graph(fit.law.definition(), {fit.recipe.tie, fit.recipe.range});
  std::vector<NodeId> symbols;
  for (const Variable& variable : variables)
    symbols.push_back(law.coefficients[variable.coefficient]);
  const NodeId of = logarithmic ? law.graph.log(law.loss) : law.loss;
  const std::vector<NodeId> gradient = law.graph.gradient(of, symbols);
  const auto values = law_values(fit.law, law.graph, gradient, 1, [&](std::string_view name) {
    return std::span(&inputs.at(std::string(name)), 1);
  });
  for (std::size_t k = 0; k < variables.size(); ++k)
    result[static_cast<Eigen::Index>(k)] = variables[k].rate * values[k][0];
  return result;
}

// Of a run yet to be trained.
struct Noise {
  double log_noise = kNan, degrees_of_freedom = 0;
  [[nodiscard]] double t(double level) const {
    return student_quantile_between(level, degrees_of_freedom);
  }
};

Noise noise_at(const Fit& fit, const Spread& spread, const Residuals& residuals,
               const Inputs& inputs) {
  if (spread.degrees_of_freedom == 0) return {};
  Eigen::VectorXd r = Eigen::Map<const Eigen::VectorXd>(
      residuals.each.data(), static_cast<Eigen::Index>(residuals.each.size()));
  const std::optional<UnequalNoise> unequal = unequal_noise(fit, r, spread.parts);
  // Of the input that it goes with; a plan's FLOPs follow from its size and data.
  const auto at = unequal ? inputs.find(unequal->input) : inputs.end();
  UnequalNoise::Level here;
  if (at != inputs.end()) {
    here = unequal->at(at->second);
    r = r.cwiseQuotient(unequal->relative);
  } else {
    const Eigen::VectorXd& weights = spread.problem.weights;
    r = r.cwiseProduct((weights / weights.mean()).cwiseSqrt());
  }
  const SharedNoise noise =
      shared_noise(r, spread.parts.left, clusters_of(fit.table.column("cluster")));
  return {here.relative * std::sqrt(noise.variance()),
          1 / (1 / noise.degrees_of_freedom + 2 * here.error * here.error)};
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
  const bool logarithmic = all->logarithmic;
  const Eigen::VectorXd slope =
      slopes(fit, spread->problem.variables, prediction->inputs, logarithmic);
  const bool envelope = !fit.recipe.loss.is_symmetric();
  const Noise noise = envelope ? Noise() : noise_at(fit, *spread, *all, prediction->inputs);
  LossBand band{.level = level,
                .logarithmic = logarithmic,
                .log_error = L > 0 || !logarithmic ? std::sqrt(spread->variance(slope)) : kNan,
                .log_noise = noise.log_noise,
                .envelope = envelope};
  const double t = student_quantile_between(level, spread->degrees(slope));
  const double of_law = t * band.log_error, of_noise = noise.t(level) * band.log_noise;
  const double run = std::sqrt(of_law * of_law + of_noise * of_noise);
  const auto around = [&](double width) -> Range {
    if (!logarithmic) return {L - width, L + width};
    return {L * std::exp(-width), L * std::exp(width)};
  };
  band.mean = around(of_law);
  band.run = around(run);
  return band;
}

std::vector<std::string> notes_on(const LossBand& band) {
  if (band.envelope)
    return {
        "a run has no band: an asymmetric loss makes the law an envelope of the runs, not their "
        "middle"};
  if (std::isfinite(band.log_error)) return {};
  return {std::isfinite(band.log_noise)
              ? "the bands are unknown: the loss here depends on what the fit's runs leave open"
              : "the bands are unknown: the fit has as many coefficients as runs"};
}

}  // namespace isoflop
