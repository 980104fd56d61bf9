#include "cli/fit_by.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/named_progress.h"
#include "base/version.h"
#include "cli/console.h"
#include "cli/field_names.h"
#include "cli/fit_bootstrap.h"
#include "cli/fit_confidence.h"
#include "cli/law_argument.h"
#include "cli/progress_bar.h"
#include "cli/runs_argument.h"
#include "isoflop/fit.h"
#include "isoflop/progress.h"
#include "report/console/fit_groups.h"

namespace isoflop::cli {

namespace {

// A group that cannot be fitted (too few rows) is a fit that failed: the others are fitted all the
// same.
Fit failed_fit(const Law& law, const Recipe& recipe, Table table, const Error& error) {
  Fit fit{.law = law.without_values(), .recipe = recipe};
  fit.message = error.text();
  fit.table = std::move(table);
  return fit;
}

struct Outcome {
  std::vector<FitGroup> groups;
  std::vector<Error> errors;
  bool stopped = false;
};

Outcome fit_groups(const FitOptions& options, const Law& law, std::vector<RunsGroup> groups,
                   const std::string& line) {
  ThreadExecutor executor(static_cast<unsigned>(options.threads));
  ProgressBar bar;
  Outcome outcome;
  for (RunsGroup& group : groups) {
    Runs& runs = group.runs;
    NamedProgress progress(group.name, bar);
    Result<Fit> fit = outcome.stopped
                          ? Result<Fit>(work_error("stopped before this group was fitted"))
                          : isoflop::fit(law, runs.table, options.recipe, executor, progress);
    outcome.stopped = outcome.stopped || (fit && fit->search.stopped);
    if (!fit) outcome.errors.push_back(fit.error());
    Fit known =
        fit ? *std::move(fit) : failed_fit(law, options.recipe, std::move(runs.table), fit.error());
    FitRecord record = record_of(std::move(known), std::move(runs), line);
    if (const auto done = add_confidence(options, record, executor, progress); !done)
      outcome.errors.push_back(done.error());
    if (const auto done = add_bootstrap(options, record, executor, progress); !done)
      outcome.errors.push_back(done.error());
    outcome.stopped = outcome.stopped || (record.bootstrap && record.bootstrap->draws.stopped);
    outcome.groups.push_back({.name = std::move(group.name), .record = std::move(record)});
  }
  return outcome;
}

// A note of all groups once, others with their group's name.
void say_notes(const std::vector<FitGroup>& groups) {
  const auto of_all = [&](const std::string& note) {
    return std::ranges::all_of(groups, [&](const FitGroup& group) {
      return std::ranges::find(group.record.fit.notes, note) != group.record.fit.notes.end();
    });
  };
  for (const std::string& note : groups.front().record.fit.notes)
    if (of_all(note)) say(Tone::kNote, note);
  for (const FitGroup& group : groups) {
    const Fit& fit = group.record.fit;
    if (!fit.usable) say(Tone::kWarning, fmt::format("{}: {}", group.name, fit.message));
    for (const std::string& note : fit.notes)
      if (!of_all(note)) say(Tone::kNote, fmt::format("{}: {}", group.name, note));
  }
}

}  // namespace

FitRecord record_of(Fit fit, Runs runs, const std::string& line) {
  for (std::string& note : runs.notes)
    if (std::ranges::find(fit.notes, note) == fit.notes.end()) fit.notes.push_back(std::move(note));
  return {.fit = std::move(fit),
          .data = std::move(runs.data),
          .version = std::string(version()),
          .command = line};
}

Response response_for(const Recipe& recipe) {
  return recipe.residual == Residual::kLog ? Response::kPositive : Response::kAny;
}

Result<int> fit_by(const FitOptions& options, const std::string& line) {
  if (!options.output.empty())
    return error(
        "a fit file holds one fit, and --by makes several: take --json, or fit one group alone "
        "with --where and -o");
  const Result<Law> law = read_law(options.law, options.mapping.columns, "--law");
  if (!law) return std::unexpected(law.error());
  Result<std::vector<RunsGroup>> groups =
      read_runs_by(options.runs, *law, options.mapping, options.by, response_for(options.recipe));
  if (!groups) return std::unexpected(groups.error());

  const auto start = std::chrono::steady_clock::now();
  Outcome outcome = fit_groups(options, *law, *std::move(groups), line);
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
  if (outcome.errors.size() == outcome.groups.size())
    return std::unexpected(outcome.errors.front());

  const FitGroups fits{.law = *law, .by = options.by, .groups = std::move(outcome.groups)};
  const Result<int> done =
      print(options.json ? fit_groups_json(fits, time.count()) : with_flags(fit_groups_page(fits)));
  say_notes(fits.groups);
  if (!done) return done;
  if (outcome.stopped) {
    say(Tone::kWarning, "these fits are incomplete: they were stopped early");
    return stopped_exit_code();
  }
  return std::ranges::all_of(fits.groups, [](const FitGroup& g) { return g.record.fit.usable; })
             ? 0
             : 1;
}

}  // namespace isoflop::cli
