#include "isoflop/plan.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cli/arch_argument.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/field_names.h"
#include "cli/file.h"
#include "cli/intervals_flag.h"
#include "cli/law_argument.h"
#include "cli/plan_chart.h"
#include "cli/plan_options.h"
#include "cli/plan_views.h"
#include "cli/progress_bar.h"
#include "cli/table_output.h"
#include "report/console/plan_page.h"
#include "report/csv/csv.h"
#include "report/csv/plan_table.h"
#include "report/json/plan_json.h"

namespace isoflop::cli {

namespace {

Result<int> show(const PlanOptions& options, const PlanRecord& record, const std::string& chart,
                 const std::vector<std::string>& taken) {
  const Result<int> done =
      print(options.output.json ? plan_json(record) : with_flags(plan_page(record)) + chart);
  say_all(Tone::kNote, taken);
  say_all(Tone::kNote, record.plan.notes);
  say_all(Tone::kWarning, record.plan.warnings);
  return done;
}

// Each text once.
std::vector<std::string> together(std::vector<std::string> texts,
                                  const std::vector<std::string>& more) {
  for (const std::string& text : more)
    if (std::ranges::find(texts, text) == texts.end()) texts.push_back(text);
  return texts;
}

Result<int> show_frontier(const PlanOptions& options, const FrontierRecord& record,
                          const std::string& chart) {
  const TableOutput& output = options.output;
  const std::string page =
      output.json ? frontier_json(record, output.file) : with_flags(frontier_page(record)) + chart;
  if (!output.file.empty())
    if (const auto done = write_file(output.file, write_csv(frontier_table(record))); !done)
      return std::unexpected(done.error());
  const Result<int> done = print(page);
  std::vector<std::string> notes, warnings;
  for (const PlanRecord& each : record.plans) {
    // Of plans that only differ in how far outside they are, the last says most.
    const bool edge = &each == &record.plans.front() || &each == &record.plans.back();
    if (edge || !each.plan.run) notes = together(std::move(notes), each.plan.notes);
    warnings = together(std::move(warnings), each.plan.warnings);
  }
  say_all(Tone::kNote, notes);
  say_all(Tone::kWarning, warnings);
  return done;
}

Result<int> show_ways(const PlanOptions& options, const PlanAlternatives& ways,
                      const std::vector<std::string>& notes) {
  const Result<int> done =
      print(options.output.json ? plan_ways_json(ways) : with_flags(plan_ways_page(ways)));
  std::vector<std::string> all = notes, warnings;
  for (const PlanAlternative& way : ways.ways) {
    if (!way.answer) continue;
    all = together(std::move(all), way.answer->plan.notes);
    warnings = together(std::move(warnings), way.answer->plan.warnings);
  }
  say_all(Tone::kNote, all);
  say_all(Tone::kWarning, warnings);
  if (!done) return done;
  bool any = false;
  for (const PlanAlternative& way : ways.ways) any = any || way.answer;
  return any ? done : Result<int>(1);
}

Result<int> run(const PlanOptions& options) {
  if (const auto ok = check_plan_options(options); !ok) return std::unexpected(ok.error());
  const std::string inputs[] = {file_of(options.model), options.arch};
  if (const auto ok = check_output(options.output.file, inputs); !ok)
    return std::unexpected(ok.error());
  const Result<Model> model = read_model_with_fit(options.model);
  if (!model) return std::unexpected(model.error());
  if (options.intervals_by_profile)
    if (const auto ok = check_profiles(*model); !ok) return std::unexpected(ok.error());
  const Result<PlanInput> input = read_plan_input(options, model->law);
  if (!input) return std::unexpected(input.error());

  if (options.profile || options.surface) return show_profile(options, model->law, *input);
  if (!options.output.file.empty() && input->budgets.size() < 2)
    return error_at({"--output"}, "one plan is no table: give several --flops, or --profile");
  ThreadExecutor executor(static_cast<unsigned>(options.threads));
  ProgressBar bar;
  if (!options.against.empty()) {
    const Result<PlanAlternatives> ways = ways_of_laws(options, *model, *input, executor, bar);
    if (!ways) return std::unexpected(ways.error());
    return show_ways(options, *ways, input->notes);
  }
  if (options.costs)
    return show_ways(options, ways_of_costs(options, *model, *input, executor, bar), input->notes);
  if (!options.among.empty()) {
    const Result<PlanAlternatives> ways =
        ways_of_architectures(options, *model, *input, executor, bar);
    if (!ways) return std::unexpected(ways.error());
    return show_ways(options, *ways, {});
  }
  const Result<FrontierRecord> record = plan_all(options, *model, *input, executor, bar);
  if (!record) return std::unexpected(record.error());
  const std::string chart = options.plot ? plan_chart(*model, *record) : "";
  if (record->plans.size() == 1) return show(options, record->plans[0], chart, input->notes);
  return show_frontier(options, *record, chart);
}

}  // namespace

Command plan_command() {
  const auto options = std::make_shared<PlanOptions>();
  return {.name = "plan",
          .summary = "what to train next: size, sparsity and tokens for a budget or a loss",
          .example = "isoflop plan hossain2025:moe --flops 1e21 --total-params 10B --sparsity free",
          .flags = plan_flags(*options),
          .run = [options](const std::string&) { return run(*options); }};
}

}  // namespace isoflop::cli
