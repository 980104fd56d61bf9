#include "fit/box_newton.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

namespace isoflop {

namespace {

// Of a unit diagonal: tiny ones mend rounding, in a few strides; larger ones should not overshoot.
double next_shift(double shift) {
  if (shift == 0) return 1e-14;
  return shift * (shift < 1e-4 ? 1e4 : 30);
}

// A few variables are the rule, and for a few a loop costs more than what it does: calls `work`
// with the count as a constant of the type where there are few, so that the loops are unrolled.
template <class Work>
bool with_count(Eigen::Index count, Work work) {
  using Eigen::Index;
  switch (count) {
    case 3:
      return work(std::integral_constant<Index, 3>());
    case 4:
      return work(std::integral_constant<Index, 4>());
    case 5:
      return work(std::integral_constant<Index, 5>());
    case 6:
      return work(std::integral_constant<Index, 6>());
    case 7:
      return work(std::integral_constant<Index, 7>());
    default:
      return work(count);
  }
}

// The lower triangle of a matrix of columns by its units, with a shift on the diagonal.
template <class Count>
void scale_to_unit(const double* matrix, const double* unit, double shift, double* scaled,
                   Count count) {
  const Eigen::Index n = count;
  for (Eigen::Index j = 0; j < n; ++j) {
    for (Eigen::Index i = j; i < n; ++i) scaled[i + j * n] = unit[i] * matrix[i + j * n] * unit[j];
    scaled[j + j * n] += shift;
  }
}

// Of the lower triangle.
template <class Count>
bool cholesky(double* matrix, Count count) {
  const Eigen::Index n = count;
  for (Eigen::Index j = 0; j < n; ++j) {
    double pivot = matrix[j + j * n];
    for (Eigen::Index k = 0; k < j; ++k) pivot -= matrix[j + k * n] * matrix[j + k * n];
    if (!(pivot > 0)) return false;
    const double inverse = matrix[j + j * n] = 1 / std::sqrt(pivot);
    for (Eigen::Index i = j + 1; i < n; ++i) {
      double sum = matrix[i + j * n];
      for (Eigen::Index k = 0; k < j; ++k) sum -= matrix[i + k * n] * matrix[j + k * n];
      matrix[i + j * n] = sum * inverse;
    }
  }
  return true;
}

template <class Count>
void substitute(const double* factor, double* side, Count count) {
  const Eigen::Index n = count;
  for (Eigen::Index i = 0; i < n; ++i) {
    double sum = side[i];
    for (Eigen::Index k = 0; k < i; ++k) sum -= factor[i + k * n] * side[k];
    side[i] = sum * factor[i + i * n];
  }
  for (Eigen::Index i = n; i-- > 0;) {
    double sum = side[i];
    for (Eigen::Index k = i + 1; k < n; ++k) sum -= factor[k + i * n] * side[k];
    side[i] = sum * factor[i + i * n];
  }
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
    with_count(count, [&](auto n) {
      scale_to_unit(hessian.data(), unit_.data(), shift, matrix_.data(), n);
      return true;
    });
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

// Cholesky's, the diagonal inverted. False where the matrix is not positive definite.
bool BoxNewton::factor() {
  return with_count(matrix_.rows(), [this](auto count) { return cholesky(matrix_.data(), count); });
}

void BoxNewton::solve(Eigen::VectorXd& side) const {
  for (Eigen::Index i = 0; i < side.size(); ++i)
    side[i] = held_[static_cast<std::size_t>(i)] ? 0 : unit_[i] * side[i];
  with_count(side.size(), [&](auto count) {
    substitute(matrix_.data(), side.data(), count);
    return true;
  });
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
