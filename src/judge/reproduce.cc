#include "isoflop/reproduce.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/enum_names.h"
#include "base/error.h"
#include "base/named_progress.h"
#include "isoflop/holdout.h"
#include "judge/reproduce_fit.h"

namespace isoflop {

namespace {

// In the order of Outcome.
constexpr std::string_view kOutcomeNames[] = {
    "same optimum", "rounding explains it", "better optimum found", "differs",
    "holds",        "does not hold"};

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

std::string_view key_of(std::string_view spec) { return spec.substr(0, spec.find(':')); }

// Of a published fit: its rows, where both filters are true, and its response.
Mapping mapping_of(const DataSet& data, const PublishedFit& fit) {
  Mapping mapping = data.mapping;
  if (mapping.where.empty())
    mapping.where = fit.where;
  else if (!fit.where.empty())
    mapping.where = fmt::format("({}) && ({})", data.mapping.where, fit.where);
  if (!fit.response.empty()) mapping.response = fit.response;
  return mapping;
}

Result<Table> rows_of(const DataSet& data, const PublishedFit& fit, std::string_view text) {
  const Result<Law> law = find_law(fit.law);
  if (!law) return std::unexpected(law.error());
  const Result<MappedTable> mapped =
      read_table(text, data.file, *law, mapping_of(data, fit),
                 fit.residual == Residual::kLog ? Response::kPositive : Response::kAny);
  if (!mapped) return std::unexpected(mapped.error());
  if (mapped->rows_read != data.rows)
    return error_at({data.file}, "it has {} rows, and the data set {} says {}: correct one of them",
                    mapped->rows_read, data.key, data.rows);
  return mapped->table;
}

Result<ReproducedPoint> reproduce_point(const PublishedPoint& published,
                                        std::span<const ReproducedFit> fits) {
  const Result<Law> law = find_law(published.law);
  if (!law) return std::unexpected(law.error());
  const Result<Prediction> predicted = predict(*law, published.inputs);
  if (!predicted) return std::unexpected(predicted.error());
  ReproducedPoint point{.published = published,
                        .predicted = predicted->loss,
                        .range = rounding_range(*law, predicted->inputs),
                        .difference = predicted->loss / published.loss - 1};
  const auto same =
      std::ranges::find(fits, published.law, [](const auto& fit) { return fit.published.law; });
  if (same != fits.end()) {
    const Result<Prediction> ours = predict(same->fit.law, published.inputs);
    if (!ours) return std::unexpected(ours.error());
    point.refitted = ours->loss;
    point.refitted_difference = ours->loss / published.loss - 1;
  }
  const double low = published.loss * (1 - published.tolerance);
  const double high = published.loss * (1 + published.tolerance);
  if (std::abs(point.difference) > published.tolerance)
    point.outcome = point.range && point.range->low <= high && point.range->high >= low
                        ? Outcome::kRounding
                        : Outcome::kFails;
  return point;
}

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

}  // namespace

std::string to_text(Outcome outcome) { return enum_name(kOutcomeNames, outcome); }

bool is_explained(Outcome outcome, std::string_view reason) {
  return outcome == Outcome::kSame || outcome == Outcome::kRounding || outcome == Outcome::kHolds ||
         !reason.empty();
}

Result<Reproduction> reproduce(const DataSet& data, std::string_view text, Executor& executor,
                               Progress& progress) {
  Reproduction result{.data = data};
  for (const PublishedFit& published : data.fits) {
    NamedProgress named(published.law, progress);
    const Result<Table> table = rows_of(data, published, text);
    if (!table) return std::unexpected(table.error());
    Result<ReproducedFit> fit = reproduce_fit(published, *table, executor, named);
    if (!fit) return std::unexpected(fit.error());
    result.fits.push_back(*std::move(fit));
  }
  for (const PublishedPoint& published : data.points) {
    Result<ReproducedPoint> point = reproduce_point(published, result.fits);
    if (!point) return std::unexpected(point.error());
    result.points.push_back(*std::move(point));
  }
  for (const Contest& published : data.contests) {
    NamedProgress named(published.law, progress);
    Result<ReproducedContest> contest = reproduce_contest(data, published, text, executor, named);
    if (!contest) return std::unexpected(contest.error());
    result.contests.push_back(*std::move(contest));
  }
  return result;
}

namespace {

void count(Tally& tally, Outcome outcome, bool explained) {
  ++tally.outcomes[outcome];
  ++tally.all;
  if (!explained) ++tally.unexplained;
}

void count_with_reason(Tally& tally, Outcome outcome, std::string_view reason) {
  count(tally, outcome, is_explained(outcome, reason));
}

void count_fit(Tally& tally, const ReproducedFit& fit) {
  count_with_reason(tally, fit.outcome, fit.published.reason);
  for (const ReproducedCoefficient& each : fit.coefficients)
    if (each.published_error)
      count(tally, each.error_outcome,
            each.error_outcome == Outcome::kHolds ||
                std::abs(each.skewness) > ReproducedCoefficient::kSkewed);
}

}  // namespace

Tally tally(const Reproductions& reproductions) {
  Tally tally;
  for (const Reproduction& each : reproductions.data_sets) {
    for (const ReproducedFit& fit : each.fits) count_fit(tally, fit);
    for (const ReproducedPoint& point : each.points)
      count_with_reason(tally, point.outcome, point.published.reason);
    for (const ReproducedContest& contest : each.contests)
      count_with_reason(tally, contest.outcome, contest.published.reason);
  }
  for (const CheckedClaims& each : reproductions.claims) {
    for (const CheckedAgreement& agreement : each.agreements) {
      count_with_reason(tally, agreement.published_outcome, agreement.published.reason);
      count_with_reason(tally, agreement.refitted_outcome, agreement.published.reason);
    }
    for (const CheckedBudget& budget : each.budgets) {
      count_with_reason(tally, budget.worked_outcome, "");
      count_with_reason(tally, budget.model_outcome, budget.published.reason);
      count_with_reason(tally, budget.outcome, budget.published.reason);
    }
  }
  return tally;
}

DataSet only_about(DataSet data, std::string_view law) {
  const auto other = [&](const auto& part) { return key_of(part.law) != law; };
  std::erase_if(data.fits, other);
  std::erase_if(data.points, other);
  std::erase_if(data.contests, other);
  return data;
}

}  // namespace isoflop
