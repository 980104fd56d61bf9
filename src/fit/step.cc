#include "fit/step.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace isoflop {

namespace {

// Of the robust model, to end what rounding could make endless: a line takes a few steps, a zone
// about ten.
constexpr int kMostNewtonSteps = 40;
constexpr int kMostLineSteps = 30;
constexpr int kHalving = 3;  // each so many-th step of a line halves: others may shrink by little

// Geodesic acceleration costs a pass over the rows, which a step that lowers F by less than this
// share of it does not need: near the optimum Newton's steps are right already.
constexpr double kWorthBending = 1e-6;
// Beyond, the expansion is not to be trusted: 2 |acceleration| / |velocity| <= 0.75 in Transtrum
// and Sethna 2012, where the bend is half the acceleration.
constexpr double kMostBend = 0.375;

// From one zone to the next: a tenth of the residuals, and no more, changes between parabola and
// line, so that Newton's method needs a step or two.
constexpr double kWidthFactor = 0.1;
// The last zone for absolute values, as a share of the residuals' size: M is off by less than that.
constexpr double kTinyWidth = 1e-9;
// Of the slope at the start of a line: the curvature condition's usual constant for directions that
// need not be exact (Nocedal and Wright 2006, section 3.1).
constexpr double kLineDone = 0.1;
// A Newton step that lowers M by less than this share of the decrease so far is the last.
constexpr double kEnough = 1e-3;
constexpr double kSolved = 1e-15;  // ... or by less than this share of F, its rounding

}  // namespace

const ModelStep& StepSolver::solve(const StepModel& model, const RobustLoss& loss, double width) {
  loss_ = loss;
  move_.setZero(model.rates.size());
  damping_ = model.lambda * model.scale.array().square();
  if (model.kind == StepModel::Kind::kQuadratic)
    solve_quadratic(model);
  else
    solve_robust(model, width);
  step_.move = move_;
  return step_;
}

// A quadratic in a box: Newton's steps until none leaves the box on its way. Far from an optimum W
// may outweigh the rest and make the matrix indefinite; then it is left out.
void StepSolver::solve_quadratic(const StepModel& model) {
  hessian_ = model.gauss_newton + model.second;
  hessian_.diagonal() += damping_;
  for (Eigen::Index round = 0; round <= move_.size(); ++round) {
    gradient_ = model.gradient;
    if (round > 0) gradient_.noalias() += hessian_ * move_;
    const auto indefinite =
        round == 0 ? BoxNewton::Indefinite::kRefuse : BoxNewton::Indefinite::kShift;
    bool falls = newton_.find(hessian_, gradient_, move_, model.low, model.high, indefinite);
    if (round == 0 && !falls) {
      hessian_ = model.gauss_newton;
      hessian_.diagonal() += damping_;
      falls = newton_.find(hessian_, gradient_, move_, model.low, model.high);
    }
    if (!falls) break;
    const double longest = newton_.longest(move_, model.low, model.high);
    move_ += std::min(1.0, longest) * newton_.direction();
    move_ = move_.cwiseMax(model.low).cwiseMin(model.high);
    if (longest >= 1) break;
  }
  curved_.noalias() = hessian_ * move_;
  curved_ -= damping_.cwiseProduct(move_);
  const double decrease = -model.gradient.dot(move_) - 0.5 * move_.dot(curved_);
  step_.decrease = std::max(0.0, decrease);
  step_.reach = 0;
  const bool worth =
      !model.linear && objective_.keeps_rows() && decrease > kWorthBending * model.point->value;
  step_.is_bent = worth && find_bend(model);
}

// Half of what the residuals' second derivatives along the step bend it by; false where that is
// much beside the step.
bool StepSolver::find_bend(const StepModel& model) {
  factors_ = model.rates.cwiseProduct(move_);
  curved_ = model.bends.cwiseProduct(move_.cwiseAbs2());
  objective_.weighted_curvature(*model.point, factors_, curved_, products_, moved_);
  Eigen::VectorXd& bend = step_.bend;
  bend.setZero(move_.size());
  add_dots(objective_.jacobian(*model.point), moved_.data(), bend.data());
  bend.array() *= -0.5 * model.rates.array();
  newton_.solve(bend);
  return bend.cwiseProduct(model.scale).norm() <=
         kMostBend * move_.cwiseProduct(model.scale).norm();
}

void StepSolver::solve_robust(const StepModel& model, double width) {
  const Eigen::Index rows = objective_.padded_weights().size();
  for (Eigen::VectorXd* of_rows : {&moved_, &along_, &slopes_, &curvatures_, &reweighted_})
    of_rows->resize(rows);
  enough_ = kEnough;
  double won = 0;
  if (!is_clipped(loss_)) {
    minimise(model, 0);
    won = decrease(model);
  } else {
    const bool pointed = loss_.is_pointed();
    const double size =
        pointed || width == 0 ? median_size(objective_.some_residuals(*model.point)) : width;
    const double narrowest =
        pointed ? std::max(kTinyWidth * size, std::numeric_limits<double>::min()) : loss_.delta;
    double zone = std::clamp(width > 0 ? width : size, narrowest, std::max(size, narrowest));
    const bool from_wider = zone > narrowest;
    for (; zone > narrowest / kWidthFactor; zone *= kWidthFactor) minimise(model, zone);
    minimise(model, narrowest);
    won = decrease(model);
    if (won <= 0 && from_wider) {
      // The path over wider zones may end beside a minimum that is close to where it began.
      enough_ = 0;
      move_.setZero();
      minimise(model, narrowest);
      won = decrease(model);
    }
  }
  const Eigen::Map<const Eigen::VectorXd> before(objective_.residuals(*model.point), rows);
  step_.is_bent = false;
  step_.decrease = std::max(0.0, won);
  step_.reach = (moved_ - before).cwiseAbs().maxCoeff();
}

void StepSolver::minimise(const StepModel& model, double width) {
  const WidenedLoss loss{loss_, width};
  double expected = 0;  // decrease so far, as the slopes predicted
  for (int i = 0; i < kMostNewtonSteps; ++i) {
    evaluate(model, loss);
    if (!find_direction(model)) return;
    const double longest = newton_.longest(move_, model.low, model.high);
    const double length = line_minimum(model, loss, longest);
    move_ += length * newton_.direction();
    move_ = move_.cwiseMax(model.low).cwiseMin(model.high);
    const double more = -0.5 * gradient_.dot(newton_.direction()) * std::min(1.0, length);
    expected += more;
    if (length < longest && more <= std::max(enough_ * expected, kSolved * model.point->value))
      return;
  }
}

// Residuals, slopes, curvatures and gradient at the current move.
void StepSolver::evaluate(const StepModel& model, const WidenedLoss& loss) {
  const ColumnBlock jacobian = objective_.jacobian(*model.point);
  factors_ = model.rates.cwiseProduct(move_);
  combine(jacobian, factors_.data(), objective_.residuals(*model.point), moved_.data());
  weigh(loss, moved_.data(), objective_.padded_weights().data(), jacobian.rows,
        {slopes_.data(), curvatures_.data(), reweighted_.data()});
  gradient_.setZero(move_.size());
  add_dots(jacobian, slopes_.data(), gradient_.data());
  gradient_.array() *= model.rates.array();
  gradient_.noalias() += model.second * move_;
  gradient_ += damping_.cwiseProduct(move_);
  if (model.penalty_gradient.size() > 0) gradient_ += penalty_after(model) * model.penalty_gradient;
}

// The residual of the penalty after the move.
double StepSolver::penalty_after(const StepModel& model) const {
  return model.penalty_gradient.size() > 0 ? model.penalty + model.penalty_gradient.dot(move_) : 0;
}

bool StepSolver::find_direction(const StepModel& model) {
  const Eigen::Index count = move_.size();
  packed_.setZero(count * (count + 1) / 2);
  add_products(objective_.jacobian(*model.point), curvatures_.data(), packed_.data());
  hessian_ = model.second;
  hessian_.diagonal() += damping_;
  if (model.penalty_gradient.size() > 0)
    hessian_.noalias() += model.penalty_gradient * model.penalty_gradient.transpose();
  const double* product = packed_.data();
  for (Eigen::Index j = 0; j < count; ++j)  // the lower triangle
    for (Eigen::Index i = j; i < count; ++i)
      hessian_(i, j) += model.rates[i] * *product++ * model.rates[j];
  return newton_.find(hessian_, gradient_, move_, model.low, model.high);
}

// The step along the direction at which the slope of M has nearly vanished, at most `longest`:
// Newton's method inside a shrinking bracket. Between kinks there is next to no curvature, and the
// minimum is at one of them: where Newton's step leaves the bracket, the residual that vanishes
// nearest to where a straight slope would.
double StepSolver::line_minimum(const StepModel& model, const WidenedLoss& loss, double longest) {
  const Eigen::VectorXd& direction = newton_.direction();
  const ColumnBlock jacobian = objective_.jacobian(*model.point);
  factors_ = model.rates.cwiseProduct(direction);
  combine(jacobian, factors_.data(), nullptr, along_.data());
  curved_.noalias() = model.second * direction;
  curved_ += damping_.cwiseProduct(direction);
  const double penalty_gradient =
      model.penalty_gradient.size() > 0 ? model.penalty_gradient.dot(direction) : 0;
  const double smooth_slope = curved_.dot(move_) + penalty_after(model) * penalty_gradient,
               smooth_curvature = curved_.dot(direction) + penalty_gradient * penalty_gradient;
  const double first_slope = gradient_.dot(direction);
  double low = 0, high = longest, at = std::min(1.0, longest);
  double low_slope = first_slope, high_slope = std::numeric_limits<double>::quiet_NaN();
  for (int i = 0; i < kMostLineSteps; ++i) {
    const LineDerivatives rows = along_line(loss, moved_.data(), along_.data(), at,
                                            objective_.padded_weights().data(), jacobian.rows);
    const double slope = smooth_slope + at * smooth_curvature + rows.slope;
    if (std::abs(slope) <= kLineDone * std::abs(first_slope)) return at;
    if (slope < 0 && at >= longest) return longest;
    (slope > 0 ? high : low) = at;
    (slope > 0 ? high_slope : low_slope) = slope;
    const double newton = at - slope / (smooth_curvature + rows.curvature);
    if (std::isfinite(newton) && newton > low && newton < high) {
      at = newton;
    } else if (!std::isfinite(high)) {
      at *= 2;
    } else if (i % kHalving == kHalving - 1 || std::isnan(high_slope)) {
      at = 0.5 * (low + high);
    } else {
      const double secant = low - low_slope * (high - low) / (high_slope - low_slope);
      at = nearest_crossing(moved_.data(), along_.data(), low, high, secant, jacobian.rows);
    }
  }
  return at;
}

double StepSolver::decrease(const StepModel& model) {
  const ColumnBlock jacobian = objective_.jacobian(*model.point);
  factors_ = model.rates.cwiseProduct(move_);
  combine(jacobian, factors_.data(), objective_.residuals(*model.point), moved_.data());
  curved_.noalias() = model.second * move_;
  return model.point->value - 0.5 * move_.dot(curved_) - 0.5 * std::pow(penalty_after(model), 2) -
         sum_of_losses(loss_, moved_.data(), objective_.padded_weights().data(), jacobian.rows);
}

}  // namespace isoflop
