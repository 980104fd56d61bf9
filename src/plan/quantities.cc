#include "plan/quantities.h"

#include <cmath>
#include <limits>

#include "plan/solve.h"

namespace isoflop {

namespace {

constexpr std::size_t kLoss = 6, kDenseEquivalent = 7;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

PlanQuantities quantities(const Allocation& at, const PlanTask& task,
                          const PlanQuestion& question) {
  PlanQuantities all;
  all.fill(kNone);
  if (!is_answer(task, at) || !at.reached || !std::isfinite(at.loss)) return all;
  if (runs_away(question, task, at)) return all;
  const Sizes sizes = sizes_of(at, question);
  const double D = question.tokens.value_or(std::exp(at.d));
  return {sizes.N, sizes.P, sizes.S, D, D / sizes.N, std::exp(at.log_token_cost + at.d),
          at.loss, kNone};
}

// The dense models that equal the plan under each draw, over their N.
void add_dense_equivalents(const Law& law, const Plan& plan, std::span<const Case> cases,
                           std::span<const Allocation> at, Executor& executor,
                           std::span<PlanQuantities> all) {
  if (!std::isfinite(plan.run->dense_equivalent) || plan.run->S == 0) return;
  const Result<PlanTask> task = read_question(law, dense_question(plan.question, *plan.run));
  if (!task) return;
  std::vector<Case> dense(cases.begin(), cases.end());
  for (std::size_t i = 0; i < dense.size(); ++i)
    dense[i].amounts = {.d = at[i].d, .loss = at[i].loss};
  Progress silent;
  const std::vector<Allocation> same =
      allocate(law, task->setting, task->shape, dense, executor, silent);
  for (std::size_t i = 0; i < dense.size(); ++i)
    if (same[i].reached && std::isfinite(all[i][kLoss]))
      all[i][kDenseEquivalent] = std::exp(same[i].n - at[i].n);
}

}  // namespace

PlanQuantities quantities(const PlannedRun& run) {
  return {run.N,
          run.P,
          run.S,
          run.D,
          run.tokens_per_parameter,
          run.flops,
          run.loss,
          run.dense_equivalent};
}

namespace {

// What was asked, or, where the answer to a free sparsity was the edge of what is known, for that.
PlanQuestion settled_question(const Law& law, const Plan& plan) {
  PlanQuestion question = plan.question;
  if (plan.sparsity_answer == SparsityAnswer::kMonotone) {
    question.free_sparsity = false;
    question.sparsity = plan.run->S;
  } else if (plan.within_fitted) {
    question.sparsity_range = Range{0, *sparsest_fitted(law)};
  }
  return question;
}

}  // namespace

std::vector<PlanQuantities> quantities_under(const Law& law, const Plan& plan,
                                             std::span<const std::span<const double>> sets,
                                             Executor& executor, Progress& progress) {
  if (!plan.run) return {};
  const PlanQuestion question = settled_question(law, plan);
  const Result<PlanTask> task = read_question(law, question);
  if (!task) return {};
  std::vector<Case> cases;
  for (const std::span<const double>& values : sets) cases.push_back({values, task->amounts});
  const std::vector<Allocation> at =
      allocate(law, task->setting, task->shape, cases, executor, progress);
  std::vector<PlanQuantities> all(cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) all[i] = quantities(at[i], *task, question);
  add_dense_equivalents(law, plan, cases, at, executor, all);
  return all;
}

}  // namespace isoflop
