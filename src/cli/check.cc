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
          .summary = "diagnose outliers, leverage and plan sensitivity of a fit",
          .example = "isoflop check fit.json --flops 1e23",
          .flags = {Flag("FIT", "", "a fit file, of `isoflop fit -o`", text_into(options->fit),
                         {.required = true}),
                    inputs_flag(options->next.inputs), plan_budget_flag(options->next.flops),
                    plan_sparsity_flag(options->next.sparsity), json_flag(options->json),
                    threads_flag(options->threads)},
          .run = [options](const std::string&) { return run(*options); }};
}

}  // namespace isoflop::cli
