#include <algorithm>
#include <utility>

#include "base/error.h"
#include "isoflop/tune.h"
#include "judge/judge_law.h"

namespace isoflop {

namespace {

constexpr const char* kField = "holdout.text";

// Of the law that has most.
std::size_t most_free(const TuneTask& task) {
  std::size_t most = 0;
  for (const Candidate& candidate : task.laws) {
    const Recipe own = recipe_for(candidate.law, task.recipe);
    most = std::max(most, free_coefficients(candidate.law, own));
  }
  return most;
}

bool weighs_nothing(const Table& table, const Fold& fold) {
  const std::span<const double> weights = table.column("weight");
  return !weights.empty() &&
         std::ranges::all_of(fold.held_out, [&](std::size_t row) { return weights[row] == 0; });
}

Result<void> check(const TuneTask& task, const Holdout& holdout) {
  if (holdout.kind != Holdout::Kind::kRolling || holdout.count < 2)
    return error_at({kField},
                    "'{}' is not two windows or more, of which the last judges what was chosen by "
                    "the others: write rolling:4 or rolling:4:D",
                    holdout.text);
  if (task.laws.empty()) return error("there is no law to tune: name one");
  if (task.recipe.solver != Solver::kDefault)
    return error("a recipe is tuned with the default solver alone");
  const std::span<const double> losses = task.table.column("loss");
  if (losses.empty()) return error("the table has no column 'loss'");
  for (std::size_t row = 0; row < losses.size(); ++row)
    if (!(losses[row] > 0))
      return error("{}: a loss of {} has no logarithm, by which recipes are judged: leave it out",
                   task.table.row_label(row), losses[row]);
  return check_names(task.laws, task.recipe);
}

// Leaves out windows before which there is too little to fit to.
Result<void> drop_first_windows(TuneTask& task) {
  const std::size_t free = most_free(task);
  drop_short_windows(task.search, free);
  if (task.search.folds.empty())
    return error_at(
        {kField},
        "{} rows are too few: the {} coefficients want {} rows before a window that the "
        "search may see; ask for other windows, or for a law with fewer coefficients",
        task.table.rows(), free, least_rows_before(free));
  return {};
}

}  // namespace

Result<TuneTask> make_tune_task(std::vector<Candidate> laws, Table table,
                                std::vector<double> growth, const Holdout& holdout,
                                const Recipe& recipe) {
  TuneTask task{.laws = std::move(laws),
                .table = std::move(table),
                .growth = std::move(growth),
                .search = {},
                .last = {},
                .recipe = recipe,
                .notes = {}};
  if (const auto ok = check(task, holdout); !ok) return std::unexpected(ok.error());
  Result<Folds> folds = make_folds(holdout, task.growth, recipe.seed);
  if (!folds) return std::unexpected(folds.error());
  task.search = *std::move(folds);
  task.last = std::move(task.search.folds.back());
  task.search.folds.pop_back();
  if (const auto ok = drop_first_windows(task); !ok) return std::unexpected(ok.error());
  task.notes = std::move(task.search.notes);
  const auto weightless = [&](const Fold& fold) { return weighs_nothing(task.table, fold); };
  if (weightless(task.last) || std::ranges::any_of(task.search.folds, weightless))
    return error_at({"mapping.weights"},
                    "all rows of a window have the weight 0: it judges nothing");
  return task;
}

RecipeChoice default_choice(const TuneTask& task) {
  return {.law = 0, .recipe = recipe_for(task.laws[0].law, task.recipe)};
}

}  // namespace isoflop
