#include <algorithm>

#include "base/error.h"
#include "base/number_text.h"
#include "base/numbers.h"
#include "data/derive.h"
#include "workflow/plans.h"

namespace isoflop {

namespace {

constexpr double kHoursPerDay = 24;
constexpr double kGigabyte = 1e9;

// The limit on total parameters that a memory sets.
Result<void> add_memory_limit(const MemoryBudget& memory, const NamedArchitecture* arch,
                              double context, PlanQuestion& question,
                              std::vector<std::string>& notes) {
  const MemoryOptions& each = memory.options;
  double cache = memory.training ? 0 : memory.key_values.value_or(0);
  if (!memory.training && !memory.key_values && arch != nullptr)
    cache = isoflop::memory(arch->model, context, each).key_values;
  const double bytes = memory.training
                           ? 2 * each.bytes_per_parameter + each.optimizer_bytes_per_parameter
                           : each.bytes_per_parameter;
  if (!(memory.bytes > 0)) return error_at({"memory.bytes"}, "it must be above 0");
  if (!(cache < memory.bytes))
    return error_at({"memory.bytes"}, "the KV cache alone takes {} GB, {} times as much",
                    format_number(cache / kGigabyte), format_number(cache / memory.bytes, 3));
  question.limits.push_back({.on = Limit::On::kTotal,
                             .max = (memory.bytes - cache) / bytes,
                             .name = "memory.bytes",
                             .relaxed = (1.1 * memory.bytes - cache) / bytes});
  if (cache > 0 && !memory.key_values)
    notes.push_back(fmt::format("of the memory {} GB are for the KV cache of {}, whatever the size",
                                format_number(cache / kGigabyte), arch->name));
  if (!memory.training && cache == 0)
    notes.emplace_back(
        "memory.bytes is for weights alone: memory.key_values, or request.architecture and "
        "memory.sequences, leave room");
  return {};
}

// The sparsity of an architecture, or with `sized` its N and P, and its experts and Sx.
Result<void> add_inputs(const NamedArchitecture& arch, const Law& law, bool sized,
                        PlanQuestion& question, std::vector<std::string>& notes) {
  const CountedParameters counts = counts_for(law, arch.model);
  const Inputs all = inputs_of(arch.model, law);
  Inputs taken;
  if (sized) {
    question.active_params = static_cast<double>(counts.active);
    question.total_params = static_cast<double>(counts.total);
    taken = {{"N", *question.active_params}, {"P", *question.total_params}};
  } else {
    question.sparsity = counts.sparsity();
    taken = {{"S", *question.sparsity}};
  }
  if (const auto experts = all.find("experts"); experts != all.end()) {
    if (!question.inputs.insert(*experts).second)
      return error_at({"request.architecture"}, "{} gives experts too: remove experts=...",
                      arch.name);
    taken.insert(*experts);
  }
  if (const auto sparsity = all.find("Sx"); sparsity != all.end()) {
    if (question.expert_sparsity)
      return error_at({"request.architecture"}, "{} gives Sx too: remove Sx=...", arch.name);
    question.expert_sparsity = sparsity->second;
    taken.insert(*sparsity);
  }
  notes.push_back(taken_text(arch.name, taken, law));
  return {};
}

Result<PlanQuestion> question_for(const PlanRequest& request, const Law& law,
                                  const NamedArchitecture* arch, bool sized,
                                  std::vector<std::string>& notes) {
  const Result<std::optional<double>> flops = single_budget(request);
  if (!flops) return std::unexpected(flops.error());
  PlanQuestion question = request.question;
  if (flops->has_value()) question.flops = *flops;
  if (const auto given = question.inputs.extract("Sx")) {
    if (!law.has_input("Sx"))
      return error("{} has no Sx: remove Sx=..., or give question.sparsity", law.key());
    if (!question.sparsity && !question.free_sparsity &&
        !(question.active_params && question.total_params))
      return error(
          "Sx, the share of inactive experts, does not give the total parameters: give the "
          "sparsity S too, with question.sparsity");
    question.expert_sparsity = given.mapped();
  }
  if (arch != nullptr)
    if (const auto added = add_inputs(*arch, law, sized, question, notes); !added)
      return std::unexpected(added.error());
  if (request.exact_cost && arch != nullptr)
    question.cost = cost_of(arch->model, static_cast<double>(counts_for(law, arch->model).active),
                            request.context, request.flops);
  if (request.memory)
    if (const auto added =
            add_memory_limit(*request.memory, arch, request.context, question, notes);
        !added)
      return std::unexpected(added.error());
  return question;
}

}  // namespace

Result<std::vector<double>> budgets_of(const PlanRequest& request) {
  const int ways =
      (request.budgets.empty() ? 0 : 1) + (request.days ? 1 : 0) + (request.money ? 1 : 0);
  if (ways > 1)
    return error("question.flops, request.days and request.money are each a budget: give one");
  const auto& hardware = request.hardware;
  if (request.days && !(hardware && hardware->gpus))
    return error("a budget in days is one of hardware: give its peak and the number of GPUs");
  if (request.money && !(hardware && hardware->price_per_gpu_hour))
    return error("a budget in money is one of hardware: give its peak and the price of a GPU-hour");
  if (request.days)
    return std::vector{
        flops_of_gpu_hours(*hardware, *hardware->gpus * *request.days * kHoursPerDay)};
  if (request.money)
    return std::vector{
        flops_of_gpu_hours(*hardware, *request.money / *hardware->price_per_gpu_hour)};
  std::vector<double> budgets = request.budgets;
  std::ranges::sort(budgets);
  return budgets;
}

Result<std::optional<double>> single_budget(const PlanRequest& request) {
  const Result<std::vector<double>> budgets = budgets_of(request);
  if (!budgets) return std::unexpected(budgets.error());
  if (budgets->size() > 1)
    return error("several budgets make a frontier: give one question.flops to this view");
  return budgets->empty() ? std::nullopt : std::optional(budgets->front());
}

PlanRequest without_budgets(PlanRequest request) {
  request.budgets.clear();
  request.days = request.money = std::nullopt;
  return request;
}

Result<PlanQuestion> plan_question(const PlanRequest& request, const Law& law,
                                   std::vector<std::string>& notes) {
  return question_for(request, law, request.architecture ? &*request.architecture : nullptr, false,
                      notes);
}

Result<PlanQuestion> sized_question(const PlanRequest& request, const NamedArchitecture& arch,
                                    const Law& law) {
  std::vector<std::string> unsaid;
  return question_for(request, law, &arch, true, unsaid);
}

PlanQuestion next_question(const Law& law, const Table& runs, const NextPlan& next) {
  constexpr double kStep = 10, kUnknown = 1e21;
  const std::vector<double> C = column_of(law, runs, "C");
  return {.flops = next.flops.value_or(C.empty() ? kUnknown : kStep * std::ranges::max(C)),
          .sparsity = next.sparsity.value_or(usual_value(column_of(law, runs, "S"))),
          .inputs = next.inputs};
}

}  // namespace isoflop
