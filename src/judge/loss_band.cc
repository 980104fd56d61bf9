#include "isoflop/loss_band.h"

#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "isoflop/residuals.h"

namespace isoflop {

namespace {

constexpr double kStep = 1e-5;  // of a coefficient: a central difference is good to its square

Result<double> log_loss(const Law& law, std::vector<double> values, const Inputs& inputs) {
  const Result<Law> moved = law.with_values("moved", std::move(values), {});
  if (!moved) return std::unexpected(moved.error());
  const Result<Prediction> prediction = predict(*moved, inputs);
  if (!prediction) return std::unexpected(prediction.error());
  return std::log(prediction->loss);
}

// d ln L by one coefficient.
Result<double> slope(const Law& law, std::size_t coefficient, const Inputs& inputs) {
  std::vector<double> low(law.values().begin(), law.values().end()), high = low;
  const double step = kStep * (low[coefficient] == 0 ? 1 : std::abs(low[coefficient]));
  low[coefficient] -= step;
  high[coefficient] += step;
  const Result<double> below = log_loss(law, low, inputs), above = log_loss(law, high, inputs);
  if (!below) return std::unexpected(below.error());
  if (!above) return std::unexpected(above.error());
  return (*above - *below) / (high[coefficient] - low[coefficient]);
}

double noise_of(const Fit& fit, const Residuals& residuals, std::size_t degrees_of_freedom) {
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
  const Result<Covariance> V = covariance(fit);
  if (!V) return std::unexpected(V.error());
  const Result<Residuals> all = residuals(fit.law, fit.table);
  if (!all) return std::unexpected(all.error());
  const Result<Prediction> prediction = predict(fit.law, inputs);
  if (!prediction) return std::unexpected(prediction.error());

  std::vector<double> g;
  for (std::size_t i = 0; i < V->coefficients(); ++i) {
    // One that is held has no error, and at the edge of its range perhaps no loss beside it.
    const Result<double> each = (*V)(i, i) == 0 ? 0.0 : slope(fit.law, i, inputs);
    if (!each) return std::unexpected(each.error());
    g.push_back(*each);
  }
  double variance = 0;
  for (std::size_t i = 0; i < g.size(); ++i)
    for (std::size_t j = 0; j < g.size(); ++j)
      if (g[i] != 0 && g[j] != 0) variance += g[i] * (*V)(i, j) * g[j];
  LossBand band{.level = level,
                .log_error = std::sqrt(variance),
                .log_noise = noise_of(fit, *all, V->degrees_of_freedom)};
  const double t = student_quantile(level, V->degrees_of_freedom), L = prediction->loss;
  const double run = std::sqrt(variance + band.log_noise * band.log_noise);
  band.mean = {L * std::exp(-t * band.log_error), L * std::exp(t * band.log_error)};
  band.run = {L * std::exp(-t * run), L * std::exp(t * run)};
  return band;
}

}  // namespace isoflop
