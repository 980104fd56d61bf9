#include "isoflop/plan_draws.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "plan/solve.h"

namespace isoflop {

namespace {

constexpr std::array<const char*, 7> kNames = {"N",     "P",   "S", "D", "tokens_per_parameter",
                                               "flops", "loss"};
using Quantities = std::array<double, kNames.size()>;

Quantities quantities(const Plan& plan) {
  return {plan.N, plan.P, plan.S, plan.D, plan.tokens_per_parameter, plan.flops, plan.loss};
}

Quantities quantities(const Allocation& at, const PlanTask& task, const PlanQuestion& question) {
  Quantities all;
  all.fill(std::numeric_limits<double>::quiet_NaN());
  if (!is_answer(task, at) || !at.reached || !std::isfinite(at.loss)) return all;
  const bool runaway = task.free_sparsity && at.sparsity_end == End::kHigh &&
                       !question.sparsity_range && task.shape.size != Shape::Size::kActive;
  if (runaway) return all;
  const Sizes sizes = sizes_of(at, question);
  const double D = question.tokens.value_or(std::exp(at.d));
  return {sizes.N, sizes.P, sizes.S, D, D / sizes.N, std::exp(at.log_token_cost + at.d), at.loss};
}

// The question that a plan of this list answers.
PlanQuestion question_of(PlanQuestion question, const Plan& plan) {
  if (question.flops) question.flops = plan.total_flops;
  if (plan.sparsity_answer == SparsityAnswer::kMonotone) {
    question.free_sparsity = false;
    question.sparsity = plan.S;
  }
  return question;
}

// The cases of one set of coefficients after another, for one question.
void add_cases(std::span<const double> values, std::size_t width, double c,
               std::vector<Case>& cases) {
  for (std::size_t first = 0; first + width <= values.size(); first += width)
    cases.push_back({values.subspan(first, width), c});
}

PlanUncertainty summarise(const Plan& plan, std::span<const Quantities> all, std::size_t draws,
                          double level) {
  PlanUncertainty result{.draws = draws};
  const Quantities estimate = quantities(plan);
  for (std::size_t i = 0; i < draws; ++i) result.without += std::isnan(all[i].back()) ? 1 : 0;
  for (std::size_t k = 0; k < kNames.size(); ++k) {
    std::vector<double> values(all.size());
    std::ranges::transform(all, values.begin(), [k](const Quantities& each) { return each[k]; });
    const bool varies = std::ranges::any_of(
        values, [&](double value) { return std::abs(value / values[0] - 1) > 1e-12; });
    if (!varies) continue;
    const std::span<const double> list(values);
    result.of.emplace_back(kNames[k],
                           uncertainty(estimate[k], list.first(draws), list.subspan(draws), level));
  }
  return result;
}

}  // namespace

const Uncertainty* PlanUncertainty::find(std::string_view name) const {
  for (const auto& [key, value] : of)
    if (key == name) return &value;
  return nullptr;
}

std::vector<PlanUncertainty> plan_uncertainty(const Law& law, const Draws& draws,
                                              const PlanQuestion& question,
                                              std::span<const Plan> plans, double level,
                                              Executor& executor, Progress& progress) {
  const std::size_t width = law.coefficients().size();
  const std::size_t each = (draws.values.size() + draws.jackknife.size()) / width;
  // Plans that ask the same but for their budget are planned together.
  std::vector<PlanUncertainty> list;
  for (std::size_t first = 0; first < plans.size();) {
    const PlanQuestion asked = question_of(question, plans[first]);
    const Result<PlanTask> task = read_question(law, asked);
    std::size_t last = first;
    std::vector<Case> cases;
    while (last < plans.size()) {
      const PlanQuestion next = question_of(question, plans[last]);
      if (next.sparsity != asked.sparsity || !plans[last].answered || !task) break;
      const double c = next.flops ? std::log(*next.flops) : kEndlessBudget;
      add_cases(draws.values, width, c, cases);
      add_cases(draws.jackknife, width, c, cases);
      ++last;
    }
    if (last == first) {  // a plan without an answer has no uncertainty
      list.push_back({});
      ++first;
      continue;
    }
    const std::vector<Allocation> answers =
        allocate(law, task->setting, task->shape, cases, executor, progress);
    if (progress.stop_asked()) return {};
    for (std::size_t i = first; i < last; ++i) {
      const PlanQuestion mine = question_of(question, plans[i]);
      std::vector<Quantities> all(each);
      for (std::size_t k = 0; k < each; ++k)
        all[k] = quantities(answers[(i - first) * each + k], *task, mine);
      list.push_back(summarise(plans[i], all, draws.size(), level));
    }
    first = last;
  }
  return list;
}

const Range& interval_of(const Uncertainty& uncertainty) {
  const Range& bca = uncertainty.bca;
  return std::isfinite(bca.low) && std::isfinite(bca.high) ? bca : uncertainty.percentile;
}

std::vector<std::string> notes_on(const PlanUncertainty& uncertainty) {
  if (uncertainty.without == 0) return {};
  return {
      fmt::format("{} of {} draws have no answer to this question; the intervals are of the "
                  "others",
                  uncertainty.without, uncertainty.draws)};
}

}  // namespace isoflop
