#include "fit/refine_starts.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace isoflop {

namespace {

// Iterations up to the optimum of least squares, as a multiple of the recipe's: from a poor start
// the valleys of a law are long, and a start that stalls in one is not told from its neighbours.
constexpr std::size_t kLeastSquaresBudget = 2;
// Remembered from one call to the next. A law with more distinct optima stalls rather than
// converges, and comparing with all of them would cost more than refining.
constexpr std::size_t kMostKnown = 512;
// Tasks of an executor, each with one State for all its starts: enough to share evenly among any
// usual number of threads, few enough that States stay small beside the table.
constexpr std::size_t kMostTasks = 64;
// Two ends are one optimum where F differs by no more: refinements of least squares stop below a
// hundredth of it (kTightDecrease of refine.cc).
constexpr double kSameOptimum = 1e-8;
// ... where both stalled in a valley, F still falling by about that much (kStall of refine.cc).
constexpr double kSameValley = 1e-4;

bool is_same(const Refined& a, const Refined& b) {
  if (a.status == FitStatus::kFailed || b.status == FitStatus::kFailed) return false;
  const bool stalled = a.status == FitStatus::kLimit && b.status == FitStatus::kLimit;
  return std::abs(a.objective - b.objective) <=
         (stalled ? kSameValley : kSameOptimum) * a.objective;
}

}  // namespace

void StartRefiner::run(std::size_t count, const Task& task) {
  const std::size_t tasks = std::min(count, kMostTasks);
  executor_.run(tasks, [&](std::size_t part) {
    FitObjective::State state = objective_.make_state();
    for (std::size_t i = part * count / tasks; i < (part + 1) * count / tasks; ++i) task(i, state);
  });
}

// The known optimum that this is, a new one if need be.
std::size_t StartRefiner::find(Refined least_squares) {
  const auto same = std::ranges::find_if(known_, [&](const KnownOptimum& known) {
    return is_same(known.least_squares, least_squares);
  });
  const auto index = static_cast<std::size_t>(same - known_.begin());
  if (index == known_.size()) known_.push_back({std::move(least_squares), {}});
  return index;
}

std::vector<StartEnd> StartRefiner::refine_all(std::size_t count, const StartFunction& start) {
  std::vector<StartEnd> results(count);
  const bool square = objective_.recipe().loss.kind == RobustLoss::Kind::kSquare;
  run(count, [&](std::size_t i, FitObjective::State& state) {
    results[i].end = square ? refine(objective_, start(i), state)
                            : refine(objective_, start(i), state, RefineStages::kLeastSquares,
                                     kLeastSquaresBudget);
  });
  if (square) return results;
  known_.resize(std::min(known_.size(), kMostKnown));
  const std::size_t first_new = known_.size();
  std::vector<std::size_t> optimum;
  for (StartEnd& result : results) {
    const std::size_t before = known_.size();
    optimum.push_back(find(std::move(result.end)));
    result.is_first = known_.size() > before;
  }
  run(known_.size() - first_new, [&](std::size_t i, FitObjective::State& state) {
    KnownOptimum& known = known_[first_new + i];
    known.end =
        refine(objective_, known.least_squares.free, state, RefineStages::kAfterLeastSquares);
  });
  for (std::size_t i = 0; i < count; ++i) results[i].end = known_[optimum[i]].end;
  return results;
}

std::vector<Refined> StartRefiner::descend_all(std::size_t count, const StartFunction& start,
                                               RefineStages stages) {
  std::vector<Refined> results(count);
  run(count, [&](std::size_t i, FitObjective::State& state) {
    results[i] = refine(objective_, start(i), state, stages);
  });
  return results;
}

}  // namespace isoflop
