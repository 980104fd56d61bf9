#include "plan/closed_form.h"

#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "kernel/evaluate.h"
#include "law/definition.h"

namespace isoflop {

namespace {

// NaN where the formula asks for what the plan is there to find.
double evaluate_once(const Ast& formula, const Law& law, const Inputs& held) {
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  return evaluate(formula, 1, [&](std::string_view name) {
    if (const auto coefficient = law.coefficient_index(name))
      return law.values().subspan(*coefficient, 1);
    const auto input = held.find(std::string(name));
    return std::span(input == held.end() ? &unknown : &input->second, 1);
  })[0];
}

bool is_budget_alone(const PlanQuestion& question, const PlanTask& task) {
  const Shape& shape = task.shape;
  return shape.size == Shape::Size::kOpen && shape.target == Shape::Target::kNone &&
         !(shape.z.low < shape.z.high) && !shape.data_given && question.flops &&
         question.cost.training == cost_models()[0].training && question.inference_tokens == 0 &&
         !question.unique_tokens;
}

}  // namespace

std::optional<double> closed_form(const Law& law, const PlanQuestion& question,
                                  const PlanTask& task) {
  if (!is_budget_alone(question, task)) return std::nullopt;
  Inputs held = question.inputs;
  const double sparsity = question.sparsity.value_or(0), flops = *question.flops;
  held["C"] = flops;
  held["S"] = sparsity;
  held["Sx"] = question.expert_sparsity.value_or(sparsity);
  for (std::size_t i = 0; i < law.optima().size(); ++i) {
    double n = evaluate_once(law.definition().optimum_expressions[i], law, held);
    if (law.optima()[i].input == "P") n *= 1 - sparsity;
    if (law.optima()[i].input == "D") n = flops / (6 * n);
    if (n >= 1 && n <= flops / 6) return n;
  }
  return std::nullopt;
}

}  // namespace isoflop
