#include "judge/reproduce_contest.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "isoflop/holdout.h"
#include "judge/reproduce_fit.h"

namespace isoflop {

namespace {

// One table with the inputs of all laws.
Result<Table> shared_table(const DataSet& data, std::span<const Candidate> laws,
                           std::string_view text) {
  Table shared;
  for (const Candidate& candidate : laws) {
    const Result<MappedTable> own =
        read_table(text, data.file, candidate.law, data.mapping, Response::kPositive);
    if (!own) return std::unexpected(own.error());
    for (const std::string& name : own->table.names())
      if (!shared.has(name)) shared.share(own->table, name);
  }
  return shared;
}

Result<Folds> folds_of(const Contest& contest, const Table& table, std::uint64_t seed) {
  const Result<Holdout> holdout = parse_holdout(contest.holdout);
  if (!holdout) return std::unexpected(holdout.error());
  const std::span<const double> values = table.column(holdout->expression);
  if (holdout->kind != Holdout::Kind::kTop || values.empty())
    return error(
        "the hold-out \"{}\" of a contest must be the largest share of an input: top:20%:P",
        contest.holdout);
  return make_folds(*holdout, values, seed);
}

Result<Contestant> contestant(const Candidate& candidate, const Law& published, const Table& table,
                              const Recipe& recipe, Executor& executor, Progress& progress) {
  Result<Fit> ours = fit(candidate.law, table, recipe, executor, progress);
  if (!ours) return std::unexpected(ours.error());
  if (!ours->usable) return work_error("{}: {}", candidate.name, ours->message);
  const Result<Closeness> before = closeness_to(published, table);
  if (!before) return std::unexpected(before.error());
  const Result<Closeness> after = closeness_to(ours->law, table);
  if (!after) return std::unexpected(after.error());
  return Contestant{
      .law = candidate.name, .as_published = *before, .fit = *std::move(ours), .refitted = *after};
}

std::size_t place_of(const std::vector<Contestant>& contestants, const std::string& law) {
  return static_cast<std::size_t>(std::ranges::find(contestants, law, &Contestant::law) -
                                  contestants.begin()) +
         1;
}

void take_held_out(ReproducedContest& result, const Comparison& comparison) {
  for (std::size_t i = 0; i < comparison.laws.size(); ++i) {
    const ComparedLaw& compared = comparison.laws[i];
    const auto found = std::ranges::find(result.contestants, compared.name, &Contestant::law);
    found->held_out_rmse = compared.held_out.rmse;
    if (compared.name == result.published.law) result.held_out_place = i + 1;
  }
  result.rows = comparison.rows;
  result.held_out_rows = comparison.held_out_rows;
}

}  // namespace

Result<ReproducedContest> reproduce_contest(const DataSet& data, const Contest& contest,
                                            std::string_view text, Executor& executor,
                                            Progress& progress) {
  std::vector<std::string> names = {contest.law};
  names.insert(names.end(), contest.rivals.begin(), contest.rivals.end());
  std::vector<Candidate> candidates;
  std::vector<Law> published;
  for (const std::string& name : names) {
    const Result<Law> law = find_law(name);
    if (!law) return std::unexpected(law.error());
    published.push_back(*law);
    candidates.push_back({.name = name, .law = law->without_values()});
  }
  const Result<Table> table = shared_table(data, candidates, text);
  if (!table) return std::unexpected(table.error());
  const Recipe recipe{.residual = contest.residual, .loss = contest.loss};
  ReproducedContest result{.published = contest};
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    Result<Contestant> made =
        contestant(candidates[i], published[i], *table, recipe, executor, progress);
    if (!made) return std::unexpected(made.error());
    result.contestants.push_back(*std::move(made));
  }
  std::ranges::sort(result.contestants, {},
                    [](const Contestant& each) { return each.fit.objective.sum; });
  const Result<Folds> folds = folds_of(contest, *table, recipe.seed);
  if (!folds) return std::unexpected(folds.error());
  const Result<Comparison> comparison =
      compare(candidates, *table, *folds, recipe, executor, progress);
  if (!comparison) return std::unexpected(comparison.error());
  if (!comparison->unusable.empty())
    return work_error("{}: {}", comparison->unusable[0].name, comparison->unusable[0].reason);
  take_held_out(result, *comparison);
  result.place = place_of(result.contestants, contest.law);
  result.outcome =
      result.place == 1 && result.held_out_place == 1 ? Outcome::kHolds : Outcome::kFails;
  return result;
}

}  // namespace isoflop
