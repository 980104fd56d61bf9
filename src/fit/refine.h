// From a start to the optimum of its basin.
//
// Variables: scales are moved by the logarithm of their size, in which products with powers have
// straight valleys; but where a scale's term is a negligible share of the loss by its own value, so
// that it can reach 0 and change its sign. Each step minimises the model of step.h; lambda grows
// when F does not follow the model and shrinks when it does.
//
// A tiny delta makes F nearly a sum of absolute values, along whose creases steps are short. So the
// way leads first to the optimum of least squares, a smooth problem, and then over losses whose
// delta narrows from the size of the residuals there to the recipe's own.
//
// Stops when the predicted decrease or the step is below the recipe's tolerance, or when no step
// lowers F, however short, where less than 1e-9 of F was predicted: rules that do not depend on
// whether F is a sum or a mean.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "fit/objective.h"
#include "isoflop/fit.h"

namespace isoflop {

struct Refined {
  FitStatus status = FitStatus::kFailed;
  Eigen::VectorXd free;  // free coefficients
  double objective = 0;  // F there
  std::vector<std::size_t>
      at_bound;  // of a converged one: free coefficients at an edge of their range
  std::size_t iterations = 0;
};

// Which stages of a refinement are run.
enum class RefineStages : std::uint8_t {
  kAll,
  kLeastSquares,       // the first, far enough that optima can be told apart
  kAfterLeastSquares,  // narrower and narrower losses, and the recipe's own
  kFinal,              // the recipe's own loss alone
};

// At most `budget` times Recipe::max_iterations steps.
Refined refine(const FitObjective& objective, Eigen::VectorXd start, FitObjective::State& state,
               RefineStages stages = RefineStages::kAll, std::size_t budget = 1);

}  // namespace isoflop
