#include "judge/judge_law.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/named_progress.h"
#include "isoflop/predict.h"
#include "judge/recipe_for.h"

namespace isoflop {

namespace {

// The residuals that the recipe's likelihood is about, of rows that count.
std::vector<double> residuals(std::span<const double> predicted, const Table& table,
                              Residual kind) {
  const std::span<const double> measured = table.column("loss"), weights = table.column("weight");
  double total = 0;
  std::vector<double> residuals;
  for (std::size_t i = 0; i < measured.size(); ++i) {
    const double weight = weights.empty() ? 1 : weights[i];
    if (weight == 0) continue;
    total += weight;
    const double residual =
        kind == Residual::kLog ? std::log(predicted[i] / measured[i]) : predicted[i] - measured[i];
    residuals.push_back(std::sqrt(weight) * residual);
  }
  const double scale = std::sqrt(static_cast<double>(residuals.size()) / total);
  for (double& residual : residuals) residual *= scale;
  return residuals;
}

Result<Fit> usable_fit(const Law& law, const Table& table, const Recipe& recipe, Executor& executor,
                       Progress& progress) {
  Result<Fit> fitted = fit(law, table, recipe, executor, progress);
  if (fitted && !fitted->usable) return work_error("{}", fitted->message);
  return fitted;
}

// "fold 2 of 5: ...", where there are several.
std::unexpected<Error> in_fold(Error error, std::size_t fold, std::size_t count) {
  if (count > 1)
    for (Problem& problem : error.problems)
      problem.what = fmt::format("fold {} of {}: {}", fold + 1, count, problem.what);
  return std::unexpected(std::move(error));
}

Result<void> measure(ComparedLaw& compared, const Table& training, const Table& held_out) {
  const Fit& fit = compared.fit;
  const Result<std::vector<double>> fitted = predict(fit.law, training);
  if (!fitted) return std::unexpected(fitted.error());
  compared.held_out =
      loss_errors(compared.predicted, held_out.column("loss"), held_out.column("weight"));
  compared.free = fit.law.coefficients().size() - fit.recipe.fix.size() - fit.recipe.tie.size();
  compared.criteria =
      information_criteria(residuals(*fitted, training, fit.recipe.residual), compared.free);
  return {};
}

}  // namespace

std::vector<std::size_t> held_out_rows(const Folds& folds) {
  std::vector<std::size_t> rows;
  for (const Fold& fold : folds.folds)
    rows.insert(rows.end(), fold.held_out.begin(), fold.held_out.end());
  return rows;
}

Result<JudgedLaw> judge_law(const Candidate& candidate, const Table& table, const Folds& folds,
                            const Recipe& recipe, Executor& executor, Progress& progress) {
  const Recipe own = recipe_for(candidate.law, recipe);
  const std::size_t count = folds.folds.size();
  std::vector<double> predicted;
  std::vector<OneStepRefit> refits;
  std::optional<Fit> last;
  for (std::size_t i = 0; i < count; ++i) {
    const Fold& fold = folds.folds[i];
    NamedProgress named(
        count == 1 ? candidate.name : fmt::format("{} fold {}/{}", candidate.name, i + 1, count),
        progress);
    Result<Fit> fitted =
        usable_fit(candidate.law, table.select(fold.training), own, executor, named);
    if (!fitted) return in_fold(fitted.error(), i, count);
    const Result<std::vector<double>> losses = predict(fitted->law, table.select(fold.held_out));
    if (!losses) return in_fold(losses.error(), i, count);
    predicted.insert(predicted.end(), losses->begin(), losses->end());
    refits.push_back(one_step_refit(*fitted, table, fold));
    last = *std::move(fitted);
  }
  const Table training = count == 1 ? table.select(folds.folds[0].training) : table;
  if (count > 1) {
    NamedProgress named(candidate.name, progress);
    Result<Fit> whole = usable_fit(candidate.law, table, own, executor, named);
    if (!whole) return std::unexpected(whole.error());
    last = *std::move(whole);
  }
  ComparedLaw compared{
      .name = candidate.name, .fit = *std::move(last), .predicted = std::move(predicted)};
  if (const auto done = measure(compared, training, table.select(held_out_rows(folds))); !done)
    return std::unexpected(done.error());
  return JudgedLaw{std::move(compared), std::move(refits)};
}

}  // namespace isoflop
