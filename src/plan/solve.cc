#include "plan/solve.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/number_text.h"
#include "isoflop/output.h"
#include "kernel/evaluate.h"
#include "law/definition.h"

namespace isoflop {

namespace {

// A closed form is right when it is this near the root of the slope, in ln N: far more than
// rounding moves it, far less than a wrong formula.
constexpr double kClosedFormMargin = 1e-4;
constexpr double kOneToken = 1e-6;     // ln D of a budget that is all size
constexpr double kOnSizeLimit = 1e-9;  // in logarithms

Allocation allocate_one(const Law& law, const PlanProblem& problem) {
  SerialExecutor here;
  Progress silent;
  const PlanRow row(law.values(), problem);
  return allocate(law, problem, std::span(&row, 1), here, silent)[0];
}

std::string sparsity_text(const Allocation& at) { return format_share(-std::expm1(-at.z)); }

// What a plan pays beside its training tokens.
std::string fixed_words(const PlanQuestion& question) {
  if (question.cost.start.empty()) return "serving";
  return question.inference_tokens > 0 ? "the dense start with serving" : "the dense start";
}

// Why no size is optimal: how the loss changes between one parameter and one token.
std::unexpected<Error> no_optimum(const Law& law, const PlanProblem& problem,
                                  const Allocation& at) {
  const std::string what =
      fmt::format("{} has no compute-optimal size for {} FLOPs at S = {}", law.label(),
                  format_flops(std::exp(at.c)), sparsity_text(at));
  const std::string predicted = output_of(law).name;
  BudgetLine line(problem.question, 1);
  BudgetLine::Values budget;
  const double smallest = 0;
  line.at(std::span(&smallest, 1), std::span(&at.z, 1), std::span(&at.c, 1), budget);
  const double most = budget.d[0];
  const double first = loss_at(law, problem.question, 0, at.z, most);
  const double last = loss_at(law, problem.question, most, at.z, 0);
  if (std::isnan(most))
    return work_error("{}: {} alone costs more than that", what, fixed_words(problem.question));
  if (std::isnan(first) || std::isnan(last))
    return work_error(
        "{}: its {} is not a number at the edges of the budget; check its coefficients", what,
        predicted);
  if (first < last)
    return work_error(
        "{}: its {} falls all the way to the smallest size, N = 1; check its size term", what,
        predicted);
  if (last < first)
    return work_error(
        "{}: its {} falls all the way to the largest size, N = C/6 on one token; check its data "
        "term",
        what, predicted);
  return work_error("{}: its {} does not change with the size; check its size and data terms", what,
                    predicted);
}

double amount(const Limit& limit, const Allocation& at) {
  return limit.on == Limit::On::kActive ? at.n : limit.on == Limit::On::kTotal ? at.n + at.z : at.d;
}

// The limits that are active at the nearest answer.
std::string names_of_limits(const PlanQuestion& question, const Allocation& at) {
  std::string text;
  const auto add = [&text](const std::string& name) { text += (text.empty() ? "" : ", ") + name; };
  for (const Limit& limit : question.limits)
    if (amount(limit, at) > std::log(limit.max) - 1e-6) add(name_of(question, limit));
  if (question.unique_tokens && at.d > std::log(*question.unique_tokens))
    add("question.unique_tokens");
  return text;
}

std::unexpected<Error> unreached(const Law& law, const PlanProblem& problem, const Allocation& at) {
  const PlanQuestion& question = problem.question;
  if (at.loss < problem.loss)
    return error(
        "a loss of {} is so high that any model reaches it: even a single parameter or "
        "token gives {}",
        format_number(problem.loss, 6), format_number(at.loss, 6));
  std::string where;
  if (problem.target == PlanProblem::Target::kSmallest ||
      problem.target == PlanProblem::Target::kFewest)
    where = fmt::format(" with {} FLOPs", format_flops(*question.flops));
  else if (problem.data_given)
    where = fmt::format(" on {} tokens", format_count(std::exp(problem.d)));
  if (const std::string limits = names_of_limits(question, at); !limits.empty())
    where += fmt::format("{} within {}", where.empty() ? "" : ",", limits);
  if (where.empty()) where = fmt::format(" at S = {}", sparsity_text(at));
  return error(
      "a loss of {} cannot be reached{}: the lowest that {} gives there is {}, {} above it",
      format_number(problem.loss, 6), where, law.label(), format_number(at.loss, 6),
      format_number(at.loss - problem.loss, 3));
}

bool at_size_limit(const PlanProblem& problem, const Allocation& at) {
  return at.n >= problem.max_active - kOnSizeLimit ||
         at.n + at.z >= problem.max_total - kOnSizeLimit;
}

// Sizes that the budget buys with the tokens that are given, against the limits.
Result<void> check_bought(const PlanProblem& problem, const Allocation& at) {
  const PlanQuestion& question = problem.question;
  const bool too_small = !(at.n > 0);
  if (problem.size == PlanProblem::Size::kFromBudget && too_small)
    return error("{} FLOPs do not pay for one parameter on {} tokens",
                 format_flops(*question.flops), format_count(*question.tokens));
  for (const Limit& limit : question.limits) {
    const double have = amount(limit, at), ratio = std::exp(have - std::log(limit.max));
    if (ratio > 1 + 1e-6)
      return error_at(
          {name_of(question, limit)},
          "the plan needs {} {}, {} times the {} that it leaves: raise it, or give less",
          format_count(std::exp(have)), words(limit.on), format_number(ratio, 3),
          format_count(limit.max));
  }
  return {};
}

Result<void> check_paid(const PlanQuestion& question, const Sizes& sizes, double loss) {
  if (std::isfinite(loss)) return {};
  const double need = training_flops_per_token(question, sizes) + fixed_flops(question, sizes);
  if (question.flops && need > *question.flops)
    return error(
        "{} FLOPs do not pay for N = {}: {} and one token of training cost {}, {} times as much",
        format_flops(*question.flops), format_count(sizes.N), fixed_words(question),
        format_flops(need), format_number(need / *question.flops, 3));
  return work_error("the loss is not finite at N = {}, S = {}: check the coefficients",
                    format_count(sizes.N), format_share(sizes.S));
}

bool nothing_to_optimise(const PlanProblem& problem) {
  return problem.size != PlanProblem::Size::kOptimal && !problem.has_free_sparsity();
}

// The closed form in the root's place, where there is one.
Result<void> prefer_closed_form(const Law& law, const PlanProblem& problem, const Allocation& at,
                                Plan& plan, Sizes& sizes) {
  const std::optional<double> N = closed_form(law, problem);
  if (!N || at.size_position != Position::kInterior || at.data_capped) return {};
  if (std::abs(std::log(*N) - at.n) > kClosedFormMargin)
    return error(
        "the [optimum] of {} gives N = {} for {} FLOPs, where the loss has no minimum: correct its "
        "formula",
        law.key(), format_number(*N, 6), format_flops(*problem.question.flops));
  plan.method = PlanMethod::kClosedForm;
  sizes = {*N, *N / (1 - sizes.S), sizes.S};
  return {};
}

double tokens_of(const PlanQuestion& question, const Sizes& sizes, const Allocation& at) {
  if (question.tokens) return *question.tokens;
  if (at.data_capped || !question.flops) return std::exp(at.d);
  return tokens_bought(question, sizes);
}

PlannedRun run_of(const PlanQuestion& question, const Sizes& sizes, const Allocation& at) {
  PlannedRun run{.N = sizes.N, .P = sizes.P, .S = sizes.S, .loss = at.loss};
  run.D = tokens_of(question, sizes, at);
  run.tokens_per_parameter = run.D / run.N;
  run.flops = training_flops_per_token(question, sizes) * run.D;
  run.total_flops = run.flops + fixed_flops(question, sizes);
  // The budget that was given, to the last bit, where it is spent whole on training.
  if (question.flops && std::abs(run.flops / *question.flops - 1) < 1e-12)
    run.flops = run.total_flops = *question.flops;
  return run;
}

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

bool is_budget_alone(const PlanProblem& problem) {
  const PlanQuestion& question = problem.question;
  return problem.size == PlanProblem::Size::kOptimal &&
         problem.target == PlanProblem::Target::kNone && !problem.has_free_sparsity() &&
         !problem.data_given && question.flops &&
         question.cost.training == cost_models()[0].training && question.cost.start.empty() &&
         question.inference_tokens == 0 && !question.unique_tokens;
}

// "N = 6K to 221K, D = 1M to 500M".
std::string fitted_text(const Law& law) {
  std::string text;
  for (const char* name : {"N", "P", "D"})
    if (const auto found = law.fitted_on().find(name); found != law.fitted_on().end())
      text += fmt::format("{}{} = {} to {}", text.empty() ? "" : ", ", name,
                          format_count(found->second.low), format_count(found->second.high));
  return text;
}

std::unexpected<Error> out_of_reach(const Law& law, const PlanProblem& problem,
                                    const Allocation& at) {
  return work_error(
      "the nearest optimum of {}, N = {} on {} tokens, is {} decades outside the runs that it was "
      "fitted on ({}), more than the {} of question.reach",
      law.label(), format_count(std::exp(at.n)), format_count(std::exp(at.d)),
      format_number(at.outside / std::numbers::ln10, 2), fitted_text(law),
      format_number(problem.question.reach));
}

// The plan of an allocation, or why it is none.
Result<Plan> answer(const Law& law, const PlanProblem& problem, const Allocation& at) {
  const PlanQuestion& question = problem.question;
  if (problem.target != PlanProblem::Target::kNone && !at.target_reached && std::isfinite(at.loss))
    return unreached(law, problem, at);
  if (!is_optimum(problem, at)) return no_optimum(law, problem, at);
  Plan plan{.question = question};
  if (nothing_to_optimise(problem)) plan.method = PlanMethod::kGiven;
  if (question.free_sparsity)
    plan.sparsity_answer = at.sparsity_position == Position::kInterior ? SparsityAnswer::kInterior
                                                                       : SparsityAnswer::kEdge;
  Sizes sizes = sizes_of(at, question);
  if (const auto ok = check_paid(question, sizes, at.loss); !ok) return std::unexpected(ok.error());
  if (const auto ok = check_bought(problem, at); !ok) return std::unexpected(ok.error());
  if (!is_in_reach(problem, at)) return out_of_reach(law, problem, at);
  if (const auto ok = prefer_closed_form(law, problem, at, plan, sizes); !ok)
    return std::unexpected(ok.error());
  plan.run = run_of(question, sizes, at);
  return plan;
}

}  // namespace

std::optional<double> closed_form(const Law& law, const PlanProblem& problem) {
  if (!is_budget_alone(problem)) return std::nullopt;
  const PlanQuestion& question = problem.question;
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

bool is_in_reach(const PlanProblem& problem, const Allocation& at) {
  return nothing_to_optimise(problem) || problem.beyond_reach(at.outside) == 0;
}

bool falls_to_full_sparsity(const PlanProblem& problem, const Allocation& at) {
  const PlanQuestion& question = problem.question;
  if (!question.free_sparsity || question.sparsity_range) return false;
  if (at.sparsity_position != Position::kHigh) return false;
  return problem.size != PlanProblem::Size::kActive || !at_size_limit(problem, at);
}

bool is_optimum(const PlanProblem& problem, const Allocation& at) {
  if (problem.size != PlanProblem::Size::kOptimal) return true;
  if (problem.target != PlanProblem::Target::kNone &&
      problem.target != PlanProblem::Target::kBudget)
    return true;
  const bool at_limit = at.size_position == Position::kHigh && at_size_limit(problem, at);
  const bool all_size = at.d < kOneToken;
  return std::isfinite(at.loss) && !all_size &&
         (at.size_position == Position::kInterior || at_limit);
}

std::optional<double> sparsest_fitted(const Law& law) {
  for (const char* name : {"S", "Sx"})
    if (const auto range = law.fitted_on().find(name); range != law.fitted_on().end())
      return range->second.high;
  return std::nullopt;
}

PlanQuestion dense_question(const PlanQuestion& question, const PlannedRun& run) {
  return {.inputs = question.inputs,
          .tokens = run.D,
          .loss = run.loss,
          .cost = question.cost,
          .unique_tokens = question.unique_tokens,
          .repetition = question.repetition,
          .reach = std::numeric_limits<double>::infinity()};
}

Sizes sizes_of(const Allocation& at, const PlanQuestion& question) {
  Sizes sizes{std::exp(at.n), std::exp(at.n + at.z), -std::expm1(-at.z)};
  if (question.active_params) sizes.N = *question.active_params;
  if (question.total_params) sizes.P = *question.total_params;
  const bool both = question.active_params && question.total_params;
  if (question.sparsity && !both) sizes.S = *question.sparsity;
  if (!question.total_params) sizes.P = sizes.N / (1 - sizes.S);
  if (!question.active_params) sizes.N = sizes.P * (1 - sizes.S);
  return sizes;
}

Result<Plan> solve(const Law& law, const PlanQuestion& question) {
  const Result<PlanProblem> problem = plan_problem(law, question);
  if (!problem) return std::unexpected(problem.error());
  const Allocation at = allocate_one(law, *problem);
  if (!falls_to_full_sparsity(*problem, at)) return answer(law, *problem, at);

  // The best of the sparsities that the law was fitted on, where these are known.
  const std::optional<double> sparsest = sparsest_fitted(law);
  if (!(sparsest && *sparsest > 0 && *sparsest < 1))
    return Plan{.question = question, .sparsity_answer = SparsityAnswer::kMonotone};
  PlanQuestion within = question;
  within.sparsity_range = Range{0, *sparsest};
  const Result<PlanProblem> fitted = plan_problem(law, within);
  if (!fitted) return std::unexpected(fitted.error());
  const Allocation best = allocate_one(law, *fitted);
  Result<Plan> plan = answer(law, *fitted, best);
  if (!plan) return plan;
  plan->question = question;
  plan->within_fitted = true;
  if (best.sparsity_position == Position::kHigh) plan->sparsity_answer = SparsityAnswer::kMonotone;
  return plan;
}

}  // namespace isoflop
