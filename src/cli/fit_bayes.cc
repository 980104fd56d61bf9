#include <memory>
#include <optional>
#include <utility>

#include "base/error.h"
#include "cli/arguments.h"
#include "cli/console.h"
#include "cli/fit_options.h"
#include "cli/parse_value.h"
#include "cli/progress_bar.h"
#include "cli/shared_flags.h"
#include "cli/study_journal.h"
#include "fit/default_ranges.h"
#include "isoflop/fit_file.h"
#include "isoflop/output.h"
#include "report/console/console.h"
#include "report/csv/csv.h"
#include "report/json/json.h"
#include "workflow/fit_runs.h"

namespace isoflop::cli {

namespace {

struct BayesRecord {
  FitRecord record;
  BayesFit bayes;  // its fit is in the record
  std::vector<SolverRun> runs;
};

BayesRecord make(const FitOptions& options, const std::string& line) {
  const Law given =
      with_mapping(must(read_law(options.law, options.mapping.columns)), options.mapping);
  Runs runs = must(read_runs(options.runs, given, options.mapping, response_for(options.recipe)));
  const Law law = with_ranges_of(given, runs.table);  // boxes lie in them
  Recipe boxed = must(with_box(law, options.recipe, options.box.value_or(SearchBox{})));
  if (options.evaluations) boxed.evaluations = *options.evaluations;

  const std::unique_ptr<Journal> journal =
      must(open_journal(options.journal, study_identity(law, runs.data, boxed)));
  Work work(options.threads);
  BayesFit bayes = must(fit_by_bayes(law, runs.table, boxed, *journal, work.executor, work.bar));
  const double seconds = work.seconds();

  const Table table = runs.table;
  BayesRecord made{.record = record_of(std::move(bayes.fit), std::move(runs), line),
                   .bayes = std::move(bayes),
                   .runs = {}};
  if (made.record.fit.search.stopped) return made;
  made.runs = must(compare_solvers(made.record.fit, law, table, options.recipe, boxed, seconds,
                                   work.executor, work.bar));
  return made;
}

}  // namespace

std::vector<Flag> solver_flags(FitOptions& options) {
  Flag evaluations = recipe_flag(options.recipe, "evaluations");
  evaluations.read = parsed_into(options.evaluations, parse_evaluations);
  return in_group<Flag>(
      "Solver",
      {recipe_flag(options.recipe, "solver"), std::move(evaluations),
       Flag("--box", "BOX", "search box of --solver bayes: published, or 'E=0:2, A=100:1000'",
            parsed_into(options.box, parse_box),
            {.standard = "the ranges, cut to the published starts",
             .fields = {"box.kind", "box.ranges"}}),
       Flag("--journal", "FILE",
            "save each evaluation of --solver bayes at once, and resume from those in the file",
            text_into(options.journal), {.writes = true}),
       Flag("--trials", "FILE", "write the evaluations of --solver bayes as CSV",
            text_into(options.trials), {.writes = true})});
}

Result<void> check_solver(const FitOptions& options) {
  const Recipe& recipe = options.recipe;
  const bool bayes = recipe.solver != Solver::kDefault;
  const std::pair<bool, const char*> own[] = {{options.evaluations.has_value(), "--evaluations"},
                                              {options.box.has_value(), "--box"},
                                              {!options.journal.empty(), "--journal"},
                                              {!options.trials.empty(), "--trials"}};
  for (const auto& [given, name] : own)
    if (given && !bayes) return error("{} is for --solver bayes: give that, too", name);
  const std::pair<bool, const char*> others[] = {
      {recipe.starts.kind != Starts::Kind::kAuto, "--starts"},
      {!recipe.start.empty(), "--start"},
      {options.profile, "--intervals profile"},
      {options.replicates.has_value(), "--bootstrap"},
      {!options.by.empty(), "--by"}};
  for (const auto& [given, name] : others)
    if (given && bayes)
      return error("{} is for the default solver, and not for --solver {}: remove one of them",
                   name, to_text(recipe.solver));
  return {};
}

Result<int> fit_bayes(const FitOptions& options, const std::string& line) {
  const BayesRecord made = make(options, line);
  const FitRecord& record = made.record;
  must(write_result(options.trials, write_trials_csv(made.bayes.parameters, made.bayes.trials)));
  const std::string output = must(write_result(options.output, write_fit_file(record)));
  const double seconds = made.runs.empty() ? 0 : made.runs.front().seconds;
  if (options.output != "-") {
    const Result<int> printed =
        print(options.json ? fit_json(record, seconds, output, made.runs)
                           : with_flags(fit_page(record, output)) + "\n" + solvers_page(made.runs));
    if (!printed) return printed;
  }
  say_all(Tone::kWarning, warnings_on(record));
  say_all(Tone::kNote, record.fit.notes);
  if (record.fit.search.stopped)
    return say_stopped("this fit is incomplete: it was " + record.fit.message);
  return record.fit.usable ? 0 : 1;
}

}  // namespace isoflop::cli
