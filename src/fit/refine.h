// From a start to the optimum of its basin.
//
// Variables: scales are moved by the logarithm of their size, in which products with powers have
// straight valleys; but where a scale's term is a negligible share of the loss by its own value, so
// that it can reach 0 and change its sign. Each step minimises the model of step.h; lambda grows
// when F does not follow the model and shrinks when it does.
//
// A tiny delta makes F nearly a sum of absolute values, along whose creases steps are short. So the
// way leads over losses with a wider delta, each a smoother F, from the size of the residuals down
// to the recipe's own.
//
// Stops when the model promises a decrease below 1e-14 of F, or when no variable moves by more than
// 1e-10 of its scale: rules that do not depend on whether F is a sum or a mean.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <optional>
#include <vector>

#include "fit/objective.h"
#include "isoflop/fit.h"

namespace isoflop {

struct Refined {
  FitStatus status = FitStatus::kFailed;
  Eigen::VectorXd free;               // free coefficients
  double objective = 0;               // F there
  std::vector<std::size_t> at_bound;  // free coefficients at an edge of their range
  std::size_t iterations = 0;
};

// The part of the way to go.
struct Path {
  std::optional<double>
      widest;  // delta of the first, widest loss, 0 for none; else as the residuals ask for
  bool widest_alone = false;  // stop at the optimum of that loss
  std::size_t most_iterations = 200;
};

Refined refine(const FitObjective& objective, Eigen::VectorXd start, FitObjective::State& state,
               const Path& path = {});

// The delta to start the way from where residuals are as at this point, and the next smaller one of
// a way; 0 where the recipe's loss is wide enough as it is.
double widest_delta(const FitObjective& objective, const Eigen::VectorXd& free,
                    FitObjective::State& state);
double next_delta(const FitObjective& objective, double delta);

}  // namespace isoflop
