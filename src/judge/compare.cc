#include "isoflop/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/named_progress.h"
#include "base/numbers.h"
#include "fit/solve.h"
#include "isoflop/predict.h"
#include "judge/judge_law.h"
#include "judge/rank.h"

namespace isoflop {

namespace {

constexpr double kMostOfTable = 0.75;    // folds:4 and finer
constexpr double kSameObjective = 1e-7;  // as SearchReport::reached_best counts

template <class T>
void keep_known(const Law& law, std::map<std::string, T>& named) {
  std::erase_if(named, [&](const auto& entry) { return !law.coefficient_index(entry.first); });
}

template <class T>
void check(std::span<const Candidate> laws, const std::map<std::string, T>& named, const char* flag,
           Problems& problems) {
  for (const auto& [name, value] : named)
    if (std::ranges::none_of(laws, [&](const Candidate& candidate) {
          return candidate.law.coefficient_index(name).has_value();
        }))
      problems.add({flag}, "none of the laws has a coefficient '{}': check its spelling", name);
}

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

Result<Fit> usable(Result<Fit> fitted) {
  if (fitted && !fitted->usable) return work_error("{}", fitted->message);
  return fitted;
}

// Fits a law to folds. A fold of most runs is refined from the optima of the whole, where a search
// may take a thousand starts. The first such fold is searched as well: a lower optimum that it
// finds is one more to start from, also for the whole.
class FoldFits {
 public:
  FoldFits(const Candidate& candidate, std::size_t folds, const Table& table, const Recipe& recipe,
           Executor& executor, Progress& progress)
      : candidate_(candidate),
        folds_(folds),
        table_(table),
        recipe_(recipe),
        executor_(executor),
        progress_(progress) {}

  Result<Fit> whole() {
    if (!whole_) whole_ = search(table_, candidate_.name);
    return *whole_;
  }

  Result<Fit> fold(const Table& training, const std::string& name) {
    const bool most =
        static_cast<double>(training.rows()) >= kMostOfTable * static_cast<double>(table_.rows());
    if (folds_ == 1 || !most || !whole()) return search(training, name);
    Result<Fit> refined = usable(fit_part(**whole_, training));
    if (refined && std::exchange(tried_, true)) return refined;
    Result<Fit> searched = search(training, name);
    if (!refined || !searched) return searched;
    if (!(searched->objective.sum < refined->objective.sum * (1 - kSameObjective))) return refined;
    const auto values = searched->law.values();
    (*whole_)->search.optima.push_back(
        {.objective = searched->objective.sum, .coefficients = {values.begin(), values.end()}});
    if (Result<Fit> again = fit_part(**whole_, table_);
        again && again->usable && again->objective.sum < (*whole_)->objective.sum) {
      again->search.optima = (*whole_)->search.optima;
      whole_ = std::move(again);
    }
    return searched;
  }

 private:
  Result<Fit> search(const Table& table, const std::string& name) {
    NamedProgress named(name, progress_);
    return usable(fit(candidate_.law, table, recipe_, executor_, named));
  }

  const Candidate& candidate_;
  std::size_t folds_;
  const Table& table_;
  const Recipe& recipe_;
  Executor& executor_;
  Progress& progress_;
  std::optional<Result<Fit>> whole_;
  bool tried_ = false;  // a search of a fold against its refinement
};

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

bool weigh_nothing(const Table& table) {
  return table.has("weight") &&
         std::ranges::all_of(table.column("weight"), [](double weight) { return weight == 0; });
}

constexpr const char* kNotReached = "stopped before it was fitted";

// Fits the law to each fold, predicts what is held out there, and measures both. The error says in
// which fold the fit or the prediction failed. The first law of a comparison is judged to its end,
// so that there is one, with short fits where the work was stopped.
Result<JudgedLaw> judge_law(const Candidate& candidate, const Table& table, const Folds& folds,
                            const Recipe& recipe, bool first, Executor& executor,
                            Progress& progress) {
  const Recipe own = recipe_for(candidate.law, recipe);
  const std::size_t count = folds.folds.size();
  FoldFits fits(candidate, count, table, own, executor, progress);
  std::vector<double> predicted;
  std::vector<OneStepRefit> refits;
  std::optional<Fit> last;
  for (std::size_t i = 0; i < count; ++i) {
    const Fold& fold = folds.folds[i];
    if (!first && progress.stop_asked()) return error("{}", kNotReached);
    const Result<Fit> fitted = fits.fold(
        table.select(fold.training),
        count == 1 ? candidate.name : fmt::format("{} fold {}/{}", candidate.name, i + 1, count));
    if (!fitted) return in_fold(fitted.error(), i, count);
    const Result<std::vector<double>> losses = predict(fitted->law, table.select(fold.held_out));
    if (!losses) return in_fold(losses.error(), i, count);
    predicted.insert(predicted.end(), losses->begin(), losses->end());
    refits.push_back(one_step_refit(*fitted, table, fold));
    last = *fitted;
  }
  const Table training = count == 1 ? table.select(folds.folds[0].training) : table;
  if (count > 1) {
    Result<Fit> whole = fits.whole();
    if (!whole) return std::unexpected(whole.error());
    last = *std::move(whole);
  }
  ComparedLaw compared{
      .name = candidate.name, .fit = *std::move(last), .predicted = std::move(predicted)};
  if (const auto done = measure(compared, training, table.select(held_out_rows(folds))); !done)
    return std::unexpected(done.error());
  return JudgedLaw{std::move(compared), std::move(refits)};
}

}  // namespace

InformationCriteria information_criteria(std::span<const double> residuals, std::size_t free) {
  const auto rows = static_cast<double>(residuals.size());
  const auto parameters = static_cast<double>(free + 1);
  double squares = 0;
  for (const double residual : residuals) squares += residual * residual;
  // Of residuals that are all 0 the likelihood has no bound; the smallest double stands for it.
  const double variance = std::max(squares / rows, std::numeric_limits<double>::min());
  const double deviance = rows * (std::log(2 * std::numbers::pi * variance) + 1);
  const double spare = rows - parameters - 1;
  return {.aicc = spare > 0 ? deviance + 2 * parameters * rows / spare : kInfinity,
          .bic = deviance + parameters * std::log(rows)};
}

Recipe recipe_for(const Law& law, Recipe recipe) {
  keep_known(law, recipe.fix);
  keep_known(law, recipe.range);
  keep_known(law, recipe.start);
  keep_known(law, recipe.tie);
  std::erase_if(recipe.tie, [&](const auto& tie) { return !law.coefficient_index(tie.second); });
  return recipe;
}

Result<void> check_names(std::span<const Candidate> laws, const Recipe& recipe) {
  Problems problems;
  check(laws, recipe.fix, "recipe.fix", problems);
  check(laws, recipe.tie, "recipe.tie", problems);
  check(laws, recipe.range, "recipe.range", problems);
  check(laws, recipe.start, "recipe.start", problems);
  return problems.result();
}

std::vector<std::size_t> held_out_rows(const Folds& folds) {
  std::vector<std::size_t> rows;
  for (const Fold& fold : folds.folds)
    rows.insert(rows.end(), fold.held_out.begin(), fold.held_out.end());
  return rows;
}

Result<Comparison> compare(std::span<const Candidate> laws, const Table& table, const Folds& folds,
                           const Recipe& recipe, Executor& executor, Progress& progress) {
  if (const auto ok = check_names(laws, recipe); !ok) return std::unexpected(ok.error());
  if (weigh_nothing(table.select(held_out_rows(folds))))
    return error_at({"holdout.text"},
                    "all rows that are held out have the weight 0: hold out others");
  Comparison comparison{.notes = folds.notes,
                        .rows = table.rows(),
                        .held_out_rows = held_out_rows(folds).size(),
                        .folds = folds.folds.size(),
                        .seed = recipe.seed};
  std::vector<JudgedLaw> judged_laws;
  for (const Candidate& candidate : laws) {
    if (comparison.stopped) {
      comparison.unusable.push_back({candidate.name, kNotReached});
      continue;
    }
    Result<JudgedLaw> judged =
        judge_law(candidate, table, folds, recipe, judged_laws.empty(), executor, progress);
    if (judged)
      judged_laws.push_back(*std::move(judged));
    else
      comparison.unusable.push_back({candidate.name, judged.error().problems[0].what});
    comparison.stopped = progress.stop_asked();
  }
  if (judged_laws.empty())
    return error("{}: {}", comparison.unusable[0].name, comparison.unusable[0].reason);
  rank(std::move(judged_laws), comparison, table, folds, executor, progress);
  return comparison;
}

Result<Comparison> compare(std::span<const Candidate> laws, const Table& table,
                           std::string_view holdout, const Recipe& recipe) {
  const Result<Folds> folds = make_folds(holdout, table, recipe.seed);
  if (!folds) return std::unexpected(folds.error());
  SerialExecutor executor;
  Progress silent;
  return compare(laws, table, *folds, recipe, executor, silent);
}

}  // namespace isoflop
