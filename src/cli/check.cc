#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/error.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/console.h"
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
  const Model model = must(read_model(options.fit));
  Work work(options.threads);
  const CheckRecord record = must(check_fit(model, options.next, work.executor, work.bar));
  const double seconds = work.seconds();
  const Result<int> done =
      print(options.json ? check_json(record, seconds) : with_flags(check_page(record)));
  if (record.fit.fit.table.row_names() == nullptr)
    say(Tone::kNote,
        fmt::format(
            "{} does not say which rows of {} its runs are: rows are counted from 1 as they "
            "were fitted, without those left out; fit again to see where they stand",
            options.fit, record.fit.data.source));
  say_all(Tone::kNote, record.influence.plan.notes);
  say_all(Tone::kWarning, record.influence.plan.warnings);
  if (!done || !(record.influence.stopped || record.sensitivity.stopped)) return done;
  return say_stopped("this check is incomplete: it was stopped");
}

std::vector<Flag> flags(Options& options) {
  return {Flag("FIT", "", "a fit file, of `isoflop fit -o`, or a project file",
               text_into(options.fit), {.required = true, .from_project = file_of_project}),
          inputs_flag(options.next.inputs),
          plan_budget_flag(options.next.flops),
          plan_sparsity_flag(options.next.sparsity),
          json_flag(options.json),
          threads_flag(options.threads)};
}

}  // namespace

Command check_command() {
  return with_options<Options>(
      {.name = "check",
       .summary = "diagnose outliers, leverage and plan sensitivity of a fit",
       .example = "isoflop check fit.json --flops 1e23"},
      flags, run);
}

}  // namespace isoflop::cli
