#include "isoflop/bayes_fit.h"

#include <Eigen/Core>
#include <algorithm>
#include <utility>

#include "base/error.h"
#include "fit/solve.h"

namespace isoflop {

namespace {

constexpr double kDecades = 1e15;  // of a scale that may be 0

Parameter parameter_for(const FitObjective& objective, const FreeCoefficient& free) {
  Parameter parameter{.name = objective.law().coefficients()[free.index].name, .range = free.range};
  parameter.log = free.role == Role::kScale && free.range.low >= 0;
  if (parameter.log) parameter.range.low = std::max(free.range.low, free.range.high / kDecades);
  return parameter;
}

// Of a forest, as Hossain et al. 2025 had it (ytopt).
OptimizerOptions options_for(const Recipe& recipe) {
  if (recipe.solver == Solver::kBayesRf)
    return {.surrogate = Surrogate::kRandomForest,
            .acquisition = {.kind = Acquisition::Kind::kLowerConfidenceBound},
            .seed = recipe.seed};
  return {.seed = recipe.seed};
}

Eigen::VectorXd vector_of(const Point& point) {
  return Eigen::Map<const Eigen::VectorXd>(point.data(), static_cast<Eigen::Index>(point.size()));
}

FitSolution solution_of(const Optimizer& optimizer, const Recipe& recipe, bool stopped) {
  FitSolution solution;
  const std::size_t done = optimizer.trials().size();
  solution.report.candidates = done;
  solution.report.stopped = stopped;
  const std::optional<Trial> best = optimizer.best();
  if (!best) {
    solution.message = fmt::format(
        "none of {} evaluations gave a finite objective: check the inputs' units and the box",
        done);
    return solution;
  }
  solution.best.status = FitStatus::kLimit;
  solution.best.free = vector_of(best->suggestion.point);
  solution.best.objective = best->value;
  solution.message =
      stopped ? fmt::format("stopped early, after {} of {} evaluations by {}: the lowest of them",
                            done, recipe.evaluations, to_text(recipe.solver))
              : fmt::format("the lowest of {} evaluations by {}, which is not an optimum", done,
                            to_text(recipe.solver));
  return solution;
}

}  // namespace

Result<BayesFit> fit_by_bayes(const Law& law, const Table& table, const Recipe& recipe,
                              Journal& journal, Executor& executor, Progress& progress) {
  if (recipe.solver == Solver::kDefault)
    return error("the solver of this recipe is the default one, which fit() runs");
  BayesFit result{.fit = {.law = law, .recipe = recipe}, .parameters = {}, .trials = {}};
  const Solve solve = [&](const FitObjective& objective, const Table&) -> Result<FitSolution> {
    for (const FreeCoefficient& free : objective.free())
      result.parameters.push_back(parameter_for(objective, free));
    Result<SearchSpace> space = SearchSpace::make(result.parameters);
    if (!space) return std::unexpected(space.error());
    Result<Optimizer> optimizer = Optimizer::make(*std::move(space), options_for(recipe));
    if (!optimizer) return std::unexpected(optimizer.error());
    // One evaluation at a time: it costs microseconds, and the next one knows its value.
    FitObjective::State state = objective.make_state();
    const auto evaluate = [&](const Point& point) {
      return objective.value(objective.coefficients(vector_of(point)), state);
    };
    if (Result<void> done = run_study(*optimizer, {.evaluations = recipe.evaluations}, evaluate,
                                      journal, executor, progress);
        !done)
      return std::unexpected(done.error());
    result.trials.assign(optimizer->trials().begin(), optimizer->trials().end());
    return solution_of(*optimizer, recipe, result.trials.size() < recipe.evaluations);
  };
  Result<Fit> fit = fit_with(law, table, recipe, solve);
  if (!fit) return std::unexpected(fit.error());
  result.fit = *std::move(fit);
  return result;
}

}  // namespace isoflop
