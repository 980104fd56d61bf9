#include "fit/box_newton.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

namespace isoflop {

namespace {

constexpr double kLargestShift = 1e6;
constexpr Eigen::Index kMostInRows = 32;

// Of the diagonal: tiny ones mend rounding, in a few strides; larger ones should not overshoot.
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

// L D L' of the lower triangle: below the diagonal L, on it 1/D, above it (L D)'. False where the
// matrix is not positive definite.
template <class Count>
bool factorise(double* matrix, Count count) {
  const Eigen::Index n = count;
  for (Eigen::Index j = 0; j < n; ++j) {
    double pivot = matrix[j + j * n];
    for (Eigen::Index k = 0; k < j; ++k) pivot -= matrix[j + k * n] * matrix[k + j * n];
    if (!(pivot > 0)) return false;
    const double inverse = matrix[j + j * n] = 1 / pivot;
    for (Eigen::Index i = j + 1; i < n; ++i) {
      double sum = matrix[i + j * n];
      for (Eigen::Index k = 0; k < j; ++k) sum -= matrix[i + k * n] * matrix[k + j * n];
      matrix[j + i * n] = sum;
      matrix[i + j * n] = sum * inverse;
    }
  }
  return true;
}

// The same, in the same order for every entry, but column by column: of hundreds of variables the
// rows above would miss the caches.
bool factorise_columns(double* matrix, Eigen::Index n) {
  for (Eigen::Index j = 0; j < n; ++j) {
    double* const column = matrix + j * n;
    for (Eigen::Index k = 0; k < j; ++k) {
      const double* const before = matrix + k * n;
      const double factor = column[k];
      for (Eigen::Index i = j; i < n; ++i) column[i] -= before[i] * factor;
    }
    if (!(column[j] > 0)) return false;
    const double inverse = column[j] = 1 / column[j];
    for (Eigen::Index i = j + 1; i < n; ++i) {
      matrix[j + i * n] = column[i];
      column[i] *= inverse;
    }
  }
  return true;
}

template <class Count>
void substitute(const double* factors, double* side, Count count) {
  const Eigen::Index n = count;
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index k = 0; k < i; ++k) side[i] -= factors[i + k * n] * side[k];
  for (Eigen::Index i = n; i-- > 0;) {
    side[i] *= factors[i + i * n];
    for (Eigen::Index k = i + 1; k < n; ++k) side[i] -= factors[k + i * n] * side[k];
  }
}

}  // namespace

bool BoxNewton::find(const Eigen::MatrixXd& hessian, const Eigen::VectorXd& gradient,
                     const Eigen::VectorXd& at, const Eigen::VectorXd& low,
                     const Eigen::VectorXd& high, Indefinite indefinite) {
  const Eigen::Index count = at.size();
  held_.resize(static_cast<std::size_t>(count));
  for (Eigen::Index j = 0; j < count; ++j)
    held_[static_cast<std::size_t>(j)] =
        (at[j] <= low[j] && gradient[j] >= 0) || (at[j] >= high[j] && gradient[j] <= 0);
  // One that its gradient draws inside may be driven outside by the others: then it is held, too.
  for (Eigen::Index round = 0; round <= count; ++round) {
    if (!solve_free(hessian, gradient, indefinite)) return false;
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

// With the held variables still. Shifts are shares of the diagonal, so that units do not matter.
bool BoxNewton::solve_free(const Eigen::MatrixXd& hessian, const Eigen::VectorXd& gradient,
                           Indefinite indefinite) {
  const double most = indefinite == Indefinite::kShift ? kLargestShift : 0;
  for (double shift = 0; shift <= most; shift = next_shift(shift)) {
    if (!factor(hessian, shift)) continue;
    direction_ = -gradient;
    solve(direction_);
    if (direction_.allFinite() && gradient.dot(direction_) < 0) return true;
  }
  return false;
}

// False where the matrix is not positive definite.
bool BoxNewton::factor(const Eigen::MatrixXd& hessian, double shift) {
  const Eigen::Index count = hessian.rows();
  factors_ = hessian;
  for (Eigen::Index j = 0; j < count; ++j) {
    if (shift > 0)
      factors_(j, j) +=
          shift * std::max(std::abs(hessian(j, j)), std::numeric_limits<double>::min());
    if (!held_[static_cast<std::size_t>(j)]) continue;
    factors_.row(j).head(j).setZero();
    factors_.col(j).tail(count - j - 1).setZero();
    factors_(j, j) = 1;
  }
  if (count > kMostInRows) return factorise_columns(factors_.data(), count);
  return with_count(count, [this](auto n) { return factorise(factors_.data(), n); });
}

void BoxNewton::solve(Eigen::VectorXd& side) const {
  for (Eigen::Index i = 0; i < side.size(); ++i)
    if (held_[static_cast<std::size_t>(i)]) side[i] = 0;
  with_count(side.size(), [&](auto count) {
    substitute(factors_.data(), side.data(), count);
    return true;
  });
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
