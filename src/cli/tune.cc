#include "isoflop/tune.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/number_text.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/parse_value.h"
#include "cli/progress_bar.h"
#include "cli/shared_flags.h"
#include "cli/study_journal.h"
#include "isoflop/fields.h"
#include "isoflop/fit_file.h"
#include "isoflop/progress.h"
#include "report/console/console.h"
#include "report/csv/csv.h"
#include "report/json/json.h"
#include "workflow/tuning.h"

namespace isoflop::cli {

namespace {

// Progress that asks to stop when its time is over.
class Deadline final : public Progress {
 public:
  // From now on; no seconds: never.
  Deadline(Progress& shown, std::optional<double> seconds) : shown_(shown) {
    if (seconds)
      end_ = Clock::now() +
             std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(*seconds));
  }
  void report(std::string_view what, std::size_t done, std::size_t total) override {
    shown_.report(what, done, total);
  }
  void found(double lowest) override { shown_.found(lowest); }
  [[nodiscard]] bool stop_asked() override {
    return shown_.stop_asked() || (end_ && Clock::now() >= *end_);
  }

 private:
  using Clock = std::chrono::steady_clock;
  Progress& shown_;
  std::optional<Clock::time_point> end_;
};

struct Options {
  std::vector<std::string> runs;
  std::string laws;
  Holdout holdout = *parse_holdout("rolling:4");
  Mapping mapping;
  Recipe recipe;
  std::uint64_t evaluations = 100;
  std::optional<double> budget;  // seconds
  std::string journal;
  std::string trials;
  std::uint64_t threads = 0;
  std::string output;
  bool json = false;
};

struct Made {
  TuneRecord record;
  double seconds = 0;
};

// The search: what it finds is the journal's and its own trials.
Result<RecipeSearch> search(const Options& options, const TuneTask& task, const DataSource& data,
                            Work& work) {
  Deadline deadline(work.bar, options.budget);
  const std::unique_ptr<Journal> journal = must(open_journal(
      options.journal, study_identity(task.laws, data, options.recipe, options.holdout.text)));
  return search_recipes(task, options.evaluations, *journal, work.executor, deadline);
}

// Flags for `isoflop fit` that make the same fit, besides those that were `given` for the columns
// and the coefficients, quoted for a shell.
std::string flags_of(const DataSource& source, const Recipe& recipe, const Recipe& given) {
  const Mapping& mapping = source.mapping;
  std::string flags =
      fmt::format("--residual {} --loss {}", to_text(recipe.residual), to_text(recipe.loss));
  for_each_field(mapping, [&](const auto& field) {
    const auto& value = mapping.*field.kMember;
    std::string name = fmt::format(" --{}", field.name);
    std::ranges::replace(name, '_', '-');
    if (value == Mapping{}.*field.kMember || std::string_view(field.name) == "columns") return;
    if constexpr (std::same_as<const std::string&, decltype(value)>)
      flags += name + " " + shell_quoted(value);
    else if constexpr (std::same_as<const bool&, decltype(value)>)
      flags += name;
    else if constexpr (std::same_as<const ParameterCount&, decltype(value)>)
      flags += name + " " + to_text(value);
    else
      flags += fmt::format("{} {}", name, value);
  });
  for (const auto& [name, range] : recipe.range)
    if (!given.range.contains(name))
      flags +=
          fmt::format(" --range {}={}:{}", name, format_exact(range.low), format_exact(range.high));
  return flags;
}

Made make(const Options& options, const std::string& line) {
  const auto laws = must(read_law_list(options.laws, options.mapping.columns, "--law"));
  const RunsFile file = must(read_runs_file(options.runs, laws.front().law, options.mapping));
  SharedRuns shared =
      must(share_runs(file, laws, options.mapping, options.holdout, Response::kAny));
  TuneTask task = must(make_tune_task(shared.laws, shared.runs.table, shared.holdout,
                                      options.holdout, options.recipe));

  Work work(options.threads);
  RecipeSearch found = must(search(options, task, shared.runs.data, work));
  Tuning tuning = must(judge_search(task, found, work.executor));
  const double seconds = work.seconds();

  TuneRecord record =
      must(tune_record(std::move(task), std::move(found), std::move(tuning), std::move(shared),
                       options.holdout, line, work.executor, work.bar));
  record.flags = flags_of(record.fit.data, record.fit.fit.recipe, options.recipe);
  return Made{.record = std::move(record), .seconds = seconds};
}

Result<int> run(const Options& options, const std::string& line) {
  const Made made = make(options, line);
  const TuneRecord& record = made.record;
  must(write_result(options.trials,
                    write_trials_csv(record.search.parameters, record.search.trials)));
  const std::string output = must(write_result(options.output, write_fit_file(record.fit)));
  if (options.output != "-") {
    const Result<int> printed = print(
        options.json ? tune_json(record, made.seconds, output)
                     : with_flags(tune_page(record, output)) +
                           fmt::format("  isoflop fit makes this fit with {}\n", record.flags));
    if (!printed) return printed;
  }
  say_all(Tone::kWarning, warnings_on(record.fit));
  say_all(Tone::kNote, record.fit.fit.notes);
  say_all(Tone::kNote, record.task.notes);
  if (record.search.stopped())
    say(Tone::kWarning, fmt::format("this search is incomplete: it was stopped after {} of {} "
                                    "recipes",
                                    record.search.trials.size(), record.search.evaluations));
  return 0;
}

std::vector<Flag> study_flags(Options& options) {
  return in_group<Flag>(
      "Search",
      {Flag("--evaluations", "N", "recipes to try",
            parsed_into(options.evaluations, parse_evaluations),
            {.standard = std::to_string(options.evaluations)}),
       Flag("--budget", "TIME",
            "stop the search after this time (60s, 2m); the result then depends on the "
            "speed of the machine",
            parsed_into(options.budget, parse_duration)),
       Flag("--journal", "FILE",
            "save the error of each recipe as it is found, and resume from those in the file",
            text_into(options.journal), {.writes = true}),
       Flag("--trials", "FILE", "write the recipes and their errors as CSV",
            text_into(options.trials), {.writes = true})});
}

std::vector<Flag> flags(Options& options) {
  std::vector<Flag> flags = {
      runs_flag(options.runs),
      Flag("--law", "LAWS",
           "one or more laws, as fit takes them, separated by commas; the first is the default",
           text_into(options.laws),
           {.group = "Law", .required = true, .from_project = law_of_project}),
      Flag("--holdout", "WINDOWS",
           "windows of growing size; the last one judges the recipe that the others choose",
           parsed_into(options.holdout, parse_holdout),
           {.standard = options.holdout.text,
            .group = "Data",
            .choices = {{"rolling:K[:BY]", "K windows of growing BY, by default C"}},
            .fields = {"holdout.text"}})};
  append(flags, mapping_flags(options.mapping, {"drop_highest_loss"}));
  append(flags, recipe_flags(options.recipe));
  append(flags, study_flags(options));
  append(flags, {output_flag(options.output, "write a fit file, for predict, plan and others"),
                 json_flag(options.json), threads_flag(options.threads)});
  return flags;
}

}  // namespace

Command tune_command() {
  return with_options<Options>(
      {.name = "tune",
       .summary = "choose law, loss, weights and exclusions by extrapolation error",
       .example = "isoflop tune runs.csv --law hoffmann2022 "
                  "--columns 'N={Model Size}, C={FLOPs}' -o fit.json"},
      flags, run);
}

}  // namespace isoflop::cli
