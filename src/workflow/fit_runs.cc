#include "workflow/fit_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "base/error.h"
#include "base/named_progress.h"
#include "base/version.h"
#include "isoflop/output.h"

namespace isoflop {

namespace {

// A group that cannot be fitted (too few rows) is a fit that failed: the others are fitted all the
// same.
Fit failed_fit(const Law& law, const Recipe& recipe, Table table, const Error& error) {
  Fit fit{.law = law.without_values(), .recipe = recipe};
  fit.message = error.text();
  fit.table = std::move(table);
  return fit;
}

class Stopwatch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

SolverRun run_of(const Fit& fit, std::string searched, double seconds, double best) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  return {.solver = to_text(fit.recipe.solver),
          .searched = std::move(searched),
          .objective = fit.usable ? fit.objective.sum : none,
          .ratio = fit.usable && best > 0 ? fit.objective.sum / best : none,
          .points = fit.search.candidates,
          .refinements = fit.search.tried,
          .seconds = seconds};
}

}  // namespace

Response response_for(const Recipe& recipe) {
  return recipe.residual == Residual::kLog ? Response::kPositive : Response::kAny;
}

FitRecord record_of(Fit fit, Runs runs, std::string command) {
  for (std::string& note : runs.notes)
    if (std::ranges::find(fit.notes, note) == fit.notes.end()) fit.notes.push_back(std::move(note));
  fit.law = with_mapping(fit.law, runs.data.mapping);
  return {.fit = std::move(fit),
          .data = std::move(runs.data),
          .version = std::string(version()),
          .command = std::move(command)};
}

Result<void> add_intervals(FitRecord& record, const FitIntervals& intervals, Executor& executor,
                           Progress& progress) {
  const Fit& fit = record.fit;
  if (!fit.usable || fit.search.stopped) return {};
  const double level = intervals.level;
  Result<Confidence> known = confidence(fit, level, intervals.profile, executor, progress);
  if (!known) return std::unexpected(known.error());
  for (std::string& note : notes_on(fit, *known)) record.fit.notes.push_back(std::move(note));
  record.confidence = *std::move(known);
  if (!intervals.bootstrap) return {};
  Result<Draws> draws = bootstrap(fit, *intervals.bootstrap, executor, progress);
  if (!draws) return std::unexpected(draws.error());
  add_bootstrap(record, *std::move(draws), level);
  return {};
}

void add_bootstrap(FitRecord& record, Draws draws, double level) {
  std::vector<Uncertainty> made = uncertainties(record.fit, draws, level);
  for (std::string& note : notes_on(record.fit, draws, level, made))
    record.fit.notes.push_back(std::move(note));
  record.bootstrap = {std::move(draws), level, std::move(made)};
}

Result<FitGroups> fit_groups(const Law& law, std::vector<RunsGroup> groups, const std::string& by,
                             const Recipe& recipe, const FitIntervals& intervals,
                             const std::string& command, Executor& executor, Progress& progress) {
  FitGroups fits{.law = law, .by = by, .groups = {}};
  std::optional<Error> first;
  bool any = false;
  for (RunsGroup& group : groups) {
    Runs& runs = group.runs;
    NamedProgress own(group.name, progress);
    Result<Fit> made = fits.stopped
                           ? Result<Fit>(work_error("stopped before this group was fitted"))
                           : fit(law, runs.table, recipe, executor, own);
    fits.stopped = fits.stopped || (made && made->search.stopped);
    std::optional<Error> wrong;
    if (!made) wrong = made.error();
    Fit known =
        made ? *std::move(made) : failed_fit(law, recipe, std::move(runs.table), made.error());
    FitRecord record = record_of(std::move(known), std::move(runs), command);
    if (const auto done = add_intervals(record, intervals, executor, own); !done)
      wrong = done.error();
    if (wrong && !first) first = wrong;
    any = any || !wrong;
    fits.stopped = fits.stopped || (record.bootstrap && record.bootstrap->draws.stopped);
    fits.groups.push_back({.name = std::move(group.name), .record = std::move(record)});
  }
  if (!any && first) return std::unexpected(*first);
  return fits;
}

Result<std::vector<SolverRun>> compare_solvers(Fit& fit, const Law& law, const Table& table,
                                               const Recipe& recipe, const Recipe& boxed,
                                               double seconds, Executor& executor,
                                               Progress& progress) {
  Recipe free = recipe, within = boxed;
  free.solver = within.solver = Solver::kDefault;
  const Stopwatch in_box;
  const Result<Fit> best = isoflop::fit(law, table, within, executor, progress);
  if (!best) return std::unexpected(best.error());
  const double in_box_seconds = in_box.seconds();
  const Stopwatch out_of_box;
  const Result<Fit> whole = isoflop::fit(law, table, free, executor, progress);
  if (!whole) return std::unexpected(whole.error());
  const double whole_seconds = out_of_box.seconds();
  for (const std::string& side : left_out(*whole, boxed))
    fit.notes.push_back("the box excludes the default solver's optimum: " + side);
  const double lowest = best->usable ? best->objective.sum : 0;
  return std::vector{run_of(fit, "the box", seconds, lowest),
                     run_of(*best, "the box", in_box_seconds, lowest),
                     run_of(*whole, "whole ranges", whole_seconds, lowest)};
}

}  // namespace isoflop
