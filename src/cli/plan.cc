#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/plan_flags.h"
#include "cli/progress_bar.h"
#include "cli/table_output.h"
#include "cli/terminal.h"
#include "report/console/console.h"
#include "report/csv/csv.h"
#include "report/json/json.h"
#include "workflow/charts.h"
#include "workflow/intervals.h"

namespace isoflop::cli {

namespace {

Result<int> show(const PlanFlags& flags, const PlanRecord& record, const std::string& chart,
                 const std::vector<std::string>& taken) {
  std::vector<RuleAnswer> rules;
  if (flags.rules && record.plan.run) {
    const PlannedRun& run = *record.plan.run;
    rules = must(ask_rules({.N = run.N, .D = run.D, .C = run.flops}));
  }
  const Result<int> done =
      print(flags.output.json ? plan_json(record, rules)
                              : with_flags(plan_page(record)) + training_rules_page(rules) + chart);
  if (!rules.empty() && record.law.counts_embeddings()) {
    const std::string count = to_text(record.law.parameter_count());
    say(Tone::kNote,
        fmt::format("the rules count N and FLOPs without embeddings; {} {}", record.law.key(),
                    count.empty() ? "does not say what it counts" : "counts " + count));
  }
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

Result<int> show_frontier(const PlanFlags& flags, const FrontierRecord& record,
                          const std::string& chart) {
  const TableOutput& output = flags.output;
  const std::string page =
      output.json ? frontier_json(record, output.file) : with_flags(frontier_page(record)) + chart;
  const Result<int> done = print_beside(frontier_table(record), output, page);
  std::vector<std::string> notes = record.notes, warnings;
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

Result<int> show_ways(const PlanFlags& flags, const PlanAlternatives& ways) {
  const Result<int> done =
      print(flags.output.json ? plan_ways_json(ways) : with_flags(plan_ways_page(ways)));
  std::vector<std::string> all = ways.notes, warnings;
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

Result<int> show_profile(const PlanFlags& flags, const ProfileRecord& record) {
  const TableOutput& output = flags.output;
  const Result<int> done = print_beside(
      profile_table(record), output,
      output.json ? profile_json(record, output.file) : with_flags(profile_page(record)));
  say_all(Tone::kNote, record.notes);
  return done;
}

Result<PlanAlternatives> alternatives(const PlanFlags& flags, const PlanRequest& request,
                                      std::span<const Model> models, Work& work) {
  if (flags.costs) return plan_by_cost(models[0], request, work.executor, work.bar);
  if (flags.among.empty()) return plan_by_law(models, request, work.executor, work.bar);
  std::vector<NamedArchitecture> architectures;
  for (const std::string& path : flags.among)
    architectures.push_back(must(read_architecture_file(path)));
  return plan_by_architecture(models[0], architectures, request, work.executor, work.bar);
}

Result<int> run(const PlanFlags& flags) {
  must(check_plan_flags(flags));
  std::vector<std::string> names = {flags.model};
  names.insert(names.end(), flags.against.begin(), flags.against.end());
  const std::vector<Model> models = must(read_models(names));
  const Model& model = models.front();
  if (flags.request.intervals.profile) must(check_profiles(model));
  const PlanRequest request = plan_request(flags);

  if (flags.profile || flags.surface) {
    const ProfileRecord record = must(plan_profile(
        models, request, {.axis = flags.profile, .points = flags.points, .span = flags.span}));
    return show_profile(flags, record);
  }
  const bool several = flags.costs || !flags.among.empty() || !flags.against.empty();
  if (flags.rules && (several || request.budgets.size() > 1))
    return error_at({"--rules"}, "it is for one plan: leave out other budgets, laws and costs");
  if (!flags.output.file.empty() && request.budgets.size() < 2)
    return error_at({"--output"}, "one plan is no table: give several --flops, or --profile");
  Work work(flags.threads);
  if (several) {
    const PlanAlternatives ways = must(alternatives(flags, request, models, work));
    end_if_stopped();
    return show_ways(flags, ways);
  }
  const FrontierRecord record = must(plan_all(model, request, work.executor, work.bar));
  end_if_stopped();
  const std::optional<Figure> figure = flags.plot ? plan_figure(model, record) : std::nullopt;
  const std::string chart = figure ? terminal_chart(*figure) : "";
  if (record.plans.size() > 1) return show_frontier(flags, record, chart);
  return show(flags, record.plans[0], chart, record.notes);
}

}  // namespace

Command plan_command() {
  return with_options<PlanFlags>(
      {.name = "plan",
       .summary = "choose size, sparsity and tokens for a budget or a target loss",
       .example = "isoflop plan hossain2025:moe --flops 1e21 --total-params 10B --sparsity free"},
      plan_flags, run);
}

}  // namespace isoflop::cli
