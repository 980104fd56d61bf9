#include "cli/plan_views.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/number_text.h"
#include "cli/arch_argument.h"
#include "cli/console.h"
#include "cli/field_names.h"
#include "cli/file.h"
#include "cli/plan_intervals.h"
#include "report/console/plan_page.h"
#include "report/csv/csv.h"
#include "report/csv/plan_table.h"
#include "report/json/plan_json.h"

namespace isoflop::cli {

namespace {

Result<NamedArchitecture> read_named(const std::string& path) {
  Result<Architecture> model = read_architecture_file(path);
  if (!model) return std::unexpected(model.error());
  return NamedArchitecture{path, *std::move(model)};
}

Result<PlanRecord> answer(const PlanOptions& options, const Law& law,
                          const PlanQuestion& question) {
  Result<Plan> best = plan(law, question);
  if (!best) return std::unexpected(best.error());
  PlanRecord record{.law = law, .plan = *std::move(best)};
  if (const auto hardware = hardware_of(options); hardware && record.plan.run)
    record.spend = spend(*hardware, record.plan.run->flops);
  return record;
}

// The best of several: least loss, or least FLOPs where a loss is wanted.
std::optional<std::size_t> best_of(const std::vector<PlanAlternative>& ways) {
  std::optional<std::size_t> best;
  const auto cost = [](const PlanRecord& record) {
    const PlannedRun& run = *record.plan.run;
    return record.plan.question.loss ? run.total_flops : run.loss;
  };
  for (std::size_t i = 0; i < ways.size(); ++i) {
    if (!ways[i].answer || !ways[i].answer->plan.run) continue;
    if (!best || cost(*ways[i].answer) < cost(*ways[*best].answer)) best = i;
  }
  return best;
}

// Conventions of counting an architecture.
std::vector<std::pair<std::string, FlopsOptions>> conventions() {
  FlopsOptions whole, both, neither, attention, layers;
  whole.keys = FlopsOptions::Keys::kWhole;
  both.embeddings = FlopsOptions::Embeddings::kBoth;
  neither.embeddings = FlopsOptions::Embeddings::kNeither;
  attention.recompute = FlopsOptions::Recompute::kAttention;
  layers.recompute = FlopsOptions::Recompute::kLayers;
  return {{"exact", {}},
          {"exact, whole keys", whole},
          {"exact, embeddings too", both},
          {"exact, no embeddings", neither},
          {"exact, attention again", attention},
          {"exact, layers again", layers}};
}

}  // namespace

PlanQuestion PlanInput::single() const {
  PlanQuestion one = question;
  if (!budgets.empty()) one.flops = budgets[0];
  return one;
}

Result<PlanInput> read_plan_input(const PlanOptions& options, const Law& law) {
  PlanInput input;
  if (!options.arch.empty()) {
    Result<NamedArchitecture> arch = read_named(options.arch);
    if (!arch) return std::unexpected(arch.error());
    input.arch = *std::move(arch);
  }
  Result<std::vector<double>> budgets = budgets_of(options);
  if (!budgets) return std::unexpected(budgets.error());
  input.budgets = *std::move(budgets);
  std::ranges::sort(input.budgets);
  const bool one = options.costs || options.profile || options.surface || !options.among.empty() ||
                   !options.against.empty();
  if (one && input.budgets.size() > 1)
    return error("several budgets make a frontier: give one --flops to this view");
  // Architectures to choose among make a question each.
  if (!options.among.empty()) return input;
  Result<PlanQuestion> question =
      plan_question(options, law, input.arch ? &*input.arch : nullptr, false, input.notes);
  if (!question) return std::unexpected(question.error());
  input.question = *std::move(question);
  return input;
}

namespace {

// In place of a plan that there is none for, in a frontier.
PlanRecord without_answer(const Law& law, const PlanQuestion& question, const Error& why) {
  const std::string note = fmt::format("{} FLOPs: {}", format_flops(*question.flops), why.text());
  return {.law = law, .plan = {.question = question, .notes = {note}}};
}

}  // namespace

Result<FrontierRecord> plan_all(const PlanOptions& options, const Model& model,
                                const PlanInput& input, Executor& executor, Progress& progress) {
  FrontierRecord record;
  std::vector<Plan> plans;
  const std::size_t count = std::max<std::size_t>(1, input.budgets.size());
  std::optional<Error> first_error;
  for (std::size_t i = 0; i < count; ++i) {
    PlanQuestion question = input.question;
    if (!input.budgets.empty()) question.flops = input.budgets[i];
    Result<PlanRecord> one = answer(options, model.law, question);
    if (!one && !first_error) first_error = one.error();
    if (!one && count == 1) return std::unexpected(one.error());
    if (!one) one = without_answer(model.law, question, one.error());
    plans.push_back(one->plan);
    record.plans.push_back(*std::move(one));
  }
  const bool none =
      std::ranges::none_of(plans, [](const Plan& each) { return each.run.has_value(); });
  if (none && first_error) return std::unexpected(*first_error);
  record.exponents = growth_exponents(plans);
  add_intervals(model, {options.level, options.intervals_by_profile}, record.plans, executor,
                progress);
  return record;
}

Result<PlanAlternatives> ways_of_laws(const PlanOptions& options, const Model& model,
                                      const PlanInput& input, Executor& executor,
                                      Progress& progress) {
  PlanAlternatives ways{.by = "law", .ways = {}};
  const auto add = [&](const Model& each, const PlanQuestion& question) {
    Result<PlanRecord> record = answer(options, each.law, question);
    if (record)
      add_intervals(each, {options.level, options.intervals_by_profile}, std::span(&*record, 1),
                    executor, progress);
    ways.ways.push_back({each.law.label(), "", std::move(record)});
  };
  add(model, input.single());
  for (const std::string& text : options.against) {
    const Result<Model> other = read_model_with_fit(text);
    if (!other) return std::unexpected(other.error());
    std::vector<std::string> silent;
    Result<PlanQuestion> question =
        plan_question(options, other->law, input.arch ? &*input.arch : nullptr, false, silent);
    if (!question) return std::unexpected(question.error());
    if (!input.budgets.empty()) question->flops = input.budgets[0];
    add(*other, *question);
  }
  return ways;
}

PlanAlternatives ways_of_costs(const PlanOptions& options, const Model& model,
                               const PlanInput& input, Executor& executor, Progress& progress) {
  const Law& law = model.law;
  PlanAlternatives ways{.by = "cost", .ways = {}};
  const auto add = [&](const std::string& label, const CostModel& cost) {
    PlanQuestion question = input.single();
    question.cost = cost;
    Result<PlanRecord> record = answer(options, law, question);
    if (record)
      add_intervals(model, {options.level, options.intervals_by_profile}, std::span(&*record, 1),
                    executor, progress);
    ways.ways.push_back({label, cost.counts, std::move(record)});
  };
  for (const CostModel& cost : cost_models()) {
    // Needs inputs of its own.
    const bool asked =
        input.question.inputs.contains("experts") && input.question.inputs.contains("G");
    if (cost.name != "fine-grained" || asked) add(cost.name, cost);
  }
  if (input.question.cost.name == "own") add("own", input.question.cost);
  if (!input.arch) return ways;
  const auto active = static_cast<double>(counts_for(law, input.arch->model).active);
  const auto context = static_cast<double>(options.context.value_or(kPlanContext));
  for (const auto& [label, counted] : conventions())
    add(label, cost_of(input.arch->model, active, context, counted));
  return ways;
}

Result<PlanAlternatives> ways_of_architectures(const PlanOptions& options, const Model& model,
                                               const PlanInput& input, Executor& executor,
                                               Progress& progress) {
  const Law& law = model.law;
  PlanAlternatives ways{.by = "architecture", .ways = {}};
  for (const std::string& path : options.among) {
    const Result<NamedArchitecture> arch = read_named(path);
    if (!arch) return std::unexpected(arch.error());
    std::vector<std::string> silent;
    Result<PlanQuestion> question = plan_question(options, law, &*arch, true, silent);
    if (!question) {
      ways.ways.push_back({path, "", std::unexpected(question.error())});
      continue;
    }
    if (!input.budgets.empty()) question->flops = input.budgets[0];
    Result<PlanRecord> record = answer(options, law, *question);
    if (record)
      add_intervals(model, {options.level, options.intervals_by_profile}, std::span(&*record, 1),
                    executor, progress);
    ways.ways.push_back({path, "", std::move(record)});
  }
  ways.best = best_of(ways.ways);
  return ways;
}

namespace {

// What the least loss of a profile or a surface is asked of: along sparsities these are free.
PlanQuestion least_of(PlanQuestion question, const ProfileQuestion& along, bool over_surface) {
  if (!over_surface && along.axis != Axis::kSparsity) return question;
  question.free_sparsity = true;
  question.sparsity.reset();
  const Range shown = along.axis == Axis::kSparsity && along.span ? *along.span : Range{0, 0.99};
  question.sparsity_range = shown;
  return question;
}

}  // namespace

Result<int> show_profile(const PlanOptions& options, const Law& law, const PlanInput& input) {
  const PlanQuestion question = input.single();
  ProfileQuestion along{.plan = question, .axis = options.profile.value_or(Axis::kTotal)};
  SurfaceQuestion over{.plan = question};
  if (options.points) along.points = over.points = *options.points;
  along.span = over.total_params = options.span;
  Result<IsoflopProfile> made = options.surface ? surface(law, over) : profile(law, along);
  if (!made) return std::unexpected(made.error());
  ProfileRecord record{.law = law, .profile = *std::move(made)};
  if (const Result<Plan> best = plan(law, least_of(question, along, options.surface)); best)
    record.optimum = best->run;
  for (const std::string& text : options.against) {
    const Result<Law> other = read_model(text);
    if (!other) return std::unexpected(other.error());
    Result<std::vector<double>> losses = losses_on(record.profile, *other, question);
    if (!losses) return std::unexpected(losses.error());
    record.others.emplace_back(other->label(), *std::move(losses));
  }
  const TableOutput& output = options.output;
  if (!output.file.empty())
    if (const auto done = write_file(output.file, write_csv(profile_table(record))); !done)
      return std::unexpected(done.error());
  const Result<int> done =
      print(output.json ? profile_json(record, output.file) : with_flags(profile_page(record)));
  say_all(Tone::kNote, input.notes);
  return done;
}

}  // namespace isoflop::cli
