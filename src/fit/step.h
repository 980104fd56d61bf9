// One step of a refinement: the best move under a model that keeps the robust loss as it is and
// only linearises the residuals,
//
//   M(d) = sum_i w_i rho(r_i + (J d)_i) + 1/2 d' (W + lambda D^2) d,    low <= d <= high,
//
// where W = sum_i w_i rho'(r_i) (second derivatives of r_i). With a tiny delta rho is nearly |r|:
// the optimum lies where some residuals vanish, which a quadratic model of F cannot see and M does;
// near it, M with lambda = 0 agrees with F to second order, so steps converge quadratically for
// every loss.
//
// M is convex where W + lambda D^2 is positive definite, and piecewise quadratic for the Huber
// loss: Newton's method on the free variables with a line search ends near its minimum after few
// linear solves, without a transcendental. Near is enough: how far F follows M matters more, and
// close to the optimum of F, Newton's first step is the last.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "fit/robust_loss.h"
#include "isoflop/recipe.h"

namespace isoflop {

struct StepModel {
  Eigen::VectorXd residuals;
  Eigen::MatrixXd jacobian;  // by the variables of the step
  Eigen::MatrixXd second;    // W
  Eigen::VectorXd scale;     // D
  Eigen::VectorXd low, high;
  double lambda = 0;
};

struct ModelStep {
  Eigen::VectorXd move;
  double decrease = 0;  // M(0) - M(move), without the lambda term; not below 0
};

// Reuses its memory from step to step.
class StepSolver {
 public:
  explicit StepSolver(const Eigen::VectorXd& weights) : weights_(weights) {}

  // `width`: how far residuals may be expected to move, where the search for the minimum starts to
  // be exact; 0 if nothing is known.
  ModelStep solve(const StepModel& model, const Loss& loss, double width);

 private:
  void minimise(const StepModel& model, double width);
  void look(const StepModel& model, const LossSlopes& rho);
  bool direction(const StepModel& model);
  bool solve_free();
  void add_curvature(const Eigen::MatrixXd& jacobian);
  double line_minimum(const StepModel& model, const LossSlopes& rho, double longest);
  [[nodiscard]] double longest_in_range(const StepModel& model) const;
  // M(0) - M(move_), without the lambda term.
  [[nodiscard]] double decrease(const StepModel& model) const;

  Loss loss_;
  const Eigen::VectorXd& weights_;
  Eigen::VectorXd move_, gradient_, direction_, damping_;
  Eigen::ArrayXd moved_, along_, weighted_, there_, slopes_, curvatures_;
  Eigen::MatrixXd hessian_;
  std::vector<bool> held_;
  double enough_ = 0;  // share of the decrease so far that is not worth another Newton step
};

}  // namespace isoflop
