// One step of a refinement: the minimum, within ranges, of a model of F around the current point,
// damped by lambda (refine.h). Variables are those of the refinement; their rates are
// d coefficient / d variable.
//
// The quadratic model is F's second-order expansion. Its minimum in the box is found by Newton's
// method on the variables that are not held at an end (box_newton.h; Bertsekas 1982, SIAM J.
// Control and Optimization 20:221), and the step is bent along the valley by geodesic acceleration
// (Transtrum and Sethna 2012, arXiv:1201.5885).
//
// The robust model keeps the loss as it is and only linearises the residuals,
//
//   M(d) = sum_i w_i rho(r_i + (J d)_i) + 1/2 d' (W + lambda D^2) d,    low <= d <= high,
//
// where W = sum_i w_i rho'(r_i) (second derivatives of r_i). With a tiny delta rho is nearly |r|:
// the optimum lies where some residuals vanish, which a quadratic model of F cannot see and M does;
// near it, M with lambda = 0 agrees with F to second order, so steps converge quadratically for
// every loss.
//
// M is convex where W + lambda D^2 is positive definite, and piecewise quadratic for the Huber
// loss. It is minimised by Newton's method on the free variables with a line search, without a
// transcendental: first with the zone around 0 in which rho is a parabola widened to the size by
// which residuals are expected to move, then with narrower and narrower zones (as in Madsen and
// Nielsen 1993, see refine.h). It need not be exact: how far F follows M matters more, and close to
// the optimum of F, Newton's first step is the last.
#pragma once

#include <Eigen/Core>
#include <cstdint>

#include "fit/box_newton.h"
#include "fit/objective.h"
#include "fit/robust_loss.h"

namespace isoflop {

// All but `point` by the variables.
struct StepModel {
  enum class Kind : std::uint8_t { kQuadratic, kRobust };
  Kind kind = Kind::kQuadratic;
  bool linear = false;  // in the residuals: W has no second derivatives of theirs
  const FitObjective::Point* point = nullptr;
  Eigen::VectorXd rates;
  Eigen::VectorXd bends;  // second derivative of a coefficient by its variable
  Eigen::VectorXd gradient;
  Eigen::MatrixXd gauss_newton;
  Eigen::MatrixXd second;  // W
  Eigen::VectorXd scale;   // D
  Eigen::VectorXd low, high;
  double lambda = 0;
  // The residual of the objective's penalty and its derivatives by the variables, which the robust
  // model adds to its rows; empty where there is none.
  Eigen::VectorXd penalty_gradient;
  double penalty = 0;
};

struct ModelStep {
  Eigen::VectorXd move;
  bool is_bent = false;  // the step's path is t * move + t^2 * bend, or else straight
  Eigen::VectorXd bend;
  double decrease = 0;  // M(0) - M(move), without the lambda term; not below 0
  double reach = 0;     // how far a residual moves, at most; 0 for a quadratic model
};

// Reuses its memory from step to step.
class StepSolver {
 public:
  explicit StepSolver(const FitObjective& objective) : objective_(objective) {}

  // `width`: how far residuals are expected to move, the widest zone around 0; 0 if nothing is
  // known.
  const ModelStep& solve(const StepModel& model, const RobustLoss& loss, double width);
  [[nodiscard]] const ModelStep& step() const { return step_; }

 private:
  void solve_quadratic(const StepModel& model);
  bool find_bend(const StepModel& model);
  void solve_robust(const StepModel& model, double width);
  void minimise(const StepModel& model, double width);
  void evaluate(const StepModel& model, const WidenedLoss& loss);
  bool find_direction(const StepModel& model);
  double line_minimum(const StepModel& model, const WidenedLoss& loss, double longest);
  [[nodiscard]] double penalty_after(const StepModel& model) const;
  // M(0) - M(move_), without the lambda term.
  double decrease(const StepModel& model);

  const FitObjective& objective_;
  RobustLoss loss_;
  ModelStep step_;
  BoxNewton newton_;
  Eigen::VectorXd move_, gradient_, damping_, factors_, products_, packed_, curved_;
  Eigen::VectorXd moved_, along_, slopes_, curvatures_, reweighted_;  // of rows
  Eigen::MatrixXd hessian_;
  double enough_ = 0;  // share of the decrease so far that is not worth another Newton step
};

}  // namespace isoflop
