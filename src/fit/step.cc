#include "fit/step.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace isoflop {

namespace {

constexpr int kMostNewtonSteps = 40;
constexpr int kMostLineSteps = 30;
constexpr double kWidthFactor = 0.1;  // from one smoothing to the next
constexpr double kTinyWidth =
    1e-9;                          // of the residuals' size: the absolute loss, as near as matters
constexpr double kLineDone = 0.1;  // of the slope at the start of a line
constexpr double kEnough = 1e-3;   // of the decrease so far: what is not worth another Newton step
constexpr double kSolved = 1e-15;  // of the size of M: what rounding makes

double median_size(const Eigen::VectorXd& residuals) {
  std::vector<double> sizes(static_cast<std::size_t>(residuals.size()));
  for (std::size_t i = 0; i < sizes.size(); ++i)
    sizes[i] = std::abs(residuals[static_cast<Eigen::Index>(i)]);
  const auto middle = sizes.begin() + static_cast<long>(sizes.size() / 2);
  std::nth_element(sizes.begin(), middle, sizes.end());
  return *middle;
}

}  // namespace

// Slopes, curvatures and gradient at the current move.
void StepSolver::look(const StepModel& model, const LossSlopes& rho) {
  moved_ = (model.residuals + model.jacobian * move_).array();
  rho(moved_, slopes_, curvatures_);
  slopes_ *= weights_.array();
  curvatures_ *= weights_.array();
  gradient_.noalias() = model.jacobian.transpose() * slopes_.matrix();
  gradient_.noalias() += model.second * move_;
  gradient_ += damping_.cwiseProduct(move_);
}

// J' diag(curvatures) J, into the lower triangle.
void StepSolver::add_curvature(const Eigen::MatrixXd& jacobian) {
  const Eigen::Index count = jacobian.cols();
  for (Eigen::Index j = 0; j < count; ++j) {
    there_ = curvatures_ * jacobian.col(j).array();
    hessian_.col(j).tail(count - j).noalias() +=
        jacobian.rightCols(count - j).transpose() * there_.matrix();
  }
}

// Newton's direction in the variables that are not held at an end of their range. False where there
// is none.
bool StepSolver::direction(const StepModel& model) {
  const Eigen::Index count = move_.size();
  const auto at_low = [&](Eigen::Index j) { return move_[j] <= model.low[j]; };
  const auto at_high = [&](Eigen::Index j) { return move_[j] >= model.high[j]; };
  held_.assign(static_cast<std::size_t>(count), false);
  for (Eigen::Index j = 0; j < count; ++j)
    held_[static_cast<std::size_t>(j)] =
        (at_low(j) && gradient_[j] >= 0) || (at_high(j) && gradient_[j] <= 0);
  hessian_ = model.second;
  hessian_.diagonal() += damping_;
  add_curvature(model.jacobian);
  // One that its gradient draws inside may be driven outside by the others: then it is held for
  // this step, too.
  for (Eigen::Index round = 0; round < count; ++round) {
    if (!solve_free()) return false;
    bool blocked = false;
    for (Eigen::Index j = 0; j < count; ++j) {
      if (!(at_low(j) && direction_[j] < 0) && !(at_high(j) && direction_[j] > 0)) continue;
      held_[static_cast<std::size_t>(j)] = blocked = true;
    }
    if (!blocked) return true;
  }
  return false;
}

// Newton's direction with the held variables still: scaled to a unit diagonal, so that units do not
// matter, then shifted until the matrix is positive definite.
bool StepSolver::solve_free() {
  Eigen::MatrixXd matrix = hessian_;
  Eigen::VectorXd target = -gradient_;
  for (Eigen::Index j = 0; j < target.size(); ++j) {
    if (!held_[static_cast<std::size_t>(j)]) continue;
    matrix.row(j).setZero();
    matrix.col(j).setZero();
    matrix(j, j) = 1;
    target[j] = 0;
  }
  const Eigen::VectorXd unit =
      matrix.diagonal().array().abs().max(std::numeric_limits<double>::min()).rsqrt();
  matrix = unit.asDiagonal() * matrix * unit.asDiagonal();
  target = unit.cwiseProduct(target);
  for (double shift = 0; shift < 1e6; shift = std::max(1e-14, 100 * shift)) {
    matrix.diagonal().array() += shift;
    const Eigen::LLT<Eigen::MatrixXd> factor(matrix);  // reads the lower triangle
    if (factor.info() != Eigen::Success) continue;
    direction_ = unit.cwiseProduct(factor.solve(target));
    if (direction_.allFinite() && gradient_.dot(direction_) < 0) return true;
  }
  return false;
}

// The step along `direction_` at which the slope of M has nearly vanished, at most `longest`:
// Newton's method inside a shrinking bracket.
double StepSolver::line_minimum(const StepModel& model, const LossSlopes& rho, double longest) {
  along_ = (model.jacobian * direction_).array();
  weighted_ = weights_.array() * along_;
  const Eigen::VectorXd curved = model.second * direction_ + damping_.cwiseProduct(direction_);
  const double smooth_slope = curved.dot(move_), smooth_curvature = curved.dot(direction_);
  const double first_slope = gradient_.dot(direction_);
  double low = 0, high = longest, at = std::min(1.0, longest);
  for (int i = 0; i < kMostLineSteps; ++i) {
    there_ = moved_ + at * along_;
    rho(there_, slopes_, curvatures_);
    const double slope = smooth_slope + at * smooth_curvature + (slopes_ * weighted_).sum();
    if (std::abs(slope) <= kLineDone * std::abs(first_slope)) return at;
    if (slope < 0 && at >= longest) return longest;
    (slope > 0 ? high : low) = at;
    const double curvature = smooth_curvature + (curvatures_ * weighted_ * along_).sum();
    const double newton = at - slope / curvature;
    if (std::isfinite(newton) && newton > low && newton < high)
      at = newton;
    else
      at = std::isfinite(high) ? 0.5 * (low + high) : 2 * at;
  }
  return at;
}

double StepSolver::longest_in_range(const StepModel& model) const {
  double longest = std::numeric_limits<double>::infinity();
  for (Eigen::Index j = 0; j < move_.size(); ++j) {
    if (direction_[j] == 0) continue;
    const double end = direction_[j] < 0 ? model.low[j] : model.high[j];
    longest = std::min(longest, (end - move_[j]) / direction_[j]);
  }
  return std::max(longest, 0.0);
}

void StepSolver::minimise(const StepModel& model, double width) {
  const LossSlopes rho(loss_, width);
  double expected = 0;  // decrease so far, as the slopes promised
  for (int i = 0; i < kMostNewtonSteps; ++i) {
    look(model, rho);
    const double size = (slopes_ * moved_).abs().sum();
    if (!direction(model)) return;
    const double longest = longest_in_range(model);
    const double length = line_minimum(model, rho, longest);
    move_ += length * direction_;
    move_ = move_.cwiseMax(model.low).cwiseMin(model.high);
    const double more = -0.5 * gradient_.dot(direction_) * std::min(1.0, length);
    expected += more;
    if (length < longest && more <= std::max(enough_ * expected, kSolved * size)) return;
  }
}

double StepSolver::decrease(const StepModel& model) const {
  const Eigen::VectorXd moved = model.residuals + model.jacobian * move_;
  double before = 0, after = 0.5 * move_.dot(model.second * move_);
  for (Eigen::Index i = 0; i < moved.size(); ++i) {
    before += weights_[i] * rho(loss_, model.residuals[i]);
    after += weights_[i] * rho(loss_, moved[i]);
  }
  return before - after;
}

ModelStep StepSolver::solve(const StepModel& model, const Loss& loss, double width) {
  loss_ = loss;
  enough_ = kEnough;
  move_ = Eigen::VectorXd::Zero(model.jacobian.cols());
  damping_ = model.lambda * model.scale.array().square();
  const LossSlopes exact(loss_, 0);
  if (!exact.is_clipped()) {
    minimise(model, 0);
    return {move_, std::max(0.0, decrease(model))};
  }
  const double size = median_size(model.residuals);
  const double narrowest = std::max(exact.width(), kTinyWidth * size);
  double zone = std::clamp(width > 0 ? width : size, narrowest, std::max(size, narrowest));
  const bool from_wider = zone > narrowest;
  for (; zone > narrowest / kWidthFactor; zone *= kWidthFactor) minimise(model, zone);
  minimise(model, narrowest);
  double won = decrease(model);
  if (won <= 0 && from_wider) {
    // The way over wider zones may end beside a minimum that is close to where it began.
    enough_ = 0;
    move_.setZero();
    minimise(model, narrowest);
    won = decrease(model);
  }
  return {move_, std::max(0.0, won)};
}

}  // namespace isoflop
