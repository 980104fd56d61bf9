#include "isoflop/fit.h"

#include <string>
#include <utility>

#include "base/error.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/fit_options.h"
#include "cli/parse_value.h"
#include "cli/progress_bar.h"
#include "cli/shared_flags.h"
#include "cli/terminal.h"
#include "isoflop/fit_file.h"
#include "isoflop/output.h"
#include "report/console/console.h"
#include "report/json/json.h"
#include "workflow/charts.h"
#include "workflow/fit_runs.h"

namespace isoflop::cli {

namespace {

// Predicted against measured, where --plot asks for it.
std::string chart_of(const FitOptions& options, const FitRecord& record) {
  if (!options.plot || !record.fit.usable) return "";
  const Result<Residuals> all = residuals(record.fit.law, record.fit.table);
  return all ? terminal_chart(fit_figure(record, *all)) : "";
}

}  // namespace

TimedFit fit_runs(const FitOptions& options, const FitIntervals& intervals, const std::string& line,
                  Work& work) {
  const Law law =
      with_mapping(must(read_law(options.law, options.mapping.columns)), options.mapping);
  Runs runs = must(read_runs(options.runs, law, options.mapping, response_for(options.recipe)));

  const double start = work.seconds();
  Fit fit = must(isoflop::fit(law, runs.table, options.recipe, work.executor, work.bar));
  const double seconds = work.seconds() - start;
  TimedFit timed{.record = record_of(std::move(fit), std::move(runs), line), .seconds = seconds};
  must(add_intervals(timed.record, intervals, work.executor, work.bar));
  return timed;
}

namespace {

Result<int> run(const FitOptions& options, const std::string& line) {
  if (options.plot && !options.by.empty())
    return error("--plot shows one fit, and --by makes several: remove one of them");
  must(check_bootstrap(options));
  must(check_solver(options));
  if (options.shard) return fit_part(options, line);
  if (!options.by.empty()) return fit_by(options, line);
  const bool to_stdout = options.output == "-";
  if (options.recipe.solver != Solver::kDefault) return fit_bayes(options, line);
  Work work(options.threads);
  const TimedFit timed = fit_runs(options, intervals_of(options), line, work);
  const FitRecord& record = timed.record;
  const std::string output = must(write_result(options.output, write_fit_file(record)));
  const Result<int> done =
      to_stdout
          ? 0
          : print(options.json ? fit_json(record, timed.seconds, output)
                               : with_flags(fit_page(record, output)) + chart_of(options, record));
  say_all(Tone::kWarning, warnings_on(record));
  say_all(Tone::kNote, record.fit.notes);
  if (!done) return done;
  if (record.fit.search.stopped)
    return say_stopped("this fit is incomplete: it was " + record.fit.message);
  if (record.bootstrap && record.bootstrap->draws.stopped) return stopped_exit_code();
  return record.fit.status == FitStatus::kFailed ? 1 : 0;
}

std::vector<Flag> flags(FitOptions& options) {
  std::vector<Flag> flags = {runs_flag(options.runs), law_flag(options.law)};
  append(flags, mapping_flags(options.mapping));
  append(flags, {Flag("--by", "COLUMN",
                      "fit each group of rows with the same text in this column; "
                      "each is then reduced by itself",
                      text_into(options.by), {.group = "Data", .fields = {"read_groups.by"}})});
  append(flags, recipe_flags(options.recipe));
  append(flags, interval_flags(options));
  append(flags, solver_flags(options));
  append(flags,
         {output_flag(options.output,
                      "write a fit file, for predict, plan and others; with --by one a group: "
                      "'fits/{group}.json'"),
          plot_flag(options.plot), json_flag(options.json), threads_flag(options.threads)});
  return flags;
}

}  // namespace

Command fit_command() {
  return with_options<FitOptions>({.name = "fit",
                                   .summary = "fit a law to a table of training runs",
                                   .example = "isoflop fit runs.csv --law hoffmann2022 "
                                              "--columns 'N={Model Size}, C={FLOPs}' -o fit.json"},
                                  flags, run);
}

}  // namespace isoflop::cli
