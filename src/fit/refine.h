// Local optimisation: from a start to the optimum of F near it.
//
// Levenberg-Marquardt within ranges, over a sequence of losses. The loss of a recipe often has a
// delta far below most residuals; then F is nearly a sum of absolute values, and from afar steps
// stop at its kinks. So the stages of a refinement are
//
//   1. least squares, a smooth problem;
//   2. the recipe's loss with a wider delta, first that of the residuals' size, then narrower and
//      narrower ones, each from the optimum of the one before (for absolute values this is the
//      method of Madsen and Nielsen 1993, SIAM J. Optimization 3:223);
//   3. the recipe's loss itself.
//
// A stage repeats
//
//   1. Choose variables: a scale moves by its logarithm, in which a product with a power has a
//      straight valley, while its term counts in some row; by its value where the term is
//      negligible, so that it can reach 0. All others move by their values.
//   2. Minimise a model of F around the point (step.h), damped by lambda D^2, where D^2 is the
//      diagonal of the reweighted normal matrix: units do not matter (Marquardt 1963; More 1978).
//   3. Take the step, or a shorter one of the same direction, if F falls by at least a small part
//      of what the model predicts.
//   4. Lower lambda where F followed the model, raise it where F did not (Nocedal and Wright 2006,
//      Numerical Optimization, section 4.1).
//
// It ends when the predicted decrease or the step is below the recipe's tolerance, or when no step
// lowers F, however short, where less than 1e-9 of F was predicted. None of these depends on
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
  Eigen::VectorXd free;               // free coefficients
  double objective = 0;               // F there
  std::vector<std::size_t> at_bound;  // free coefficients at an edge of their range; if converged
  std::size_t iterations = 0;
};

enum class RefineStages : std::uint8_t {
  kAll,
  kLeastSquares,       // the first, far enough that optima can be told apart
  kAfterLeastSquares,  // the second and third
  kFinal,              // the third
};

// At most `budget` times Recipe::max_iterations steps.
Refined refine(const FitObjective& objective, Eigen::VectorXd start, FitObjective::State& state,
               RefineStages stages = RefineStages::kAll, std::size_t budget = 1);

}  // namespace isoflop
