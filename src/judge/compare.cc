#include "isoflop/compare.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "isoflop/predict.h"
#include "judge/paired_bootstrap.h"

namespace isoflop {

namespace {

constexpr std::size_t kResamples = 4000;

template <class Named>
void keep_known(const Law& law, Named& named) {
  std::erase_if(named, [&](const auto& entry) { return !law.coefficient_index(entry.first); });
}

// What the recipe says of the coefficients that the law has.
Recipe recipe_for(const Law& law, Recipe recipe) {
  keep_known(law, recipe.fix);
  keep_known(law, recipe.tie);
  keep_known(law, recipe.range);
  keep_known(law, recipe.start);
  return recipe;
}

template <class Named>
void check_known(std::span<const Law> laws, const Named& named, const char* flag,
                 Problems& problems) {
  for (const auto& [name, value] : named)
    if (std::ranges::none_of(
            laws, [&](const Law& law) { return law.coefficient_index(name).has_value(); }))
      problems.add({flag}, "none of the laws has a coefficient '{}': check its spelling", name);
}

Result<void> check(std::span<const Law> laws, std::span<const double> held_out,
                   const Recipe& recipe) {
  Problems problems;
  const auto count = std::ranges::count_if(held_out, [](double out) { return out != 0; });
  if (count == 0)
    problems.add({"--holdout"}, "no row is held out to judge the laws by: let it take some");
  else if (static_cast<std::size_t>(count) == held_out.size())
    problems.add({"--holdout"},
                 "all {} rows are held out, which leaves none to fit to: hold out fewer",
                 held_out.size());
  check_known(laws, recipe.fix, "--fix", problems);
  check_known(laws, recipe.tie, "--tie", problems);
  check_known(laws, recipe.range, "--range", problems);
  check_known(laws, recipe.start, "--start", problems);
  if (!problems.empty()) return problems.take();
  return {};
}

struct Split {
  Table training, held_out;
};

Split split(const Table& table, std::span<const double> held_out) {
  std::vector<std::size_t> kept, out;
  for (std::size_t row = 0; row < table.rows(); ++row)
    (held_out[row] != 0 ? out : kept).push_back(row);
  return {.training = table.select(kept), .held_out = table.select(out)};
}

std::vector<double> residuals(std::span<const double> predicted, std::span<const double> measured,
                              Residual kind) {
  std::vector<double> residuals;
  for (std::size_t i = 0; i < measured.size(); ++i)
    residuals.push_back(kind == Residual::kLog ? std::log(predicted[i]) - std::log(measured[i])
                                               : predicted[i] - measured[i]);
  return residuals;
}

std::size_t free_coefficients(const Fit& fit) {
  return fit.law.coefficients().size() - fit.recipe.fix.size() - fit.recipe.tie.size();
}

Result<ComparedLaw> judge(const Fit& fit, const Split& runs) {
  if (!fit.usable) return work_error("{}", fit.message);
  const Result<std::vector<double>> fitted = predict(fit.law, runs.training);
  if (!fitted) return std::unexpected(fitted.error());
  Result<std::vector<double>> predicted = predict(fit.law, runs.held_out);
  if (!predicted) return std::unexpected(predicted.error());
  const std::size_t free = free_coefficients(fit);
  const auto measured = runs.training.column("loss");
  return ComparedLaw{
      .fit = fit,
      .training = loss_errors(*fitted, measured),
      .held_out = loss_errors(*predicted, runs.held_out.column("loss")),
      .free = free,
      .criteria = information_criteria(residuals(*fitted, measured, fit.recipe.residual), free),
      .predicted = *std::move(predicted)};
}

std::vector<double> squares(const ComparedLaw& law, std::span<const double> measured) {
  std::vector<double> squares;
  for (std::size_t i = 0; i < measured.size(); ++i)
    squares.push_back((law.predicted[i] - measured[i]) * (law.predicted[i] - measured[i]));
  return squares;
}

void rank(Comparison& comparison, std::span<const double> measured) {
  std::ranges::sort(comparison.laws, {}, [](const ComparedLaw& law) {
    return std::pair(law.held_out.rmse, law.fit.law.key());
  });
  const std::vector<double> best = squares(comparison.laws[0], measured);
  for (const ComparedLaw& law : comparison.laws)
    comparison.beaten.push_back(
        probability_lower(best, squares(law, measured), comparison.resamples, comparison.seed));
}

}  // namespace

Result<Comparison> compare(std::span<const Law> laws, const Table& table,
                           std::span<const double> held_out, const Recipe& recipe,
                           Executor& executor, Progress& progress) {
  if (const auto ok = check(laws, held_out, recipe); !ok) return std::unexpected(ok.error());
  const Split runs = split(table, held_out);
  Comparison comparison{.training_rows = runs.training.rows(),
                        .held_out_rows = runs.held_out.rows(),
                        .resamples = kResamples,
                        .seed = recipe.seed};
  for (const Law& law : laws) {
    Result<Fit> fitted = fit(law, runs.training, recipe_for(law, recipe), executor, progress);
    if (!fitted) {
      comparison.unusable.push_back({law.key(), fitted.error().problems[0].what});
      continue;
    }
    comparison.stopped = comparison.stopped || fitted->search.stopped;
    Result<ComparedLaw> judged = judge(*fitted, runs);
    if (judged)
      comparison.laws.push_back(*std::move(judged));
    else
      comparison.unusable.push_back({law.key(), judged.error().problems[0].what});
  }
  if (comparison.laws.empty())
    return error("{}: {}", comparison.unusable[0].law, comparison.unusable[0].reason);
  rank(comparison, runs.held_out.column("loss"));
  return comparison;
}

}  // namespace isoflop
