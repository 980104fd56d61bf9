#include "fit/basins.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace isoflop {

namespace {

constexpr std::size_t kLeastSquaresBudget = 2;  // of iterations: see recipe.h
constexpr std::size_t kMostBasins = 512;        // remembered from one call to the next
constexpr std::size_t kMostTasks = 64;  // that share the memory of a state among their starts
constexpr double kSameObjective = 1e-8;
constexpr double kSameValley = 1e-4;  // of starts that stalled in a valley without an end

bool is_same(const Refined& a, const Refined& b) {
  if (a.status == FitStatus::kFailed || b.status == FitStatus::kFailed) return false;
  const bool stalled = a.status == FitStatus::kLimit && b.status == FitStatus::kLimit;
  return std::abs(a.objective - b.objective) <=
         (stalled ? kSameValley : kSameObjective) * a.objective;
}

}  // namespace

void Basins::run(std::size_t count, const Task& task) {
  const std::size_t tasks = std::min(count, kMostTasks);
  executor_.run(tasks, [&](std::size_t part) {
    FitObjective::State state = objective_.make_state();
    for (std::size_t i = part * count / tasks; i < (part + 1) * count / tasks; ++i) task(i, state);
  });
}

// The basin of an optimum of least squares, a new one if need be.
std::size_t Basins::find(Refined smooth) {
  const auto same = std::ranges::find_if(
      basins_, [&](const Basin& basin) { return is_same(basin.smooth, smooth); });
  const auto index = static_cast<std::size_t>(same - basins_.begin());
  if (index == basins_.size()) basins_.push_back({std::move(smooth), {}});
  return index;
}

std::vector<Refined> Basins::refine_all(std::size_t count, const StartFunction& start) {
  std::vector<Refined> results(count);
  const bool square = objective_.recipe().loss.kind == RobustLoss::Kind::kSquare;
  run(count, [&](std::size_t i, FitObjective::State& state) {
    results[i] = square ? refine(objective_, start(i), state)
                        : refine(objective_, start(i), state, RefineStages::kLeastSquares,
                                 kLeastSquaresBudget);
  });
  if (square) return results;
  basins_.resize(std::min(basins_.size(), kMostBasins));
  const std::size_t known = basins_.size();
  std::vector<std::size_t> basin;
  for (Refined& smooth : results) basin.push_back(find(std::move(smooth)));
  run(basins_.size() - known, [&](std::size_t i, FitObjective::State& state) {
    Basin& fresh = basins_[known + i];
    fresh.end = refine(objective_, fresh.smooth.free, state, RefineStages::kAfterLeastSquares);
  });
  for (std::size_t i = 0; i < count; ++i) results[i] = basins_[basin[i]].end;
  return results;
}

}  // namespace isoflop
