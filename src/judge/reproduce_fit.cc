#include "judge/reproduce_fit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/error.h"
#include "fit/objective.h"
#include "isoflop/bootstrap.h"
#include "judge/loss_at.h"

namespace isoflop {

namespace {

// The recipe that starts at the set and nowhere else.
Recipe from_set(const Law& law, Recipe recipe) {
  recipe.starts.kind = Starts::Kind::kGiven;
  for (std::size_t i = 0; i < law.coefficients().size(); ++i)
    recipe.start[law.coefficients()[i].name] = law.values()[i];
  return recipe;
}

Result<double> objective_at(const Law& law, const Table& table, const Recipe& recipe) {
  const Result<FitObjective> objective = FitObjective::make(law.without_values(), table, recipe);
  if (!objective) return std::unexpected(objective.error());
  FitObjective::State state = objective->make_state();
  return objective->value(law.values(), state);
}

Result<double> lowest(const Law& law, const Table& table, const Recipe& recipe, Executor& executor,
                      Progress& progress) {
  const Result<Fit> found = fit(law.without_values(), table, recipe, executor, progress);
  if (!found) return std::unexpected(found.error());
  return found->objective.sum;
}

Outcome outcome_of(const ReproducedFit& fit) {
  const double ours = fit.fit.objective.sum, tolerance = fit.published.tolerance;
  const auto higher = [&](double objective) { return objective > ours * (1 + tolerance); };
  if (fit.published_objective < ours * (1 - tolerance)) return Outcome::kDiffers;
  if (!higher(fit.published_objective)) return Outcome::kSame;
  return higher(fit.rounded_objective) ? Outcome::kBetter : Outcome::kRounding;
}

double skewness(std::span<const double> values) {
  double mean = 0, count = 0, second = 0, third = 0;
  for (const double value : values)
    if (std::isfinite(value)) mean += value, ++count;
  mean /= count;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    second += (value - mean) * (value - mean);
    third += (value - mean) * (value - mean) * (value - mean);
  }
  return second > 0 ? third / count / std::pow(second / count, 1.5) : 0;
}

Result<void> add_errors(ReproducedFit& result, const PublishedErrors& published, Executor& executor,
                        Progress& progress) {
  const Result<Draws> draws =
      bootstrap(result.fit, {.replicates = published.replicates}, executor, progress);
  if (!draws) return std::unexpected(draws.error());
  const std::vector<Uncertainty> made = uncertainties(result.fit, *draws, 0.95);
  result.draws = draws->size();
  const std::size_t count = result.coefficients.size();
  for (std::size_t i = 0; i < count; ++i) {
    ReproducedCoefficient& row = result.coefficients[i];
    std::vector<double> values;
    for (std::size_t draw = 0; draw < draws->size(); ++draw)
      values.push_back(draws->values[draw * count + i]);
    row.skewness = skewness(values);
    row.our_error = made[i].standard_error;
    const auto given = published.standard_errors.find(row.name);
    if (given == published.standard_errors.end()) continue;
    row.published_error = given->second;
    row.error_difference = *row.our_error / given->second - 1;
    row.error_outcome =
        std::abs(*row.error_difference) <= published.tolerance ? Outcome::kHolds : Outcome::kFails;
  }
  return {};
}

}  // namespace

Closeness closeness(std::span<const double> losses, std::span<const double> others) {
  Closeness result;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    const double error = std::abs(losses[i] / others[i] - 1);
    result.worst = std::max(result.worst, error);
    result.mean += error / static_cast<double>(losses.size());
  }
  return result;
}

Result<Closeness> closeness_to(const Law& law, const Table& table) {
  const Result<std::vector<double>> losses = predict(law, table);
  if (!losses) return std::unexpected(losses.error());
  return closeness(*losses, table.column("loss"));
}

Recipe within_rounding(const Law& law, Recipe recipe) {
  const std::vector<Range> alike = law.rounding();
  for (std::size_t i = 0; i < law.coefficients().size(); ++i) {
    const std::string& name = law.coefficients()[i].name;
    if (alike.empty() || alike[i].low == alike[i].high)
      recipe.fix[name] = law.values()[i];
    else
      recipe.range[name] = alike[i];
  }
  return recipe;
}

// At the corners of the box. A coefficient scales, raises or adds one term, so the loss is
// monotonic in each; where terms of opposite sign share an exponent, its slope may change sign
// inside the box, and what the corners miss is of second order in half a digit.
std::optional<Range> rounding_range(const Law& law, const Inputs& inputs) {
  const std::vector<Range> alike = law.rounding();
  std::vector<std::size_t> rounded;
  for (std::size_t i = 0; i < alike.size(); ++i)
    if (alike[i].low < alike[i].high) rounded.push_back(i);
  if (rounded.empty()) return std::nullopt;
  LossAt loss(law, inputs);
  std::vector<double> values(law.values().begin(), law.values().end());
  Range range{loss(values), loss(values)};
  for (std::size_t corner = 0; corner < std::size_t{1} << rounded.size(); ++corner) {
    for (std::size_t i = 0; i < rounded.size(); ++i)
      values[rounded[i]] = (corner >> i & 1) == 0 ? alike[rounded[i]].low : alike[rounded[i]].high;
    const double there = loss(values);
    range = {std::fmin(range.low, there), std::fmax(range.high, there)};
  }
  return range;
}

Result<ReproducedFit> reproduce_fit(const PublishedFit& published, const Table& table,
                                    Executor& executor, Progress& progress) {
  const Result<Law> law = find_law(published.law);
  if (!law) return std::unexpected(law.error());
  const Recipe recipe{.residual = published.residual, .loss = published.loss};
  Result<Fit> ours = fit(law->without_values(), table, recipe, executor, progress);
  if (!ours) return std::unexpected(ours.error());
  if (!ours->usable) return work_error("{}: {}", published.law, ours->message);

  ReproducedFit result{.published = published,
                       .refitted_here = law->set() != nullptr && law->set()->refitted_here,
                       .fit = *std::move(ours),
                       .rows = table.rows()};
  const Result<double> there = objective_at(*law, table, recipe);
  const Result<double> from = lowest(*law, table, from_set(*law, recipe), executor, progress);
  const Result<double> rounded =
      law->rounding().empty()
          ? there
          : lowest(*law, table, within_rounding(*law, recipe), executor, progress);
  const Result<Closeness> published_closeness = closeness_to(*law, table);
  const Result<Closeness> our_closeness = closeness_to(result.fit.law, table);
  for (const Result<double>* objective : {&there, &from, &rounded})
    if (!*objective) return std::unexpected(objective->error());
  for (const Result<Closeness>* close : {&published_closeness, &our_closeness})
    if (!*close) return std::unexpected(close->error());
  result.published_objective = *there;
  result.from_published = *from;
  result.rounded_objective = *rounded;
  result.published_closeness = *published_closeness;
  result.our_closeness = *our_closeness;
  result.difference = *there / result.fit.objective.sum - 1;
  for (std::size_t i = 0; i < law->coefficients().size(); ++i) {
    const double theirs = law->values()[i], own = result.fit.law.values()[i];
    result.coefficients.push_back(
        {.name = law->coefficients()[i].name,
         .published = theirs,
         .ours = own,
         .difference = theirs == 0 ? std::numeric_limits<double>::quiet_NaN() : own / theirs - 1});
  }
  result.outcome = outcome_of(result);
  if (published.errors)
    if (const auto done = add_errors(result, *published.errors, executor, progress); !done)
      return std::unexpected(done.error());
  return result;
}

}  // namespace isoflop
