#include "isoflop/fit.h"

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/field_names.h"
#include "cli/file.h"
#include "cli/fit_bayes.h"
#include "cli/fit_by.h"
#include "cli/fit_intervals.h"
#include "cli/law_argument.h"
#include "cli/parse_value.h"
#include "cli/progress_bar.h"
#include "cli/runs_argument.h"
#include "cli/shared_flags.h"
#include "cli/terminal_chart.h"
#include "isoflop/fit_file.h"
#include "report/console/console.h"
#include "report/json/json.h"
#include "workflow/charts.h"
#include "workflow/fit_runs.h"

namespace isoflop::cli {

namespace {

struct TimedFit {
  FitRecord record;
  double seconds = 0;
};

Result<TimedFit> fit_runs(const FitOptions& options, const std::string& line) {
  const Result<Law> law = read_law(options.law, options.mapping.columns);
  if (!law) return std::unexpected(law.error());
  Result<Runs> runs = read_runs(options.runs, *law, options.mapping, response_for(options.recipe));
  if (!runs) return std::unexpected(runs.error());

  ThreadExecutor executor(static_cast<unsigned>(options.threads));
  ProgressBar bar;
  const auto start = std::chrono::steady_clock::now();
  Result<Fit> fit = isoflop::fit(*law, runs->table, options.recipe, executor, bar);
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
  if (!fit) return std::unexpected(fit.error());

  TimedFit timed{.record = record_of(*std::move(fit), *std::move(runs), line),
                 .seconds = time.count()};
  if (const auto done = add_intervals(timed.record, intervals_of(options), executor, bar); !done)
    return std::unexpected(done.error());
  return timed;
}

// Predicted against measured, where --plot asks for it.
std::string chart_of(const FitOptions& options, const FitRecord& record) {
  if (!options.plot || !record.fit.usable) return "";
  const Result<Residuals> all = residuals(record.fit.law, record.fit.table);
  return all ? terminal_chart(fit_figure(record, *all)) : "";
}

Result<void> check_plot(const FitOptions& options) {
  if (options.plot && !options.by.empty())
    return error("--plot shows one fit, and --by makes several: remove one of them");
  return {};
}

Result<int> run(const FitOptions& options, const std::string& line) {
  if (const auto ok = check_plot(options); !ok) return std::unexpected(ok.error());
  if (const auto ok = check_bootstrap(options); !ok) return std::unexpected(ok.error());
  if (const auto ok = check_solver(options); !ok) return std::unexpected(ok.error());
  if (!options.by.empty()) return fit_by(options, line);
  const bool to_stdout = options.output == "-";
  if (to_stdout && options.json)
    return error("--json and --output - both print to standard output: give --output a file");
  const std::string inputs[] = {options.runs, file_of(options.law)};
  if (const auto ok = check_output(options.output, inputs); !ok) return std::unexpected(ok.error());
  if (options.recipe.solver != Solver::kDefault) return fit_bayes(options, line);
  const Result<TimedFit> timed = fit_runs(options, line);
  if (!timed) return std::unexpected(timed.error());
  const FitRecord& record = timed->record;
  if (!options.output.empty())
    if (const auto done = write_file(options.output, write_fit_file(record)); !done)
      return std::unexpected(done.error());
  const Result<int> done =
      to_stdout
          ? 0
          : print(options.json
                      ? fit_json(record, timed->seconds, options.output)
                      : with_flags(fit_page(record, options.output)) + chart_of(options, record));
  say_all(Tone::kNote, record.fit.notes);
  if (!done) return done;
  if (record.fit.search.stopped) {
    say(Tone::kWarning, "this fit is incomplete: it was " + record.fit.message);
    return stopped_exit_code();
  }
  if (record.bootstrap && record.bootstrap->draws.stopped) return stopped_exit_code();
  return record.fit.status == FitStatus::kFailed ? 1 : 0;
}

std::vector<Flag> flags(FitOptions& options) {
  std::vector<Flag> flags = {runs_flag(options.runs), law_flag(options.law)};
  append(flags, mapping_flags(options.mapping));
  append(flags, {Flag("--by", "COLUMN",
                      "fit each group of rows with the same text in this column; "
                      "--drop-highest-loss then holds for each group",
                      text_into(options.by), {.group = "Data", .fields = {"read_groups.by"}})});
  append(flags, recipe_flags(options.recipe));
  append(flags, confidence_flags(options));
  append(flags, bootstrap_flags(options));
  append(flags, solver_flags(options));
  append(flags, {output_flag(options.output, "write a fit file, for predict, plan and others"),
                 plot_flag(options.plot), json_flag(options.json), threads_flag(options.threads)});
  return flags;
}

}  // namespace

Command fit_command() {
  const auto options = std::make_shared<FitOptions>();
  return {.name = "fit",
          .summary = "fit a law to a table of training runs",
          .example =
              "isoflop fit runs.csv --law hoffmann2022 "
              "--columns 'N={Model Size}, C={FLOPs}' -o fit.json",
          .flags = flags(*options),
          .run = [options](const std::string& line) { return run(*options, line); }};
}

}  // namespace isoflop::cli
