#include "isoflop/fit.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/enum_names.h"
#include "base/error.h"
#include "base/number_text.h"
#include "fit/check.h"
#include "fit/default_ranges.h"
#include "fit/objective.h"
#include "fit/robust_loss.h"
#include "fit/search.h"
#include "fit/solve.h"

namespace isoflop {

namespace {

// In the order of FitStatus.
constexpr std::string_view kStatusNames[] = {"converged", "at_bound", "limit", "failed"};

constexpr std::size_t kMoreIterations = 4;  // times those of the recipe, where they were used up
constexpr double kSameObjective = 1e-7;     // relative, as SearchReport::reached_best counts

std::map<std::string, Range> input_ranges(const Law& law, const Table& table) {
  std::map<std::string, Range> ranges;
  for (const Input& input : law.inputs()) {
    const auto [least, most] = std::ranges::minmax(table.column(input.name));
    ranges[input.name] = {least, most};
  }
  return ranges;
}

// The columns that a fit reads, without the rows whose weight is 0.
Table used_part(const Law& law, const Table& table) {
  Table used;
  for (const std::string& name : table.names())
    if (law.has_input(name) || name == "loss" || name == "weight" || name == "cluster" ||
        name == "C")
      used.share(table, name);
  const std::span<const double> weights = table.column("weight");
  if (std::ranges::find(weights, 0.0) == weights.end()) return used;
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < table.rows(); ++row)
    if (weights[row] != 0) rows.push_back(row);
  return used.select(rows);
}

std::string describe_bounds(const FitObjective& objective, const Refined& best) {
  std::string text;
  for (const std::size_t j : best.at_bound) {
    const FreeCoefficient& free = objective.free()[j];
    const double value = best.free[static_cast<Eigen::Index>(j)];
    text += fmt::format("{}{} at the {} end of its range, {}", text.empty() ? "" : "; ",
                        objective.law().coefficients()[free.index].name,
                        value <= free.range.low ? "low" : "high", format_number(value));
  }
  return text;
}

// Descents from fewer than one in this many that end at the best leave it open whether a further
// one would end lower.
constexpr std::size_t kFewAgree = 10;

// How many distinct descents agree on the answer. Those of a robust loss are not its starts.
std::string describe_agreement(const SearchReport& report, const RobustLoss& loss) {
  const bool merged = loss.kind != RobustLoss::Kind::kSquare;
  const std::string descents =
      merged ? fmt::format("{} descents from {} starts", report.descents, report.tried)
             : fmt::format("{} starts", report.tried);
  if (report.reached_best == report.descents && report.descents > 1)
    return fmt::format("all {} {} the same optimum", descents, merged ? "end at" : "converged to");
  const bool few = kFewAgree * report.reached_best < report.descents;
  return fmt::format("{} of {} {} the best optimum{}", report.reached_best, descents,
                     merged ? "end at" : "converged to",
                     few ? ", which is few: recipe.starts=random:1000 looks further" : "");
}

std::string describe(const FitObjective& objective, const SearchResult& found) {
  const std::size_t tried = found.report.tried;
  const std::string reached = describe_agreement(found.report, objective.recipe().loss);
  if (found.report.stopped && found.best.status != FitStatus::kFailed)
    return fmt::format("stopped early, after {}{} starts: {}", tried,
                       found.planned > 0 ? fmt::format(" of {}", found.planned) : "", reached);
  switch (found.best.status) {
    case FitStatus::kConverged:
      return fmt::format("converged; {}", reached);
    case FitStatus::kAtBound:
      return fmt::format("converged with {}; {}; recipe.range widens a range",
                         describe_bounds(objective, found.best), reached);
    case FitStatus::kLimit:
      return fmt::format("stopped after {} iterations before it converged; {}",
                         found.best.iterations, reached);
    case FitStatus::kFailed:
      break;
  }
  return "no start gave a finite objective: check the inputs' units and the ranges";
}

// From the optima of a fit to other runs. Few runs less move an optimum, and which of them is the
// lowest may change: each is refined at the recipe's loss, and the best by all stages, too.
SearchResult refine_optima(const FitObjective& objective, const Fit& known) {
  SearchResult found;
  FitObjective::State state = objective.make_state();
  std::vector<double> ends;
  const auto refine_from = [&](const std::vector<double>& coefficients, RefineStages stages) {
    Refined end = refine(objective, objective.free_of(coefficients), state, stages);
    if (end.status == FitStatus::kLimit)
      end = refine(objective, end.free, state, RefineStages::kFinal, kMoreIterations);
    if (end.status == FitStatus::kFailed) return;
    ends.push_back(end.objective);
    if (found.best.status == FitStatus::kFailed || end.objective < found.best.objective)
      found.best = std::move(end);
  };
  refine_from({known.law.values().begin(), known.law.values().end()}, RefineStages::kAll);
  for (const LocalOptimum& optimum : known.search.optima)
    refine_from(optimum.coefficients, RefineStages::kFinal);
  found.report.tried = ends.size();
  found.report.reached_best = static_cast<std::size_t>(std::ranges::count_if(
      ends, [&](double end) { return end <= found.best.objective * (1 + kSameObjective); }));
  return found;
}

constexpr double kEfficient = 1.345;  // deltas in scales: 95 % of squares' efficiency (Huber 1981)
constexpr int kDeltaRounds = 2;       // fits before the last; the third round moves it by 1 %
constexpr double kNormalMedian = 0.6744897501960817;  // of |z|

// A robust scale of the residuals: their median size, as of normal noise. 0 where half are 0.
Result<double> scale_of(const Fit& fit) {
  const Result<FitObjective> objective = FitObjective::make(fit.law, fit.table, fit.recipe);
  if (!objective) return std::unexpected(objective.error());
  FitObjective::State state = objective->make_state();
  const Eigen::VectorXd residuals = objective->residuals_at(fit.law.values(), state);
  const auto rows = static_cast<double>(residuals.size());
  const double left = std::max(1.0, rows - static_cast<double>(objective->free().size()));
  const auto size = static_cast<std::size_t>(residuals.size());
  return median_size({residuals.data(), size}) / kNormalMedian * std::sqrt(rows / left);
}

// From the fit by the usual loss, whose delta is below most noise: that is nearly a median, which
// half of the runs cannot ruin.
Result<Fit> fit_with_delta_of_noise(const Law& law, const Table& table, Recipe recipe,
                                    Executor& executor, Progress& progress) {
  recipe.loss = {};
  for (int round = 0; round < kDeltaRounds; ++round) {
    Result<Fit> known = fit(law, table, recipe, executor, progress);
    if (!known || !known->usable || known->search.stopped) return known;
    const Result<double> scale = scale_of(*known);
    if (!scale) return std::unexpected(scale.error());
    // Digits that a person can give again.
    const double delta = parse_plain_number(format_number(kEfficient * *scale, 3)).value_or(0);
    if (!(delta > 0)) return known;
    recipe.loss.delta = delta;
  }
  Result<Fit> found = fit(law, table, recipe, executor, progress);
  if (found && found->usable)
    found->notes.push_back(fmt::format("huber:auto came to {}: 1.345 times the residuals' scale",
                                       to_text(recipe.loss)));
  return found;
}

}  // namespace

std::string to_text(FitStatus status) { return enum_name(kStatusNames, status); }

Result<FitStatus> parse_status(std::string_view text) {
  if (const auto status = enum_value<FitStatus>(kStatusNames, text)) return *status;
  return error("\"{}\" is not the status of a fit", text);
}

Result<Fit> fit_with(const Law& given, const Table& table, const Recipe& wanted,
                     const Solve& solve) {
  const Law law = with_ranges_of(given, table);
  const Recipe recipe = with_ranges_of_unit(law, table, wanted);
  if (Result<void> ok = check_fit(law, table, recipe); !ok) return std::unexpected(ok.error());
  Table used = used_part(law, table);
  Result<FitObjective> objective = FitObjective::make(law, used, recipe);
  if (!objective) return std::unexpected(objective.error());
  Result<FitSolution> found = solve(*objective, used);
  if (!found) return std::unexpected(found.error());

  const Refined& best = found->best;
  Fit fit{.law = law.without_values(),
          .recipe = recipe,
          .status = best.status,
          .usable = best.status != FitStatus::kFailed,
          .message = std::move(found->message),
          .objective = {.rows = used.rows()},
          .at_bound = {},
          .search = found->report,
          .notes = {},
          .table = {}};
  if (used.rows() < table.rows())
    fit.notes.push_back(
        fmt::format("{} rows with weight 0 were left out", table.rows() - used.rows()));
  if (fit.usable) {
    Result<Law> fitted =
        law.with_values("fit", objective->coefficients(best.free), input_ranges(law, used));
    if (!fitted) return std::unexpected(fitted.error());
    fit.law = std::move(*fitted);
    fit.errors = loss_errors(fit.law, used);
    fit.objective.sum = best.objective;
    fit.objective.mean = best.objective / objective->weights().sum();
    for (const std::size_t j : best.at_bound)
      fit.at_bound.push_back(law.coefficients()[objective->free()[j].index].name);
  }
  fit.table = std::move(used);
  return fit;
}

Result<Fit> fit_part(const Fit& known, const Table& part) {
  return fit_with(known.law.without_values(), part, known.recipe,
                  [&](const FitObjective& objective, const Table& used) -> Result<FitSolution> {
                    SearchResult found;
                    if (known.usable && !objective.free().empty())
                      found = refine_optima(objective, known);
                    if (found.best.status == FitStatus::kFailed) {
                      SerialExecutor executor;
                      Progress silent;
                      Result<SearchResult> searched = search(objective, used, executor, silent);
                      if (!searched) return std::unexpected(searched.error());
                      found = *std::move(searched);
                    }
                    std::string message = describe(objective, found);
                    return FitSolution{std::move(found.best), std::move(found.report),
                                       std::move(message)};
                  });
}

std::map<std::string, double> Fit::coefficients() const {
  std::map<std::string, double> named;
  for (std::size_t i = 0; i < law.values().size(); ++i)
    named[law.coefficients()[i].name] = law.values()[i];
  return named;
}

Result<Fit> fit(const Law& law, const Table& table, const Recipe& recipe, Executor& executor,
                Progress& progress) {
  if (recipe.solver != Solver::kDefault)
    return error("fit_by_bayes() runs the solver {}, and fit() the default one",
                 to_text(recipe.solver));
  if (recipe.loss.is_automatic())
    return fit_with_delta_of_noise(law, table, recipe, executor, progress);
  return fit_with(law, table, recipe,
                  [&](const FitObjective& objective, const Table& used) -> Result<FitSolution> {
                    Result<SearchResult> found = search(objective, used, executor, progress);
                    if (!found) return std::unexpected(found.error());
                    std::string message = describe(objective, *found);
                    return FitSolution{std::move(found->best), std::move(found->report),
                                       std::move(message)};
                  });
}

Result<Fit> fit(const Law& law, const Table& table, const Recipe& recipe, Executor& executor) {
  Progress silent;
  return fit(law, table, recipe, executor, silent);
}

Result<Fit> fit(const Law& law, const Table& table, const Recipe& recipe) {
  SerialExecutor executor;
  return fit(law, table, recipe, executor);
}

}  // namespace isoflop
