#include "fit/box_newton.h"

#include <algorithm>
#include <limits>

namespace isoflop {

namespace {

// Of a unit diagonal: tiny ones mend rounding, in a few strides; larger ones should not overshoot.
double next_shift(double shift) {
  if (shift == 0) return 1e-14;
  return shift * (shift < 1e-4 ? 1e4 : 30);
}

}  // namespace

bool BoxNewton::find(const Eigen::MatrixXd& hessian, const Eigen::VectorXd& gradient,
                     const Eigen::VectorXd& at, const Eigen::VectorXd& low,
                     const Eigen::VectorXd& high) {
  const Eigen::Index count = at.size();
  held_.resize(static_cast<std::size_t>(count));
  for (Eigen::Index j = 0; j < count; ++j)
    held_[static_cast<std::size_t>(j)] =
        (at[j] <= low[j] && gradient[j] >= 0) || (at[j] >= high[j] && gradient[j] <= 0);
  // One that its gradient draws inside may be driven outside by the others: then it is held, too.
  for (Eigen::Index round = 0; round <= count; ++round) {
    if (!solve_free(hessian, gradient)) return false;
    bool blocked = false;
    for (Eigen::Index j = 0; j < count; ++j) {
      const bool leaves =
          (at[j] <= low[j] && direction_[j] < 0) || (at[j] >= high[j] && direction_[j] > 0);
      if (leaves) held_[static_cast<std::size_t>(j)] = blocked = true;
    }
    if (!blocked) return true;
  }
  return false;
}

// With the held variables still, and scaled to a unit diagonal, so that units do not matter.
bool BoxNewton::solve_free(const Eigen::MatrixXd& hessian, const Eigen::VectorXd& gradient) {
  const Eigen::Index count = gradient.size();
  unit_ = hessian.diagonal().array().abs().max(std::numeric_limits<double>::min()).rsqrt();
  for (double shift = 0; shift < 1e6; shift = next_shift(shift)) {
    matrix_.resize(count, count);
    for (Eigen::Index j = 0; j < count; ++j)  // the lower triangle is what is factored
      for (Eigen::Index i = j; i < count; ++i) matrix_(i, j) = unit_[i] * hessian(i, j) * unit_[j];
    matrix_.diagonal().array() += shift;
    for (Eigen::Index j = 0; j < count; ++j) {
      if (!held_[static_cast<std::size_t>(j)]) continue;
      matrix_.row(j).setZero();
      matrix_.col(j).setZero();
      matrix_(j, j) = 1;
    }
    factor_.compute(matrix_);
    if (factor_.info() != Eigen::Success) continue;
    was_definite_ = shift == 0;
    direction_ = -gradient;
    solve(direction_);
    if (direction_.allFinite() && gradient.dot(direction_) < 0) return true;
  }
  return false;
}

void BoxNewton::solve(Eigen::VectorXd& side) const {
  side.array() *= unit_.array();
  for (Eigen::Index j = 0; j < side.size(); ++j)
    if (held_[static_cast<std::size_t>(j)]) side[j] = 0;
  factor_.solveInPlace(side);
  side.array() *= unit_.array();
}

double BoxNewton::longest(const Eigen::VectorXd& at, const Eigen::VectorXd& low,
                          const Eigen::VectorXd& high) const {
  double longest = std::numeric_limits<double>::infinity();
  for (Eigen::Index j = 0; j < at.size(); ++j) {
    if (direction_[j] == 0) continue;
    const double end = direction_[j] < 0 ? low[j] : high[j];
    longest = std::min(longest, (end - at[j]) / direction_[j]);
  }
  return std::max(longest, 0.0);
}

}  // namespace isoflop
