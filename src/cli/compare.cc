#include "isoflop/compare.h"

#include <string>
#include <utility>
#include <vector>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/progress_bar.h"
#include "cli/shared_flags.h"
#include "cli/terminal.h"
#include "isoflop/comparison_file.h"
#include "report/console/console.h"
#include "report/json/json.h"
#include "workflow/charts.h"
#include "workflow/fit_runs.h"

namespace isoflop::cli {

namespace {

struct Options {
  std::vector<std::string> runs;
  std::string laws;
  Holdout holdout;
  Mapping mapping;
  Recipe recipe;
  std::uint64_t threads = 0;
  std::string output;
  bool json = false, plot = false;
};

Result<int> show(const ComparisonRecord& record, double seconds, const Options& options) {
  const Comparison& comparison = record.comparison;
  must(write_result(options.output, write_comparison_file(record)));
  std::string page = with_flags(compare_page(record));
  if (options.plot) page += terminal_chart(comparison_figure(summary_of(record)));
  if (options.output == "-") page.clear();
  const Result<int> done = print(options.json ? compare_json(record, seconds) : page);
  say_all(Tone::kWarning, record.data.warnings);
  say_all(Tone::kNote, record.notes);
  say_all(Tone::kNote, comparison.notes);
  if (!done || !comparison.stopped) return done;
  return say_stopped("this comparison is incomplete: it was stopped");
}

Result<int> run(const Options& options) {
  const std::vector<Candidate> laws = must(read_law_list(options.laws, options.mapping.columns));
  const RunsFile file = must(read_runs_file(options.runs, laws.front().law, options.mapping));
  SharedRuns shared =
      must(share_runs(file, laws, options.mapping, options.holdout, response_for(options.recipe)));
  const Folds folds = must(make_folds(options.holdout, shared.holdout, options.recipe.seed));

  Work work(options.threads);
  Comparison comparison =
      must(compare(shared.laws, shared.runs.table, folds, options.recipe, work.executor, work.bar));
  const double seconds = work.seconds();
  comparison.unusable.insert(comparison.unusable.begin(), shared.unusable.begin(),
                             shared.unusable.end());
  return show({.comparison = std::move(comparison),
               .recipe = options.recipe,
               .data = std::move(shared.runs.data),
               .holdout = options.holdout.text,
               .notes = std::move(shared.runs.notes)},
              seconds, options);
}

std::vector<Flag> flags(Options& options) {
  std::vector<Flag> flags = {
      runs_flag(options.runs),
      Flag("--laws", "LAWS",
           "laws, as fit takes them, separated by commas; or all, for those of the book that "
           "predict a loss",
           text_into(options.laws),
           {.group = "Law",
            .required = true,
            .from_project =
                [](const Project& project) {
                  return project.laws.empty()
                             ? std::vector<std::string>()
                             : std::vector{fmt::format("{}", fmt::join(project.laws, ","))};
                }}),
      Flag("--holdout", "ROWS", "held-out rows: they judge the laws and are not fitted",
           parsed_into(options.holdout, parse_holdout),
           {.group = "Data",
            .choices = {{"FILTER", "rows where it holds: 'C > 1e21'"},
                        {"top:SHARE:BY", "rows with the largest BY: top:20%:P"},
                        {"rolling:K[:BY]", "K windows of growing BY, by default C"},
                        {"group:COLUMN", "each group in turn"},
                        {"folds:K", "each of K random parts in turn"}},
            .required = true,
            .fields = {"holdout.text"},
            .from_project = [](const Project& project) {
              return project.holdout.empty() ? std::vector<std::string>()
                                             : std::vector{project.holdout};
            }})};
  append(flags, mapping_flags(options.mapping));
  append(flags, recipe_flags(options.recipe));
  append(flags, {output_flag(options.output, "write a comparison file, for chart and report"),
                 plot_flag(options.plot), json_flag(options.json), threads_flag(options.threads)});
  return flags;
}

}  // namespace

Command compare_command() {
  return with_options<Options>(
      {.name = "compare",
       .summary = "compare laws by held-out error",
       .example = "isoflop compare runs.csv --laws hoffmann2022,hossain2025 "
                  "--holdout top:25%:C --columns 'N={Model Size}, C={FLOPs}'"},
      flags, run);
}

}  // namespace isoflop::cli
