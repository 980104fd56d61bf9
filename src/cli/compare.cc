#include "isoflop/compare.h"

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/fit_by.h"
#include "cli/law_argument.h"
#include "cli/parse_value.h"
#include "cli/progress_bar.h"
#include "cli/runs_argument.h"
#include "cli/shared_flags.h"
#include "report/compare.h"

namespace isoflop::cli {

namespace {

struct Options {
  std::string runs;
  std::string laws;
  std::string holdout;
  Mapping mapping;
  Recipe recipe;
  std::uint64_t threads = 0;
  bool json = false;
};

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == ',')
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

// Keys and law files, separated by commas; "all" is the whole book.
Result<std::vector<Law>> read_laws(const Options& options) {
  const std::vector<std::string> names =
      options.laws == "all" ? book_keys() : split_list(options.laws);
  std::vector<Law> laws;
  std::set<std::string> seen;
  Problems problems;
  for (const std::string& name : names) {
    if (name.empty()) {
      problems.add({"--laws"}, "a name is missing in \"{}\"", options.laws);
      continue;
    }
    const Result<Law> law = read_law(name, options.mapping.columns, "--laws");
    if (!law) {
      problems.add(law.error());
    } else if (!seen.insert(law->key()).second) {
      problems.add({"--laws"}, "{} is there twice: remove one", law->key());
    } else {
      laws.push_back(*law);
    }
  }
  if (!problems.empty()) return problems.take();
  return laws;
}

Result<int> run(const Options& options) {
  const Result<std::vector<Law>> laws = read_laws(options);
  if (!laws) return std::unexpected(laws.error());
  Result<SharedRuns> shared =
      read_shared_runs(options.runs, *laws, options.mapping, options.holdout, "--holdout",
                       response_for(options.recipe));
  if (!shared) return std::unexpected(shared.error());

  ThreadExecutor executor(static_cast<unsigned>(options.threads));
  ProgressBar bar;
  const Table& table = shared->runs.table;
  const auto start = std::chrono::steady_clock::now();
  Result<Comparison> comparison =
      compare(shared->laws, table, table.column(kMarked), options.recipe, executor, bar);
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
  if (!comparison) return std::unexpected(comparison.error());

  comparison->unusable.insert(comparison->unusable.begin(), shared->unusable.begin(),
                              shared->unusable.end());
  const ComparisonRecord record{.comparison = *std::move(comparison),
                                .data = std::move(shared->runs.data),
                                .holdout = options.holdout};
  const Result<int> done =
      print(options.json ? compare_json(record, time.count()) : compare_page(record));
  say_all(Tone::kNote, shared->runs.notes);
  if (!done || !record.comparison.stopped) return done;
  say(Tone::kWarning, "this comparison is incomplete: it was stopped");
  return stopped_exit_code();
}

std::vector<Flag> flags(Options& options) {
  std::vector<Flag> flags = {
      {.name = "RUNS",
       .help = "a table of runs: CSV or JSON, gzipped or not; - is standard input",
       .required = true,
       .read = text_into(options.runs)},
      {.name = "--laws",
       .value = "A,B,...",
       .help = "laws of the book or law files, or all: the whole book",
       .required = true,
       .read = text_into(options.laws)},
      {.name = "--holdout",
       .value = "FILTER",
       .help = "judge by the rows where this is true, and fit to the others: 'C > 1e21'",
       .required = true,
       .read = text_into(options.holdout)}};
  append(flags, mapping_flags(options.mapping));
  append(flags, recipe_flags(options.recipe));
  append(flags, {{.name = "--threads",
                  .value = "N",
                  .help = "0 is one for every core; the answer is the same for any number",
                  .standard = std::to_string(options.threads),
                  .read = parsed_into(options.threads, parse_count)},
                 json_flag(options.json)});
  return flags;
}

}  // namespace

Command compare_command() {
  const auto options = std::make_shared<Options>();
  return {.name = "compare",
          .summary = "which of several laws predicts runs that it was not fitted to",
          .example =
              "isoflop compare runs.csv --laws hoffmann2022,hossain2025 "
              "--holdout 'D > 1e10'",
          .flags = flags(*options),
          .run = [options](const std::string&) { return run(*options); }};
}

}  // namespace isoflop::cli
