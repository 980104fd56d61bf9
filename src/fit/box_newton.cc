#include "fit/box_newton.h"

#include <algorithm>
#include <cmath>
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
    for (Eigen::Index j = 0; j < count; ++j)
      for (Eigen::Index i = j; i < count; ++i) matrix_(i, j) = unit_[i] * hessian(i, j) * unit_[j];
    matrix_.diagonal().array() += shift;
    for (Eigen::Index j = 0; j < count; ++j) {
      if (!held_[static_cast<std::size_t>(j)]) continue;
      for (Eigen::Index i = 0; i < j; ++i) matrix_(j, i) = 0;
      for (Eigen::Index i = j + 1; i < count; ++i) matrix_(i, j) = 0;
      matrix_(j, j) = 1;
    }
    if (!factor()) continue;
    was_definite_ = shift == 0;
    direction_ = -gradient;
    solve(direction_);
    if (direction_.allFinite() && gradient.dot(direction_) < 0) return true;
  }
  return false;
}

// Cholesky's, the diagonal inverted; for a few variables a call of a library takes several times as
// long. False where the matrix is not positive definite.
bool BoxNewton::factor() {
  const Eigen::Index count = matrix_.rows();
  for (Eigen::Index j = 0; j < count; ++j) {
    double pivot = matrix_(j, j);
    for (Eigen::Index k = 0; k < j; ++k) pivot -= matrix_(j, k) * matrix_(j, k);
    if (!(pivot > 0)) return false;
    const double inverse = matrix_(j, j) = 1 / std::sqrt(pivot);
    for (Eigen::Index i = j + 1; i < count; ++i) {
      double sum = matrix_(i, j);
      for (Eigen::Index k = 0; k < j; ++k) sum -= matrix_(i, k) * matrix_(j, k);
      matrix_(i, j) = sum * inverse;
    }
  }
  return true;
}

void BoxNewton::solve(Eigen::VectorXd& side) const {
  const Eigen::Index count = side.size();
  for (Eigen::Index i = 0; i < count; ++i) {
    double sum = held_[static_cast<std::size_t>(i)] ? 0 : unit_[i] * side[i];
    for (Eigen::Index k = 0; k < i; ++k) sum -= matrix_(i, k) * side[k];
    side[i] = sum * matrix_(i, i);
  }
  for (Eigen::Index i = count; i-- > 0;) {
    double sum = side[i];
    for (Eigen::Index k = i + 1; k < count; ++k) sum -= matrix_(k, i) * side[k];
    side[i] = sum * matrix_(i, i);
  }
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
