#include "isoflop/plan_draws.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "plan/solve.h"

namespace isoflop {

namespace {

constexpr std::array<const char*, 8> kNames = {
    "N", "P", "S", "D", "tokens_per_parameter", "flops", "loss", "dense_equivalent"};
using Quantities = std::array<double, kNames.size()>;
constexpr std::size_t kLoss = 6, kDenseEquivalent = 7;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kSame = 1e-12;  // relative: what differs by less does not vary

Quantities quantities(const Plan& plan) {
  return {plan.N,
          plan.P,
          plan.S,
          plan.D,
          plan.tokens_per_parameter,
          plan.flops,
          plan.loss,
          plan.dense_equivalent};
}

Quantities quantities(const Allocation& at, const PlanTask& task, const PlanQuestion& question) {
  Quantities all;
  all.fill(kNone);
  if (!is_answer(task, at) || !at.reached || !std::isfinite(at.loss)) return all;
  if (runs_away(question, task, at)) return all;
  const Sizes sizes = sizes_of(at, question);
  const double D = question.tokens.value_or(std::exp(at.d));
  return {sizes.N, sizes.P, sizes.S, D, D / sizes.N, std::exp(at.log_token_cost + at.d),
          at.loss, kNone};
}

// What was asked, where the answer to a free sparsity was the edge of what is known.
PlanQuestion settled_question(const Law& law, const AnsweredPlan& answer) {
  PlanQuestion question = answer.question;
  if (answer.plan.sparsity_answer == SparsityAnswer::kMonotone) {
    question.free_sparsity = false;
    question.sparsity = answer.plan.S;
  } else if (answer.plan.among_fitted) {
    question.sparsity_range = Range{0, *sparsest_fitted(law)};
  }
  return question;
}

// Progress of one part of a longer work.
class PartOfWork final : public Progress {
 public:
  PartOfWork(Progress& whole, std::size_t before, std::size_t total)
      : whole_(whole), before_(before), total_(total) {}
  void report(std::string_view what, std::size_t done, std::size_t) override {
    whole_.report(what, before_ + done, total_);
  }
  [[nodiscard]] bool stop_asked() override { return whole_.stop_asked(); }

 private:
  Progress& whole_;
  std::size_t before_, total_;
};

// The dense models that equal the plan under each draw, over their N.
void add_dense_equivalents(const Law& law, const AnsweredPlan& answer, std::span<const Case> cases,
                           std::span<const Allocation> at, Executor& executor,
                           std::span<Quantities> all) {
  if (!std::isfinite(answer.plan.dense_equivalent) || answer.plan.S == 0) return;
  const Result<PlanTask> task = read_question(law, dense_question(answer.question, answer.plan));
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

PlanUncertainty summarise(const Plan& plan, std::span<const Quantities> all, std::size_t draws,
                          double level) {
  PlanUncertainty result{.draws = draws};
  const Quantities estimate = quantities(plan);
  for (std::size_t i = 0; i < draws; ++i) result.without += std::isnan(all[i][kLoss]) ? 1 : 0;
  for (std::size_t k = 0; k < kNames.size(); ++k) {
    std::vector<double> values(all.size());
    std::ranges::transform(all, values.begin(), [k](const Quantities& each) { return each[k]; });
    const bool varies = std::ranges::any_of(
        values, [&](double value) { return std::abs(value / estimate[k] - 1) > kSame; });
    if (!varies) continue;
    const std::span<const double> list(values);
    result.of.emplace_back(kNames[k],
                           uncertainty(estimate[k], list.first(draws), list.subspan(draws), level));
  }
  return result;
}

PlanUncertainty uncertainty_of(const Law& law, const Draws& draws, const AnsweredPlan& answer,
                               double level, Executor& executor, Progress& progress) {
  const PlanQuestion question = settled_question(law, answer);
  const Result<PlanTask> task = read_question(law, question);
  if (!answer.plan.answered || !task) return {};
  const std::size_t width = law.coefficients().size();
  std::vector<Case> cases;
  for (const std::vector<double>* values : {&draws.values, &draws.jackknife})
    for (std::size_t first = 0; first + width <= values->size(); first += width)
      cases.push_back({std::span(*values).subspan(first, width), task->amounts});
  const std::vector<Allocation> at =
      allocate(law, task->setting, task->shape, cases, executor, progress);
  std::vector<Quantities> all(cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) all[i] = quantities(at[i], *task, question);
  add_dense_equivalents(law, answer, cases, at, executor, all);
  return summarise(answer.plan, all, draws.size(), level);
}

}  // namespace

const Uncertainty* PlanUncertainty::find(std::string_view name) const {
  for (const auto& [key, value] : of)
    if (key == name) return &value;
  return nullptr;
}

std::vector<PlanUncertainty> plan_uncertainty(const Law& law, const Draws& draws,
                                              std::span<const AnsweredPlan> answers, double level,
                                              Executor& executor, Progress& progress) {
  const std::size_t each =
      (draws.values.size() + draws.jackknife.size()) / law.coefficients().size();
  std::vector<PlanUncertainty> list;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    PartOfWork part(progress, i * each, answers.size() * each);
    list.push_back(uncertainty_of(law, draws, answers[i], level, executor, part));
    if (progress.stop_asked()) return {};
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
