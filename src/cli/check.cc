#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/field_names.h"
#include "cli/law_argument.h"
#include "cli/parse_value.h"
#include "cli/progress_bar.h"
#include "cli/shared_flags.h"
#include "report/console/console.h"
#include "report/json/json.h"
#include "workflow/fit_report.h"

namespace isoflop::cli {

namespace {

struct Options {
  std::string fit;
  NextPlan next;
  std::uint64_t threads = 0;
  bool json = false;
};

Result<int> run(const Options& options) {
  const Result<Model> model = read_model(options.fit);
  if (!model) return std::unexpected(model.error());
  ThreadExecutor executor(static_cast<unsigned>(options.threads));
  ProgressBar bar;
  const auto start = std::chrono::steady_clock::now();
  const Result<CheckRecord> record = check_fit(*model, options.next, executor, bar);
  if (!record) return std::unexpected(record.error());
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
  const Result<int> done =
      print(options.json ? check_json(*record, time.count()) : with_flags(check_page(*record)));
  if (record->fit.fit.table.row_names() == nullptr)
    say(Tone::kNote,
        fmt::format(
            "{} does not say which rows of {} its runs are: rows are counted from 1 as they "
            "were fitted, without those left out; fit again to see where they stand",
            options.fit, record->fit.data.source));
  say_all(Tone::kNote, record->influence.plan.notes);
  say_all(Tone::kWarning, record->influence.plan.warnings);
  if (!done || !(record->influence.stopped || record->sensitivity.stopped)) return done;
  say(Tone::kWarning, "this check is incomplete: it was stopped");
  return stopped_exit_code();
}

}  // namespace

Command check_command() {
  const auto options = std::make_shared<Options>();
  return {.name = "check",
          .summary = "what is odd about the runs of a fit, and whether its plan depends on it",
          .example = "isoflop check fit.json --flops 1e23",
          .flags = {{.name = "FIT",
                     .help = "a fit file, of `isoflop fit -o`",
                     .required = true,
                     .read = text_into(options->fit)},
                    {.name = "--flops",
                     .value = "C",
                     .help = "the budget of the plan",
                     .standard = "ten times the largest of the runs",
                     .read = parsed_into(options->next.flops, parse_positive)},
                    {.name = "--sparsity",
                     .value = "S",
                     .help = "the sparsity of the plan",
                     .standard = "that of most runs",
                     .read = parsed_into(options->next.sparsity, parse_share)},
                    {.name = "--given",
                     .value = "NAME=V",
                     .help = "what else the law wants: experts=64; may be given again",
                     .repeats = true,
                     .read = entry_into(options->next.inputs, parse_input)},
                    threads_flag(options->threads, "check"),
                    json_flag(options->json)},
          .run = [options](const std::string&) { return run(*options); }};
}

}  // namespace isoflop::cli
