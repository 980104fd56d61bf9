#include "workflow/plans.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/number_text.h"
#include "base/numbers.h"
#include "data/derive.h"
#include "plan/landscape.h"
#include "workflow/intervals.h"

namespace isoflop {

namespace {

// Least loss, or least FLOPs where a loss is wanted.
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

// In place of a plan that there is none for, in a frontier.
PlanRecord without_answer(const Law& law, const PlanQuestion& question, const Error& why) {
  const std::string note = fmt::format("{} FLOPs: {}", format_flops(*question.flops), why.text());
  return {.law = law, .plan = {.question = question, .notes = {note}}};
}

Result<PlanRecord> answer(const PlanRequest& request, const Law& law,
                          const PlanQuestion& question) {
  Result<Plan> best = plan(law, question);
  if (!best) return std::unexpected(best.error());
  PlanRecord record{.law = law, .plan = *std::move(best)};
  if (request.hardware && record.plan.run)
    record.spend = spend(*request.hardware, record.plan.run->flops);
  return record;
}

// With its intervals.
Result<PlanRecord> sure_answer(const PlanRequest& request, const Model& model,
                               const PlanQuestion& question, Executor& executor,
                               Progress& progress) {
  Result<PlanRecord> record = answer(request, model.law, question);
  if (record) add_intervals(model, request.intervals, std::span(&*record, 1), executor, progress);
  return record;
}

// That S stands in for the Sx of some of these, or "".
std::string expert_sparsity_note(std::span<const Model> models) {
  std::string note;
  for (const Model& each : models)
    if (note.empty()) note = expert_sparsity_note(each.law);
  return note;
}

// What the least loss of a profile or a surface is asked of: along sparsities these are free.
PlanQuestion least_of(PlanQuestion question, const ProfileRequest& along) {
  if (along.axis && *along.axis != Axis::kSparsity) return question;
  question.free_sparsity = true;
  question.sparsity.reset();
  question.sparsity_range = along.axis && along.span ? *along.span : Range{0, 0.99};
  return question;
}

// Of answers by law, where all models are fits and have an answer; why there is none joins the
// notes.
void add_average(std::span<const Model> models, PlanAlternatives& ways, Executor& executor,
                 Progress& progress) {
  const bool fits = models.size() > 1 && std::ranges::all_of(models, [](const Model& each) {
                      return each.fit.has_value();
                    });
  const bool answers = std::ranges::all_of(
      ways.ways, [](const PlanAlternative& way) { return way.answer && way.answer->plan.run; });
  if (!fits || !answers) return;
  const Result<Stacking> stacking = weights_of(models, executor, progress);
  if (!stacking) {
    ways.notes.push_back("no average of the laws: " + stacking.error().problems[0].what);
    return;
  }
  std::vector<std::vector<NamedPart>> parts;
  for (const PlanAlternative& way : ways.ways) {
    const PlannedRun& run = *way.answer->plan.run;
    const auto part = [&](const char* name, double value) {
      const Range interval = way.answer->shown(name).value_or(Range{kNan, kNan});
      return NamedPart{name, {.value = value, .interval = interval}};
    };
    parts.push_back({part("N", run.N), part("D", run.D), part("loss", run.loss)});
  }
  ways.averaged = averaged(models, *stacking, ways.ways[0].answer->level, parts);
}

// Inputs that other cost models ask for are no mistakes where all of them are compared.
void leave_out_inputs_of_others(const Law& law, PlanQuestion& question) {
  const auto uses = [](const CostModel& cost, const std::string& name) {
    const std::vector<std::string> names = names_in(cost);
    return std::ranges::find(names, name) != names.end();
  };
  std::erase_if(question.inputs, [&](const auto& input) {
    const std::string& name = input.first;
    return !law.has_input(name) && !uses(question.cost, name) &&
           std::ranges::any_of(cost_models(),
                               [&](const CostModel& cost) { return uses(cost, name); });
  });
}

}  // namespace

bool PlanRecord::is_undetermined(std::string_view name) const {
  return std::ranges::find(undetermined, name) != undetermined.end();
}

std::optional<Range> PlanRecord::shown(std::string_view name) const {
  if (const PlanUncertainty* draws = sure()) {
    const Uncertainty* found = draws->find(name);
    return found == nullptr ? std::nullopt : std::optional(found->percentile);
  }
  const ProfileInterval* found = profile ? find(*profile, name) : nullptr;
  return found == nullptr ? std::nullopt : std::optional(found->interval);
}

std::optional<Range> PlanRecord::shown_for_misfit(std::string_view name) const {
  for (const auto& [key, range] : for_misfit)
    if (key == name) return range;
  return std::nullopt;
}

Result<FrontierRecord> plan_all(const Model& model, const PlanRequest& request, Executor& executor,
                                Progress& progress) {
  const Result<std::vector<double>> budgets = budgets_of(request);
  if (!budgets) return std::unexpected(budgets.error());
  FrontierRecord record;
  Result<PlanQuestion> question = plan_question(without_budgets(request), model.law, record.notes);
  if (!question) return std::unexpected(question.error());
  std::vector<Plan> plans;
  const std::size_t count = std::max<std::size_t>(1, budgets->size());
  std::optional<Error> first_error;
  for (std::size_t i = 0; i < count; ++i) {
    if (!budgets->empty()) question->flops = (*budgets)[i];
    Result<PlanRecord> one = answer(request, model.law, *question);
    if (!one && !first_error) first_error = one.error();
    if (!one && count == 1) return std::unexpected(one.error());
    if (!one) one = without_answer(model.law, *question, one.error());
    plans.push_back(one->plan);
    record.plans.push_back(*std::move(one));
  }
  const bool none =
      std::ranges::none_of(plans, [](const Plan& each) { return each.run.has_value(); });
  if (none && first_error) return std::unexpected(*first_error);
  record.exponents = growth_exponents(plans);
  add_intervals(model, request.intervals, record.plans, executor, progress);
  return record;
}

Result<PlanAlternatives> plan_by_law(std::span<const Model> models, const PlanRequest& request,
                                     Executor& executor, Progress& progress) {
  PlanAlternatives ways{.by = "law", .ways = {}};
  const std::vector<std::string> labels = labels_of(models);
  for (std::size_t i = 0; i < models.size(); ++i) {
    const Model& each = models[i];
    std::vector<std::string> notes;
    const Result<PlanQuestion> question = plan_question(request, each.law, notes);
    if (!question) return std::unexpected(question.error());
    if (ways.ways.empty()) ways.notes = std::move(notes);
    ways.ways.push_back({labels[i], "", sure_answer(request, each, *question, executor, progress)});
  }
  add_average(models, ways, executor, progress);
  return ways;
}

Result<PlanAlternatives> plan_by_cost(const Model& model, const PlanRequest& request,
                                      Executor& executor, Progress& progress) {
  PlanAlternatives ways{.by = "cost", .ways = {}};
  const Result<PlanQuestion> asked = plan_question(request, model.law, ways.notes);
  if (!asked) return std::unexpected(asked.error());
  const auto add = [&](const std::string& label, const CostModel& cost) {
    PlanQuestion question = *asked;
    question.cost = cost;
    leave_out_inputs_of_others(model.law, question);
    ways.ways.push_back(
        {label, cost.counts, sure_answer(request, model, question, executor, progress)});
  };
  for (const CostModel& cost : cost_models()) {
    // Some need inputs of their own.
    PlanQuestion question = *asked;
    question.cost = cost;
    if (check_cost(question)) add(cost.name, cost);
  }
  if (asked->cost.name == "own") add("own", asked->cost);
  if (!request.architecture) return ways;
  const Architecture& arch = request.architecture->model;
  const auto active = static_cast<double>(counts_for(model.law, arch).active);
  for (const auto& [label, counted] : conventions())
    add(label, cost_of(arch, active, request.context, counted));
  return ways;
}

Result<PlanAlternatives> plan_by_architecture(const Model& model,
                                              std::span<const NamedArchitecture> architectures,
                                              const PlanRequest& request, Executor& executor,
                                              Progress& progress) {
  PlanAlternatives ways{.by = "architecture", .ways = {}};
  if (const auto ok = single_budget(request); !ok) return std::unexpected(ok.error());
  for (const NamedArchitecture& arch : architectures) {
    const Result<PlanQuestion> question = sized_question(request, arch, model.law);
    ways.ways.push_back({arch.name, "",
                         question ? sure_answer(request, model, *question, executor, progress)
                                  : std::unexpected(question.error())});
  }
  ways.best = best_of(ways.ways);
  return ways;
}

Result<ProfileRecord> plan_profile(std::span<const Model> models, const PlanRequest& request,
                                   const ProfileRequest& along) {
  const Law& law = models.front().law;
  std::vector<std::string> notes;
  const Result<PlanQuestion> question = plan_question(request, law, notes);
  if (!question) return std::unexpected(question.error());
  ProfileQuestion one{.plan = *question, .span = along.span};
  SurfaceQuestion both{.plan = *question, .total_params = along.span};
  if (!question->expert_sparsity)
    if (const std::string note = expert_sparsity_note(models); !note.empty()) notes.push_back(note);
  if (along.axis) one.axis = *along.axis;
  if (along.points) one.points = both.points = *along.points;
  Result<IsoflopProfile> made = along.axis ? profile(law, one) : surface(law, both);
  if (!made) return std::unexpected(made.error());
  ProfileRecord record{.law = law, .profile = *std::move(made), .notes = std::move(notes)};
  if (const Result<Plan> best = plan(law, least_of(*question, along)); best)
    record.optimum = best->run;
  const std::vector<std::string> labels = labels_of(models);
  for (std::size_t i = 1; i < models.size(); ++i) {
    Result<std::vector<double>> losses = losses_on(record.profile, models[i].law, *question);
    if (!losses) return std::unexpected(losses.error());
    record.others.emplace_back(labels[i], *std::move(losses));
  }
  return record;
}

}  // namespace isoflop
