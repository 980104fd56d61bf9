#include "isoflop/compare.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "judge/judge_law.h"
#include "judge/rank.h"
#include "judge/recipe_for.h"

namespace isoflop {

namespace {

bool weigh_nothing(const Table& table) {
  return table.has("weight") &&
         std::ranges::all_of(table.column("weight"), [](double weight) { return weight == 0; });
}

}  // namespace

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
      comparison.unusable.push_back({candidate.name, "stopped before it was fitted"});
      continue;
    }
    Result<JudgedLaw> judged = judge_law(candidate, table, folds, recipe, executor, progress);
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
