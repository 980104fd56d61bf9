#include "fit/step.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "fit/robust_loss.h"

namespace isoflop {

namespace {

constexpr int kMostNewtonSteps = 60;
constexpr int kMostLineSteps = 40;
constexpr double kWidthFactor = 0.1;  // from one smoothing to the next
constexpr double kTinyWidth =
    1e-9;                          // of the residuals' size: the absolute loss, as near as matters
constexpr double kSolved = 1e-15;  // decrease, relative to M, that is not worth another step

double median_size(const Eigen::VectorXd& residuals) {
  std::vector<double> sizes(static_cast<std::size_t>(residuals.size()));
  for (std::size_t i = 0; i < sizes.size(); ++i)
    sizes[i] = std::abs(residuals[static_cast<Eigen::Index>(i)]);
  const auto middle = sizes.begin() + static_cast<long>(sizes.size() / 2);
  std::nth_element(sizes.begin(), middle, sizes.end());
  return *middle;
}

}  // namespace

double StepSolver::smooth_part(const StepModel& model) const {
  return 0.5 * move_.dot(model.second * move_);
}

// Slopes, curvatures and gradient at the current move.
void StepSolver::look(const StepModel& model, double width) {
  const SmoothedLoss rho(loss_, width);
  moved_.noalias() = model.residuals + model.jacobian * move_;
  slopes_.resize(moved_.size());
  curvatures_.resize(moved_.size());
  for (Eigen::Index i = 0; i < moved_.size(); ++i) {
    const Rho value = rho(moved_[i]);
    slopes_[i] = weights_[i] * value.slope;
    curvatures_[i] = weights_[i] * value.curvature;
  }
  gradient_.noalias() = model.jacobian.transpose() * slopes_;
  gradient_.noalias() += model.second * move_;
  gradient_.array() += model.lambda * model.scale.array().square() * move_.array();
}

// Newton's direction in the variables that are not held at an end of their range. False where there
// is none.
bool StepSolver::direction(const StepModel& model) {
  const Eigen::Index count = move_.size();
  held_.assign(static_cast<std::size_t>(count), false);
  for (Eigen::Index j = 0; j < count; ++j)
    held_[static_cast<std::size_t>(j)] = (move_[j] <= model.low[j] && gradient_[j] >= 0) ||
                                         (move_[j] >= model.high[j] && gradient_[j] <= 0);
  hessian_ = model.second;
  for (Eigen::Index i = 0; i < moved_.size(); ++i)  // few rows of a nearly absolute loss are curved
    if (curvatures_[i] != 0)
      hessian_.noalias() +=
          curvatures_[i] * model.jacobian.row(i).transpose() * model.jacobian.row(i);
  hessian_.diagonal().array() += model.lambda * model.scale.array().square();

  direction_ = -gradient_;
  for (Eigen::Index j = 0; j < count; ++j) {
    if (!held_[static_cast<std::size_t>(j)]) continue;
    hessian_.row(j).setZero();
    hessian_.col(j).setZero();
    hessian_(j, j) = 1;
    direction_[j] = 0;
  }
  // Scaled to a unit diagonal, so that units do not matter; then shifted until it is positive
  // definite.
  const Eigen::VectorXd unit =
      hessian_.diagonal().array().abs().max(std::numeric_limits<double>::min()).rsqrt();
  const Eigen::MatrixXd scaled = unit.asDiagonal() * hessian_ * unit.asDiagonal();
  const Eigen::VectorXd target = unit.cwiseProduct(direction_);
  for (double shift = 0; shift < 1e6; shift = std::max(1e-14, 100 * shift)) {
    Eigen::MatrixXd shifted = scaled;
    shifted.diagonal().array() += shift;
    const Eigen::LLT<Eigen::MatrixXd> factor(shifted);
    if (factor.info() != Eigen::Success) continue;
    direction_ = unit.cwiseProduct(factor.solve(target));
    if (direction_.allFinite() && gradient_.dot(direction_) < 0) return true;
  }
  return false;
}

// The step along `direction_` at which M is least, at most `longest`: the root of its slope, by
// Newton's method inside a shrinking bracket.
double StepSolver::line_minimum(const StepModel& model, double width, double longest) {
  const SmoothedLoss rho(loss_, width);
  along_.noalias() = model.jacobian * direction_;
  Eigen::VectorXd curved = model.second * direction_;
  curved.array() += model.lambda * model.scale.array().square() * direction_.array();
  const double smooth_slope = curved.dot(move_), smooth_curvature = curved.dot(direction_);
  double low = 0, high = longest, at = std::min(1.0, longest);
  for (int i = 0; i < kMostLineSteps; ++i) {
    double slope = smooth_slope + at * smooth_curvature, curvature = smooth_curvature;
    for (Eigen::Index row = 0; row < moved_.size(); ++row) {
      const Rho value = rho(moved_[row] + at * along_[row]);
      slope += weights_[row] * value.slope * along_[row];
      curvature += weights_[row] * value.curvature * along_[row] * along_[row];
    }
    (slope > 0 ? high : low) = at;
    const double newton = at - slope / curvature;
    const bool inside = std::isfinite(newton) && newton > low && newton < high;
    const double middle = std::isfinite(high) ? 0.5 * (low + high) : 2 * at;
    const double next = inside ? newton : (slope < 0 && at >= longest ? longest : middle);
    if (std::abs(next - at) <= 1e-12 * at || next <= 1e-300) return next;
    at = next;
  }
  return at;
}

void StepSolver::minimise(const StepModel& model, double width) {
  for (int i = 0; i < kMostNewtonSteps; ++i) {
    look(model, width);
    if (!direction(model)) return;
    double longest = std::numeric_limits<double>::infinity();
    for (Eigen::Index j = 0; j < move_.size(); ++j) {
      if (direction_[j] == 0) continue;
      const double end = direction_[j] < 0 ? model.low[j] : model.high[j];
      longest = std::min(longest, (end - move_[j]) / direction_[j]);
    }
    longest = std::max(longest, 0.0);
    const double length = line_minimum(model, width, longest);
    move_ += length * direction_;
    move_ = move_.cwiseMax(model.low).cwiseMin(model.high);
    const double expected = -0.5 * gradient_.dot(direction_) * std::min(1.0, length);
    const double size = slopes_.cwiseAbs().dot(moved_.cwiseAbs());
    if (expected <= kSolved * size && length < longest) return;
  }
}

ModelStep StepSolver::solve(const StepModel& model, const Loss& loss, double width) {
  loss_ = loss;
  move_ = Eigen::VectorXd::Zero(model.jacobian.cols());
  const SmoothedLoss exact(loss_, 0);
  if (exact.has_zone()) {
    const double size = median_size(model.residuals);
    const double narrowest = std::max(exact.width(), kTinyWidth * size);
    double zone = std::clamp(width > 0 ? width : size, narrowest, std::max(size, narrowest));
    for (; zone > narrowest / kWidthFactor; zone *= kWidthFactor) minimise(model, zone);
    minimise(model, narrowest);
  } else {
    minimise(model, 0);
  }
  ModelStep step;
  step.move = move_;
  moved_.noalias() = model.residuals + model.jacobian * move_;
  double before = 0, after = smooth_part(model);
  for (Eigen::Index i = 0; i < moved_.size(); ++i) {
    before += weights_[i] * rho(loss_, model.residuals[i]);
    after += weights_[i] * rho(loss_, moved_[i]);
  }
  step.decrease = std::max(0.0, before - after);
  return step;
}

}  // namespace isoflop
