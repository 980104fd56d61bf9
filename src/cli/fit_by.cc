#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cli/arguments.h"
#include "cli/console.h"
#include "cli/fit_options.h"
#include "cli/progress_bar.h"
#include "report/console/console.h"
#include "report/json/json.h"
#include "workflow/fit_runs.h"

namespace isoflop::cli {

namespace {

// A note of all groups once, others with their group's name.
void say_notes(const std::vector<FitGroup>& groups) {
  const auto of_all = [&](const std::string& note) {
    return std::ranges::all_of(groups, [&](const FitGroup& group) {
      return std::ranges::find(group.record.fit.notes, note) != group.record.fit.notes.end();
    });
  };
  say_all(Tone::kWarning, groups.front().record.data.warnings);  // they are of the whole file
  for (const std::string& note : groups.front().record.fit.notes)
    if (of_all(note)) say(Tone::kNote, note);
  for (const FitGroup& group : groups) {
    const Fit& fit = group.record.fit;
    if (!fit.usable) say(Tone::kWarning, fmt::format("{}: {}", group.name, fit.message));
    if (group.record.confidence)
      for (const Finding& finding : group.record.confidence->findings)
        say(Tone::kWarning, fmt::format("{}: {}", group.name, finding.text));
    for (const std::string& note : fit.notes)
      if (!of_all(note)) say(Tone::kNote, fmt::format("{}: {}", group.name, note));
  }
}

}  // namespace

Result<int> fit_by(const FitOptions& options, const std::string& line) {
  if (!options.output.empty())
    return error(
        "a fit file holds one fit, and --by makes several: take --json, or fit one group alone "
        "with --where and -o");
  const Law law = must(read_law(options.law, options.mapping.columns, "--law"));
  const RunsFile file = must(read_runs_file(options.runs, law, options.mapping));
  std::vector<RunsGroup> groups =
      must(group_runs(file, law, options.mapping, options.by, response_for(options.recipe)));

  Work work(options.threads);
  const FitGroups fits = must(fit_groups(law, std::move(groups), options.by, options.recipe,
                                         intervals_of(options), line, work.executor, work.bar));
  const double seconds = work.seconds();

  const Result<int> done =
      print(options.json ? fit_groups_json(fits, seconds) : with_flags(fit_groups_page(fits)));
  say_notes(fits.groups);
  if (!done) return done;
  if (fits.stopped) return say_stopped("these fits are incomplete: they were stopped early");
  return std::ranges::all_of(fits.groups, [](const FitGroup& g) { return g.record.fit.usable; })
             ? 0
             : 1;
}

}  // namespace isoflop::cli
