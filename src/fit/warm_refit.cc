#include "fit/warm_refit.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "fit/search.h"

namespace isoflop {

namespace {

constexpr std::size_t kFinalBudget = 25;  // of iterations for the lowest end: see recipe.h
constexpr double kLowerEnd = 1e-7;

// Fewer runs of a weight than free coefficients determine nothing.
bool is_determined(const FitObjective& objective) {
  const auto rows = (objective.weights().array() > 0).count();
  return static_cast<std::size_t>(rows) >= objective.free().size();
}

bool is_lower(const Refined& end, const Refined& best, double share = 0) {
  if (end.status == FitStatus::kFailed) return false;
  return best.status == FitStatus::kFailed || end.objective < best.objective * (1 - share);
}

void keep_lower(Refined& best, Refined end) {
  if (is_lower(end, best)) best = std::move(end);
}

}  // namespace

Refitter::Refitter(const FitObjective& objective, const Table& table, Eigen::VectorXd fitted,
                   Executor& executor, Progress& progress)
    : table_(table), starts_{std::move(fitted)} {
  const Result<SearchResult> found = search(objective, table, executor, progress);
  if (!found || found->best.status == FitStatus::kFailed) return;
  searches_ = !found->do_starts_agree;
  FitObjective::State state = objective.make_state();
  const double known = objective.value(objective.coefficients(starts_.front()), state);
  if (found->best.objective < known * (1 - kLowerEnd)) starts_.push_back(found->best.free);
}

Refitter::Refitter(const Table& table, const std::vector<std::vector<double>>& starts,
                   bool searches)
    : table_(table), searches_(searches) {
  for (const std::vector<double>& start : starts)
    starts_.emplace_back(
        Eigen::Map<const Eigen::VectorXd>(start.data(), static_cast<Eigen::Index>(start.size())));
}

Refined Refitter::refine_from_known(const FitObjective& changed, FitObjective::State& state) const {
  Refined best;
  for (const Eigen::VectorXd& start : starts_) keep_lower(best, refine(changed, start, state));
  if (best.status == FitStatus::kLimit)
    keep_lower(best, refine(changed, best.free, state, RefineStages::kFinal, kFinalBudget));
  return best;
}

bool Refitter::search_lower(const FitObjective& changed, Refined& best) const {
  SerialExecutor executor;
  Progress silent;
  Result<SearchResult> found = search(changed, table_, executor, silent);
  if (!found || !is_lower(found->best, best, kLowerEnd)) return false;
  best = std::move(found->best);
  return true;
}

std::vector<Refined> Refitter::try_pilots(std::size_t count, const Change& pilot,
                                          Executor& executor,
                                          const std::function<bool(std::size_t)>& stop) {
  std::vector<Refined> best;
  std::atomic<bool> any_lower = false;
  while (best.size() < count && !stop(best.size())) {
    const std::size_t first = best.size();
    best.resize(std::min<std::size_t>(count, first + 2 * std::size_t{executor.threads()}));
    executor.run(best.size() - first, [&](std::size_t i) {
      const FitObjective changed = pilot(first + i);
      if (!is_determined(changed)) return;
      FitObjective::State state = changed.make_state();
      best[first + i] = refine_from_known(changed, state);
      if (search_lower(changed, best[first + i])) any_lower = true;
    });
  }
  searches_ = searches_ || any_lower;
  return best;
}

Refined Refitter::refit(const FitObjective& changed, FitObjective::State& state) const {
  if (!is_determined(changed)) return {};
  Refined best = refine_from_known(changed, state);
  if (searches_) search_lower(changed, best);
  return best;
}

}  // namespace isoflop
