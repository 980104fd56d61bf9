#include "isoflop/stacking.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "base/distributions.h"
#include "base/error.h"
#include "base/numbers.h"
#include "isoflop/holdout.h"
#include "isoflop/loss_band.h"
#include "isoflop/output.h"
#include "isoflop/predict.h"
#include "judge/judge_law.h"

namespace isoflop {

namespace {

constexpr std::size_t kMostRows = 24;
constexpr int kSweeps = 1000;
constexpr double kLeastDensity = 1e-100;  // of a run that a law can say nothing of
constexpr double kNoWeight = 1e-6;        // a law whose part in an interval is nothing

// Of one window: for each row the density of its loss under each law.
using Densities = std::vector<std::vector<double>>;

double student_density(double x, double scale, double freedom) {
  const double u = x / scale;
  return std::exp(std::lgamma((freedom + 1) / 2) - std::lgamma(freedom / 2) -
                  (freedom + 1) / 2 * std::log1p(u * u / freedom)) /
         (scale * std::sqrt(freedom * std::numbers::pi));
}

Result<std::vector<double>> compute_of(const Table& table) {
  if (table.has("C")) {
    const std::span<const double> C = table.column("C");
    return std::vector<double>(C.begin(), C.end());
  }
  if (!table.has("N") || !table.has("D"))
    return error("the runs have no N and D, so no windows of growing compute");
  std::vector<double> growth;
  for (std::size_t row = 0; row < table.rows(); ++row)
    growth.push_back(6 * table.column("N")[row] * table.column("D")[row]);
  return growth;
}

Result<void> check_same_runs(std::span<const Fit* const> fits) {
  const std::span<const double> first = fits[0]->table.column("loss");
  for (const Fit* fit : fits) {
    if (!fit->usable || fit->table.rows() == 0)
      return error("{}: the fit has no runs, which give the weights", fit->law.label());
    const Output one = output_of(fits[0]->law), other = output_of(fit->law);
    if (one.name != other.name || one.unit != other.unit)
      return error("{} and {} predict different quantities, which have no average",
                   fits[0]->law.label(), fit->law.label());
    if (!std::ranges::equal(fit->table.column("loss"), first))
      return error("{} and {} are fits of different runs, which give no common weights",
                   fits[0]->law.label(), fit->law.label());
  }
  return {};
}

// The densities of a window's rows under a law that was fitted to what comes before it.
Result<std::vector<double>> densities(const Fit& whole, const Fold& fold,
                                      std::span<const std::size_t> rows, Executor& executor,
                                      Progress& progress) {
  const Result<Fit> before = fit(whole.law.without_values(), whole.table.select(fold.training),
                                 whole.recipe, executor, progress);
  if (!before) return std::unexpected(before.error());
  if (!before->usable) return work_error("{}", before->message);
  const std::size_t free = free_coefficients(whole.law, whole.recipe);
  const auto freedom = static_cast<double>(std::max(fold.training.size(), free + 1) - free);
  std::vector<double> result;
  for (const std::size_t row : rows) {
    Inputs inputs;
    for (const Input& input : whole.law.inputs())
      if (whole.table.has(input.name)) inputs[input.name] = whole.table.column(input.name)[row];
    const Result<Prediction> predicted = predict(before->law, inputs);
    const Result<LossBand> band = loss_band(*before, inputs, kErrorLevel);
    if (!predicted || !band) return std::unexpected((predicted ? band.error() : predicted.error()));
    const double density =
        student_density(std::log(predicted->loss / whole.table.column("loss")[row]),
                        std::hypot(band->log_error, band->log_noise), freedom);
    result.push_back(density > kLeastDensity ? density : kLeastDensity);
  }
  return result;
}

// By expectation maximisation: a law's weight is the mean of its shares in the rows' densities.
std::vector<double> maximise(std::span<const Densities> windows, std::size_t laws) {
  std::vector<double> weights(laws, 1 / static_cast<double>(laws));
  for (int step = 0; step < kSweeps; ++step) {
    std::vector<double> next(laws);
    for (const Densities& window : windows)
      for (std::size_t row = 0; row < window[0].size(); ++row) {
        double sum = 0;
        for (std::size_t law = 0; law < laws; ++law) sum += weights[law] * window[law][row];
        for (std::size_t law = 0; law < laws; ++law)
          next[law] += weights[law] * window[law][row] / sum /
                       static_cast<double>(window[0].size() * windows.size());
      }
    weights = std::move(next);
  }
  return weights;
}

// Weights come from the densities of runs about the law, in logarithms.
Result<void> check_middles(std::span<const Fit* const> fits) {
  for (const Fit* fit : fits) {
    if (!fit->recipe.loss.is_symmetric())
      return error(
          "a fit by {} is an envelope of the runs, and laws are averaged by how runs lie "
          "about them: fit with a symmetric loss",
          to_text(fit->recipe.loss));
    if (std::ranges::any_of(fit->table.column("loss"), [](double loss) { return !(loss > 0); }))
      return error("laws are averaged by the logarithms of their {}, and some are not above 0",
                   output_of(fit->law).name);
    const Output first = output_of(fits[0]->law), own = output_of(fit->law);
    if (first.name != own.name || first.unit != own.unit)
      return error("{} predicts {} and {} predicts {}: only laws of one unit are averaged",
                   fits[0]->law.label(), in_unit(first, first.name), fit->law.label(),
                   in_unit(own, own.name));
  }
  return {};
}

}  // namespace

Result<Stacking> stacking_weights(std::span<const Fit* const> fits, Executor& executor,
                                  Progress& progress) {
  if (const auto ok = check_same_runs(fits); !ok) return std::unexpected(ok.error());
  if (const auto ok = check_middles(fits); !ok) return std::unexpected(ok.error());
  const Result<std::vector<double>> growth = compute_of(fits[0]->table);
  if (!growth) return std::unexpected(growth.error());
  Result<Folds> folds = make_folds(*parse_holdout("rolling:3"), *growth, fits[0]->recipe.seed);
  if (!folds) return std::unexpected(folds.error());
  std::size_t most = 0;
  for (const Fit* fit : fits) most = std::max(most, free_coefficients(fit->law, fit->recipe));
  drop_short_windows(*folds, most);
  if (folds->folds.empty())
    return error("{} runs are too few for weights: {} coefficients want {} before the last window",
                 growth->size(), most, least_rows_before(most));
  std::vector<Densities> windows;
  for (const Fold& fold : folds->folds) {
    std::vector<std::size_t> rows;
    const std::size_t count = std::min(kMostRows, fold.held_out.size());
    for (std::size_t i = 0; i < count; ++i)
      rows.push_back(fold.held_out[i * fold.held_out.size() / count]);
    windows.emplace_back();
    for (const Fit* fit : fits) {
      Result<std::vector<double>> of_law = densities(*fit, fold, rows, executor, progress);
      if (!of_law) return std::unexpected(of_law.error());
      windows.back().push_back(*std::move(of_law));
    }
  }
  return Stacking{.weights = maximise(windows, fits.size()),
                  .windows = windows.size(),
                  .notes = std::move(folds->notes)};
}

Mixture mixture(std::span<const MixturePart> parts, double level) {
  const double z = normal_quantile((1 + level) / 2);
  double mean = 0, low = kInfinity, high = -kInfinity;
  bool known = true;
  for (const MixturePart& part : parts) {
    mean += part.weight * std::log(part.value);
    if (part.weight < kNoWeight) continue;
    known = known && part.interval.low > 0 && std::isfinite(part.interval.high);
    low = std::min(low, std::log(part.interval.low));
    high = std::max(high, std::log(part.interval.high));
  }
  Mixture result{.value = std::exp(mean), .interval = {kNan, kNan}};
  if (!known) return result;
  // The share of the mixture below a logarithm.
  const auto below = [&](double x) {
    double share = 0;
    for (const MixturePart& part : parts) {
      if (part.weight < kNoWeight) continue;
      const double apart = x - std::log(part.value);
      const double end = apart < 0 ? part.interval.low : part.interval.high;
      const double width = std::abs(std::log(end / part.value)) / z;
      share += part.weight * (width > 0 ? normal_share(apart / width) : apart < 0 ? 0 : 1);
    }
    return share;
  };
  // Each law's ends are the mixture's own quantile or beyond it.
  const auto quantile = [&](double share) {
    double left = low, right = high;
    for (int i = 0; i < 100; ++i) {
      const double middle = std::midpoint(left, right);
      (below(middle) < share ? left : right) = middle;
    }
    return std::exp(right);
  };
  result.interval = {quantile((1 - level) / 2), quantile((1 + level) / 2)};
  return result;
}

}  // namespace isoflop
