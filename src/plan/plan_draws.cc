#include "isoflop/plan_draws.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "plan/plan_follower.h"
#include "plan/solve.h"

namespace isoflop {

namespace {

constexpr std::size_t kLoss = 6, kDenseEquivalent = 7;  // in kPlanQuantities
constexpr std::size_t kLimited[] = {0, 1, 3, 4};        // N, P, D and D/N
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kSame = 1e-12;  // relative: what differs by less does not vary

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

PlanQuantities quantities(const Allocation& at, const PlanProblem& problem) {
  PlanQuantities all;
  all.fill(kNone);
  if (!is_optimum(problem, at) || !at.target_reached || !std::isfinite(at.loss)) return all;
  if (!is_in_reach(problem, at)) return all;
  if (falls_to_full_sparsity(problem, at)) return all;
  const Sizes sizes = sizes_of(at, problem.question);
  const double D = problem.question.tokens.value_or(std::exp(at.d));
  return {sizes.N, sizes.P, sizes.S, D, D / sizes.N, std::exp(at.log_token_cost + at.d),
          at.loss, kNone};
}

// The dense models that equal the plan under each draw, over their N.
void add_dense_equivalents(const Law& law, const Plan& plan, std::span<const PlanRow> rows,
                           std::span<const Allocation> at, Executor& executor,
                           std::span<PlanQuantities> all) {
  if (!std::isfinite(plan.run->dense_equivalent) || plan.run->S == 0) return;
  const Result<PlanProblem> problem = plan_problem(law, dense_question(plan.question, *plan.run));
  if (!problem) return;
  std::vector<PlanRow> dense;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    dense.emplace_back(rows[i].coefficients, *problem);
    dense[i].d = at[i].d;
    dense[i].loss = at[i].loss;
  }
  Progress silent;
  const std::vector<Allocation> same = allocate(law, *problem, dense, executor, silent);
  for (std::size_t i = 0; i < dense.size(); ++i)
    if (same[i].target_reached && std::isfinite(all[i][kLoss]))
      all[i][kDenseEquivalent] = std::exp(same[i].n - at[i].n);
}

// What was asked; or, where the answer to a free sparsity was restricted to the fitted range, that
// restriction with it.
PlanQuestion restricted_question(const Law& law, const Plan& plan) {
  PlanQuestion question = plan.question;
  if (plan.sparsity_answer == SparsityAnswer::kMonotone) {
    question.free_sparsity = false;
    question.sparsity = plan.run->S;
  } else if (plan.within_fitted) {
    question.sparsity_range = Range{0, *sparsest_fitted(law)};
  }
  return question;
}

// What a limit ties is rounded by each draw in its way.
double without_rounding(double value, double estimate) {
  return std::abs(value / estimate - 1) <= kSame ? estimate : value;
}

// What a limit holds under every draw is known, and says so; what was given is not asked.
bool is_limited(const Plan& plan, std::size_t k) {
  const PlanQuestion& question = plan.question;
  const bool given = question.active_params || question.total_params || question.tokens;
  return !question.limits.empty() && !plan.binding.empty() && !given &&
         std::ranges::find(kLimited, k) != std::end(kLimited);
}

PlanUncertainty summarise(const Plan& plan, std::span<const PlanQuantities> all, std::size_t draws,
                          double level) {
  PlanUncertainty result{.draws = draws};
  const PlanQuantities estimate = quantities_of(*plan.run);
  for (std::size_t i = 0; i < draws; ++i) result.without += std::isnan(all[i][kLoss]) ? 1 : 0;
  for (std::size_t k = 0; k < kPlanQuantities.size(); ++k) {
    std::vector<double> values(all.size());
    std::ranges::transform(all, values.begin(), [&](const PlanQuantities& each) {
      return without_rounding(each[k], estimate[k]);
    });
    const bool varies = std::ranges::any_of(
        values, [&](double value) { return std::abs(value / estimate[k] - 1) > kSame; });
    if (!varies && !is_limited(plan, k)) continue;
    const std::span<const double> list(values);
    result.of.emplace_back(kPlanQuantities[k],
                           uncertainty(estimate[k], list.first(draws), list.subspan(draws), level));
  }
  return result;
}

PlanUncertainty uncertainty_of(const Law& law, const Draws& draws, const Plan& plan, double level,
                               Executor& executor, Progress& progress) {
  const std::size_t width = law.coefficients().size();
  std::vector<std::span<const double>> sets;
  for (const std::vector<double>* values : {&draws.values, &draws.jackknife})
    for (std::size_t first = 0; first + width <= values->size(); first += width)
      sets.push_back(std::span(*values).subspan(first, width));
  const std::vector<PlanQuantities> all = quantities_under(law, plan, sets, executor, progress);
  return all.empty() ? PlanUncertainty{} : summarise(plan, all, draws.size(), level);
}

}  // namespace

PlanQuantities quantities_of(const PlannedRun& run) {
  return {run.N,
          run.P,
          run.S,
          run.D,
          run.tokens_per_parameter,
          run.flops,
          run.loss,
          run.dense_equivalent};
}

std::vector<PlanQuantities> quantities_under(const Law& law, const Plan& plan,
                                             std::span<const std::span<const double>> sets,
                                             Executor& executor, Progress& progress) {
  if (!plan.run) return {};
  const Result<PlanProblem> problem = plan_problem(law, restricted_question(law, plan));
  if (!problem) return {};
  std::vector<PlanRow> rows;
  for (const std::span<const double>& values : sets) rows.emplace_back(values, *problem);
  const std::vector<Allocation> at = allocate(law, *problem, rows, executor, progress);
  std::vector<PlanQuantities> all(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) all[i] = quantities(at[i], *problem);
  add_dense_equivalents(law, plan, rows, at, executor, all);
  return all;
}

PlanFollower::PlanFollower(const Law& law, const Plan& plan) {
  if (!plan.run) return;
  Result<PlanProblem> problem = plan_problem(law, restricted_question(law, plan));
  if (!problem) return;
  problem_ = std::make_unique<const PlanProblem>(*std::move(problem));
  allocator_ = std::make_unique<NearAllocator>(law, *problem_);
}
PlanFollower::~PlanFollower() = default;

std::vector<PlanQuantities> PlanFollower::operator()(
    std::span<const std::span<const double>> sets) {
  std::vector<PlanQuantities> all(sets.size());
  for (PlanQuantities& each : all) each.fill(kNone);
  if (!allocator_) return all;
  std::vector<PlanRow> rows;
  for (const std::span<const double>& values : sets) rows.emplace_back(values, *problem_);
  const std::vector<Allocation> at = allocator_->run(rows);
  for (std::size_t i = 0; i < rows.size(); ++i) all[i] = quantities(at[i], *problem_);
  return all;
}

const Uncertainty* PlanUncertainty::find(std::string_view name) const {
  for (const auto& [key, value] : of)
    if (key == name) return &value;
  return nullptr;
}

std::vector<PlanUncertainty> plan_uncertainty(const Law& law, const Draws& draws,
                                              std::span<const Plan> plans, double level,
                                              Executor& executor, Progress& progress) {
  const std::size_t each =
      (draws.values.size() + draws.jackknife.size()) / law.coefficients().size();
  std::vector<PlanUncertainty> list;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    PartOfWork part(progress, i * each, plans.size() * each);
    list.push_back(uncertainty_of(law, draws, plans[i], level, executor, part));
    if (progress.stop_asked()) return {};
  }
  return list;
}

std::vector<std::string> notes_on(const PlanUncertainty& uncertainty) {
  if (uncertainty.without == 0) return {};
  return {
      fmt::format("{} of {} draws have no answer to this question; the intervals are of the "
                  "others",
                  uncertainty.without, uncertainty.draws)};
}

}  // namespace isoflop
