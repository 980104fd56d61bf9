#include <algorithm>
#include <utility>

#include "base/error.h"
#include "isoflop/tune.h"

namespace isoflop {

namespace {

constexpr std::size_t kBatch = 4;  // a constant, so that threads do not matter

}  // namespace

std::size_t RecipeSearch::failed() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(trials, [](const Trial& trial) { return trial.failed(); }));
}

Result<RecipeSearch> search_recipes(const TuneTask& task, std::size_t evaluations, Journal& journal,
                                    Executor& executor, Progress& progress) {
  if (evaluations == 0) return error("a search needs an evaluation: ask for one or more");
  const Result<SearchSpace> space = recipe_space(task);
  if (!space) return std::unexpected(space.error());
  // Most parameters are choices and whole numbers, in which a forest splits as they are.
  Result<Optimizer> optimizer =
      Optimizer::make(*space, {.surrogate = Surrogate::kRandomForest,
                               .acquisition = {.kind = Acquisition::Kind::kLowerConfidenceBound},
                               .seed = task.recipe.seed});
  if (!optimizer) return std::unexpected(optimizer.error());
  const auto evaluate = [&](const Point& point) {
    SerialExecutor serial;  // the other threads have recipes of their own
    return search_error(task, choice_at(task, *space, point), serial);
  };
  if (Result<void> done = run_study(*optimizer, {.evaluations = evaluations, .batch = kBatch},
                                    evaluate, journal, executor, progress);
      !done)
    return std::unexpected(done.error());
  const auto parameters = space->parameters();
  const auto trials = optimizer->trials();
  return RecipeSearch{.parameters = {parameters.begin(), parameters.end()},
                      .trials = {trials.begin(), trials.end()},
                      .evaluations = evaluations};
}

}  // namespace isoflop
