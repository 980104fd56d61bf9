#include "plan/solve.h"

#include <cmath>
#include <string>

#include "base/error.h"
#include "base/number_text.h"
#include "plan/closed_form.h"

namespace isoflop {

namespace {

// A closed form is right when it is this near the root of the slope, in ln N: far more than
// rounding moves it, far less than a wrong formula.
constexpr double kClosedFormMargin = 1e-4;
constexpr double kOneToken = 1e-6;  // ln D of a budget that is all size
constexpr double kAtCap = 1e-9;

Result<Allocation> allocate_one(const Law& law, const PlanTask& task) {
  SerialExecutor here;
  Progress silent;
  const Case one{law.values(), task.amounts};
  return allocate(law, task.setting, task.shape, std::span(&one, 1), here, silent)[0];
}

std::string sparsity_text(const Allocation& at) { return format_share(-std::expm1(-at.z)); }

double loss_at(const Law& law, const PlanTask& task, double n, double z, double d) {
  LossSurface surface(law, task.setting, 1);
  surface.set_coefficients(0, law.values());
  LossSurface::Values values;
  surface.at(std::span(&n, 1), std::span(&z, 1), std::span(&d, 1), values);
  return values.loss[0];
}

// Why no size is best: what the loss does between one parameter and one token.
std::unexpected<Error> no_optimum(const Law& law, const PlanTask& task, const Allocation& at) {
  const std::string what =
      fmt::format("{} has no compute-optimal size for {} FLOPs at S = {}", law.label(),
                  format_flops(std::exp(at.c)), sparsity_text(at));
  BudgetLine line(task.setting, 1);
  BudgetLine::Values budget;
  const double smallest = 0;
  line.at(std::span(&smallest, 1), std::span(&at.z, 1), std::span(&at.c, 1), budget);
  const double most = budget.d[0];
  const double first = loss_at(law, task, 0, at.z, most);
  const double last = loss_at(law, task, most, at.z, 0);
  if (std::isnan(most)) return work_error("{}: serving alone costs more than that", what);
  if (std::isnan(first) || std::isnan(last))
    return work_error(
        "{}: its loss is not a number at the edges of the budget; check its coefficients", what);
  if (first < last)
    return work_error(
        "{}: its loss falls all the way to the smallest size, N = 1; check its size term", what);
  if (last < first)
    return work_error(
        "{}: its loss falls all the way to the largest size, N = C/6 on one token; check its data "
        "term",
        what);
  return work_error("{}: its loss does not change with the size; check its size and data terms",
                    what);
}

double amount(const Limit& limit, const Allocation& at) {
  return limit.on == Limit::On::kActive ? at.n : limit.on == Limit::On::kTotal ? at.n + at.z : at.d;
}

// Those that the nearest answer is held by.
std::string names_of_limits(const PlanQuestion& question, const Allocation& at) {
  std::string text;
  const auto add = [&text](const std::string& name) { text += (text.empty() ? "" : ", ") + name; };
  for (const Limit& limit : question.limits)
    if (amount(limit, at) > std::log(limit.most) - 1e-6) add(name_of(question, limit));
  if (question.unique_tokens && at.d > std::log(*question.unique_tokens))
    add("question.unique_tokens");
  return text;
}

std::unexpected<Error> unreached(const Law& law, const PlanQuestion& question, const PlanTask& task,
                                 const Allocation& at) {
  if (at.loss < task.amounts.loss)
    return error(
        "a loss of {} is so high that any model reaches it: even a single parameter or "
        "token gives {}",
        format_number(task.amounts.loss, 6), format_number(at.loss, 6));
  std::string where;
  if (task.shape.target == Shape::Target::kSmallest || task.shape.target == Shape::Target::kFewest)
    where = fmt::format(" with {} FLOPs", format_flops(*question.flops));
  else if (task.shape.data_given)
    where = fmt::format(" on {} tokens", format_count(std::exp(task.amounts.d)));
  if (const std::string limits = names_of_limits(question, at); !limits.empty())
    where += fmt::format("{} within {}", where.empty() ? "" : ",", limits);
  if (where.empty()) where = fmt::format(" at S = {}", sparsity_text(at));
  return error("a loss of {} cannot be reached{}: the least that {} gives there is {}, {} above it",
               format_number(task.amounts.loss, 6), where, law.label(), format_number(at.loss, 6),
               format_number(at.loss - task.amounts.loss, 3));
}

bool at_a_size_limit(const Shape& shape, const Allocation& at) {
  return at.n >= shape.active_cap - kAtCap || at.n + at.z >= shape.total_cap - kAtCap;
}

// Sizes that the budget buys with the tokens that are given, against the limits.
Result<void> check_bought(const PlanQuestion& question, const PlanTask& task,
                          const Allocation& at) {
  const Shape& shape = task.shape;
  const bool too_small = !(at.n > 0);
  if (shape.size == Shape::Size::kFromBudget && too_small)
    return error("{} FLOPs do not pay for one parameter on {} tokens",
                 format_flops(*question.flops), format_count(*question.tokens));
  for (const Limit& limit : question.limits) {
    const double have = amount(limit, at), ratio = std::exp(have - std::log(limit.most));
    if (ratio > 1 + 1e-6)
      return error_at(
          {name_of(question, limit)},
          "the plan needs {} {}, {} times the {} that it leaves: raise it, or give less",
          format_count(std::exp(have)), words(limit.on), format_number(ratio, 3),
          format_count(limit.most));
  }
  return {};
}

Result<void> check_paid(const PlanQuestion& question, const PlanSolution& solution) {
  if (std::isfinite(solution.at.loss)) return {};
  const Sizes& sizes = solution.sizes;
  if (!question.flops)
    return work_error("the loss is not finite at N = {}, S = {}: check the coefficients",
                      format_count(sizes.N), format_share(sizes.S));
  const double need = solution.token.training + solution.serving_flops();
  if (need > *question.flops)
    return error(
        "{} FLOPs do not pay for N = {}: serving and one token of training cost {}, {} "
        "times as much",
        format_flops(*question.flops), format_count(sizes.N), format_flops(need),
        format_number(need / *question.flops, 3));
  return work_error("the loss is not finite at N = {}, S = {}: check the coefficients",
                    format_count(sizes.N), format_share(sizes.S));
}

// Where a free sparsity ended.
SparsityAnswer classify(const PlanQuestion& question, const PlanTask& task, const Allocation& at) {
  if (at.sparsity_end == End::kInside) return SparsityAnswer::kInterior;
  return runs_away(question, task, at) ? SparsityAnswer::kMonotone : SparsityAnswer::kEdge;
}

// The closed form in the root's place, where there is one.
Result<void> prefer_closed_form(const Law& law, const PlanQuestion& question,
                                PlanSolution& solution) {
  const std::optional<double> N = closed_form(law, question, solution.task);
  if (!N || solution.at.size_end != End::kInside || solution.at.data_capped) return {};
  if (std::abs(std::log(*N) - solution.at.n) > kClosedFormMargin)
    return error(
        "the [optimum] of {} gives N = {} for {} FLOPs, where the loss has no minimum: correct its "
        "formula",
        law.key(), format_number(*N, 6), format_flops(*question.flops));
  solution.method = PlanMethod::kClosedForm;
  solution.sizes = {*N, *N / (1 - solution.sizes.S), solution.sizes.S};
  return {};
}

// Where the loss falls all the way: the best of the sparsities that the law was fitted on.
Result<PlanSolution> among_fitted(const Law& law, const PlanQuestion& question,
                                  PlanSolution runaway) {
  const std::optional<double> sparsest = sparsest_fitted(law);
  runaway.answered = sparsest && *sparsest > 0 && *sparsest < 1;
  if (!runaway.answered) return runaway;
  PlanQuestion within = question;
  within.sparsity_range = Range{0, *sparsest};
  Result<PlanSolution> best = solve(law, within);
  if (!best) return best;
  best->within_fitted = true;
  if (best->at.sparsity_end == End::kHigh) best->sparsity_answer = SparsityAnswer::kMonotone;
  return best;
}

bool nothing_to_optimise(const PlanTask& task) {
  const Shape& shape = task.shape;
  return shape.size != Shape::Size::kOpen && !(shape.z.low < shape.z.high);
}

void settle(const PlanQuestion& question, PlanSolution& solution) {
  solution.token = token_cost(solution.task.setting, solution.sizes);
  solution.D = tokens_of(question, solution.task.setting, solution.sizes, solution.at);
}

}  // namespace

bool runs_away(const PlanQuestion& question, const PlanTask& task, const Allocation& at) {
  if (!task.free_sparsity || question.sparsity_range || at.sparsity_end != End::kHigh) return false;
  return task.shape.size != Shape::Size::kActive || !at_a_size_limit(task.shape, at);
}

bool is_answer(const PlanTask& task, const Allocation& at) {
  const Shape& shape = task.shape;
  if (shape.size != Shape::Size::kOpen) return true;
  if (shape.target != Shape::Target::kNone && shape.target != Shape::Target::kBudget) return true;
  const bool at_limit = at.size_end == End::kHigh && at_a_size_limit(shape, at);
  const bool all_size = at.d < kOneToken;
  return std::isfinite(at.loss) && !all_size && (at.size_end == End::kInside || at_limit);
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
          .repetition = question.repetition};
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

double tokens_of(const PlanQuestion& question, const Setting& setting, const Sizes& sizes,
                 const Allocation& at) {
  if (question.tokens) return *question.tokens;
  if (at.data_capped || !question.flops) return std::exp(at.d);
  const TokenCost token = token_cost(setting, sizes);
  return (*question.flops - token.serving * setting.inference_tokens) / token.training;
}

Result<PlanSolution> solve(const Law& law, const PlanQuestion& question) {
  Result<PlanTask> task = read_question(law, question);
  if (!task) return std::unexpected(task.error());
  const Result<Allocation> at = allocate_one(law, *task);
  if (!at) return std::unexpected(at.error());
  PlanSolution solution{.task = *std::move(task), .at = *at};
  const Shape& shape = solution.task.shape;

  if (solution.task.free_sparsity) {
    solution.sparsity_answer = classify(question, solution.task, *at);
    if (solution.sparsity_answer == SparsityAnswer::kMonotone)
      return among_fitted(law, question, std::move(solution));
  }
  if (shape.target != Shape::Target::kNone && !at->reached && std::isfinite(at->loss))
    return unreached(law, question, solution.task, *at);
  if (!is_answer(solution.task, *at)) return no_optimum(law, solution.task, *at);
  solution.sizes = sizes_of(*at, question);
  if (nothing_to_optimise(solution.task)) solution.method = PlanMethod::kGiven;
  settle(question, solution);
  if (const auto ok = check_paid(question, solution); !ok) return std::unexpected(ok.error());
  if (const auto ok = check_bought(question, solution.task, *at); !ok)
    return std::unexpected(ok.error());
  if (const auto ok = prefer_closed_form(law, question, solution); !ok)
    return std::unexpected(ok.error());
  settle(question, solution);
  return solution;
}

}  // namespace isoflop
