#include "fit/refine.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "fit/robust_loss.h"
#include "fit/step.h"

namespace isoflop {

namespace {

// Damping, in units of D^2, the curvature that each variable has by itself. Of these and the shares
// of a step below, other values were tried one by one on the grid of 4500 starts: those that save
// up to 7 % of the time lose the optimum from 5 to 12 starts (docs/performance.md).
constexpr double kFirstLambda = 1e-2;    // at a start, of which nothing is known
constexpr double kEntryLambda = 1e-6;    // at another loss, at least: its model is not tried yet
constexpr double kLeastLambda = 1e-14;   // none: a step changes by less than rounding
constexpr double kLargestLambda = 1e12;  // steps below any tolerance
// The least that shortens a step along a valley, whose curvature is seldom less than a millionth of
// that across: smaller ones would have to grow first.
constexpr double kTrustLambda = 1e-6;
// Up by little and down by much, so that few steps are spent with more damping than needed
// (Transtrum and Sethna 2012, arXiv:1201.5885, "delayed gratification").
constexpr double kGrowth = 4;
constexpr double kShrinkage = 20;
// The thresholds of Nocedal and Wright 2006, algorithm 4.1, of the decrease over the predicted one.
constexpr double kFollowsWell = 0.75;
constexpr double kFollowsBadly = 0.25;
constexpr double kFollowsEnough = 1e-4;  // that a step is taken: their constant c1

// At a step: the whole, then shorter ones, which cost a value of F each, but no new model. A step
// of the robust model is shortened more, to get clear of the kinks that stopped it.
constexpr int kAttempts = 3;
constexpr double kShorter = 0.4;
constexpr double kShorterRobust = 0.25;

// Where the stages before the last one end, as a predicted decrease in units of F. A wider loss is
// only a way to the next one. Ends of least squares are compared with a tolerance of 1e-8
// (refine_starts.cc).
constexpr double kLooseDecrease = 1e-2;
constexpr double kTightDecrease = 1e-10;
// In a valley without an end, where a coefficient runs off to infinity, least squares ends when 40
// steps, several times what a start takes (15), have lowered F by less than 1e-4 of it.
constexpr std::size_t kStallIterations = 40;
constexpr double kStall = 1e-4;

// Deltas of the second stage. Three median sizes are two standard deviations of normal residuals:
// almost least squares. A factor of 6 leaves a share of the residuals on the same side of delta, so
// that a few steps lead from one optimum to the next.
constexpr double kWidest = 3;
constexpr double kNarrower = 6;
// mae has no delta to end at. Residuals of 1e-5 of the loss are far below the noise of training
// runs (1e-3 and more).
constexpr double kAbsoluteDone = 1e-5;
// The zone around 0 in which mae is made a parabola, as a share of the mean residual: F changes by
// less than that share.
constexpr double kAbsoluteZone = 1e-9;

// A scale is moved by its logarithm where its term is more than this share of the loss in some row.
// Below, its sign may well be another one: a term of 1e-4 is less than the noise.
constexpr double kNegligibleShare = 1e-4;
// At most a factor e^4 = 55 for a scale in one step: beyond, exponentials outrun any model.
constexpr double kLongestMove = 4;
// A step is measured by a coefficient's own size, that of one near 0 by this: exponents and
// constants are of the size 1, and differences of 1e-14 are their rounding.
constexpr double kLeastSize = 1e-3;
// D is at least this share of its largest element, so that a variable without influence is damped,
// too: the square is the rounding of the sums in the matrix.
constexpr double kLeastScale = 1e-8;
constexpr double kEdge = 1e-15;  // of an edge and where it is reached from: the rounding

// Rounding of F: a residual r of a loss L is rounded by 1e-16 L, so F by about 1e-16 L/r of itself,
// 1e-11 where residuals are 1e-5 of the loss. Where steps predict less than 1e-9 of F, a step that
// does not lower F is the work of rounding.
constexpr double kRounding = 1e-11;
constexpr double kRoundingDecrease = 1e-9;
// Steps that end a fit whose F is blind with rounding, while each predicts at most a quarter of the
// one before: quadratic convergence takes two or three.
constexpr int kSettlingSteps = 5;
constexpr double kSettling = 0.25;

constexpr double kUnbounded = std::numeric_limits<double>::infinity();
constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();

// Not narrower in the second stage: half of it is the recipe's own, which the third stage has.
double narrowest_delta(const FitObjective& objective) {
  const RobustLoss& loss = objective.recipe().loss;
  return loss_kind(loss).has_delta() ? 2 * loss.delta
                                     : kWidest * kAbsoluteDone * objective.loss_size();
}

double widest_delta(const FitObjective& objective, const FitObjective::Point& point) {
  const RobustLoss::Kind kind = objective.recipe().loss.kind;
  if (kind == RobustLoss::Kind::kSquare || !std::isfinite(point.value)) return 0;
  const double delta = kWidest * median_size(objective.some_residuals(point));
  return delta > narrowest_delta(objective) ? delta : 0;
}

double next_delta(const FitObjective& objective, double delta) {
  return delta / kNarrower > narrowest_delta(objective) ? delta / kNarrower : 0;
}

class Refinement {
 public:
  Refinement(const FitObjective& objective, Eigen::VectorXd start, FitObjective::State& state)
      : objective_(objective), state_(state), solver_(objective), free_(std::move(start)) {
    logarithmic_.resize(objective.free().size());
  }

  Refined run(RefineStages stages, std::size_t budget) {
    Refined result;
    max_iterations_ = budget * objective_.recipe().max_iterations;
    const bool square = objective_.recipe().loss.kind == RobustLoss::Kind::kSquare;
    straight_ = square || stages == RefineStages::kFinal;
    if (std::isfinite(
            enter(straight_ ? objective_.recipe().loss : RobustLoss{RobustLoss::Kind::kSquare, 0})))
      result.status = go(stages) ? FitStatus::kConverged : FitStatus::kLimit;
    result.free = free_;
    result.objective = here().value;
    if (!std::isfinite(result.objective)) result.status = FitStatus::kFailed;
    result.iterations = iterations_;
    find_bounds(result);
    return result;
  }

 private:
  const FitObjective::Point& here() const { return state_.here; }
  const Range& range(Eigen::Index j) const {
    return objective_.free()[static_cast<std::size_t>(j)].range;
  }

  bool go(RefineStages stages) {
    if (!straight_) {
      if (stages == RefineStages::kLeastSquares) return descend(kTightDecrease, kStallIterations);
      if (stages == RefineStages::kAll) descend(kLooseDecrease);
      for (double delta = widest_delta(objective_, here()); delta > 0;
           delta = next_delta(objective_, delta)) {
        enter(widened(objective_.recipe().loss, delta));
        descend(kLooseDecrease);
      }
      enter(objective_.recipe().loss);
    }
    final_ = true;
    return descend(objective_.recipe().decrease_tolerance);
  }

  // Starts to minimise another loss from where we are.
  double enter(const RobustLoss& loss) {
    loss_ = loss;
    lambda_ = std::max(lambda_, kEntryLambda);
    width_ = 0;
    fresh_ = true;
    const bool quadratic = loss.kind == RobustLoss::Kind::kSquare || !objective_.keeps_rows();
    model_.kind = quadratic ? StepModel::Kind::kQuadratic : StepModel::Kind::kRobust;
    evaluate(free_, kUnbounded, state_.here);
    return here().value;
  }

  // A point where F is not below `bound` is evaluated only as far as it takes to see that.
  void evaluate(const Eigen::VectorXd& free, double bound, FitObjective::Point& point) {
    const double zone =
        loss_.is_pointed()
            ? kAbsoluteZone * std::max(here().value / objective_.weights().sum(), 1e-100)
            : 0;
    objective_.put_coefficients(free, coefficients_);
    objective_.evaluate(coefficients_, loss_, zone, bound, point, state_);
  }

  // Steps until the model predicts no decrease beyond this share of F; false where the iterations
  // are used up, or F has hardly fallen over so many of them.
  bool descend(double decrease_done, std::size_t stall_iterations = kNever) {
    double before = here().value;
    for (std::size_t i = 1; iterations_ < max_iterations_; ++iterations_, ++i) {
      if (i % stall_iterations == 0) {
        if (here().value > (1 - kStall) * before) return false;
        before = here().value;
      }
      if (fresh_) describe();
      model_.lambda = lambda_;
      const ModelStep& step = solver_.solve(model_, loss_, width_);
      const double scaled_step = step.move.cwiseAbs().cwiseQuotient(sizes_).maxCoeff();
      if (step.decrease <= decrease_done * here().value ||
          scaled_step <= objective_.recipe().step_tolerance) {
        // A damped step is short wherever it is: only one without damping tells that we are there.
        if (!final_) return true;
        if (lambda_ <= kLeastLambda && loss_.kind != RobustLoss::Kind::kSquare) return true;
        if (lambda_ <= kLeastLambda || undamped_) return settle();
        undamped_ = true;
        lambda_ = kLeastLambda;
        continue;
      }
      take(step);
      if (lambda_ > kLargestLambda) return settle();
    }
    return false;
  }

  // The model at the current point, in the variables of the step.
  void describe() {
    const Eigen::Index count = free_.size();
    natural_scale_ = here().squares.cwiseSqrt();
    for (Eigen::Index j = 0; j < count; ++j) {
      const bool scale = objective_.free()[static_cast<std::size_t>(j)].role == Role::kScale;
      const double share = std::abs(free_[j]) * here().largest[j];
      logarithmic_[static_cast<std::size_t>(j)] =
          scale && !linear_ && share > kNegligibleShare * objective_.loss_size();
    }
    choose_variables();
    fresh_ = false;
  }

  // The ends of coefficient j's range as ends of its logarithm's move, with its sign kept.
  Range logarithmic_range(Eigen::Index j) const {
    const double low = range(j).low / free_[j], high = range(j).high / free_[j];
    const double least = std::min(low, high), most = std::max(low, high);
    return {least > 0 ? std::max(std::log(least), -kLongestMove) : -kLongestMove,
            std::min(std::log(most), kLongestMove)};
  }

  void choose_variables() {
    const Eigen::Index count = free_.size();
    sizes_.resize(count);
    model_.point = &here();
    model_.rates.resize(count);
    model_.bends.resize(count);
    model_.low.resize(count);
    model_.high.resize(count);
    for (Eigen::Index j = 0; j < count; ++j) {
      const bool logarithmic = logarithmic_[static_cast<std::size_t>(j)];
      const Range move = logarithmic ? logarithmic_range(j)
                                     : Range{range(j).low - free_[j], range(j).high - free_[j]};
      model_.rates[j] = logarithmic ? free_[j] : 1;
      model_.bends[j] = logarithmic ? free_[j] : 0;
      model_.low[j] = move.low;
      model_.high[j] = move.high;
      sizes_[j] = logarithmic ? 1 : std::max(std::abs(free_[j]), kLeastSize);
    }
    const auto rates = model_.rates.asDiagonal();
    model_.gradient = rates * here().gradient;
    model_.gauss_newton = rates * here().gauss_newton * rates;
    // A start says little of where it leads: second derivatives there mislead more than they help.
    model_.linear = !begun_ && !straight_ && model_.kind == StepModel::Kind::kQuadratic;
    if (model_.linear)
      model_.second.setZero(count, count);
    else
      model_.second = rates * here().second * rates;
    for (Eigen::Index j = 0; j < count; ++j)  // second derivative of exp
      if (logarithmic_[static_cast<std::size_t>(j)]) model_.second(j, j) += model_.gradient[j];
    if (objective_.has_penalty()) {
      model_.penalty = here().penalty;
      model_.penalty_gradient = rates * here().penalty_gradient;
    }
    model_.scale = natural_scale_.cwiseProduct(model_.rates.cwiseAbs());
    const double largest = std::max(model_.scale.maxCoeff(), std::numeric_limits<double>::min());
    model_.scale = model_.scale.cwiseMax(kLeastScale * largest);
  }

  void find_moved(const Eigen::VectorXd& move, Eigen::VectorXd& to) const {
    to = free_;
    for (Eigen::Index j = 0; j < to.size(); ++j) {
      const bool logarithmic = logarithmic_[static_cast<std::size_t>(j)];
      to[j] = logarithmic ? to[j] * std::exp(move[j]) : to[j] + move[j];
      // Rounding must not keep a coefficient off the edge that it has reached.
      for (const double edge : {range(j).low, range(j).high}) {
        const double size =
            logarithmic ? std::abs(edge) : std::max(std::abs(edge), std::abs(free_[j]));
        if (std::abs(to[j] - edge) <= kEdge * size) to[j] = edge;
      }
      to[j] = std::clamp(to[j], range(j).low, range(j).high);
    }
  }

  // Takes the step, or a part of it, where F follows the model, and adapts lambda.
  void take(const ModelStep& step) {
    const double shorter = model_.kind == StepModel::Kind::kQuadratic ? kShorter : kShorterRobust;
    double share = 1;
    for (int attempt = 0; attempt < kAttempts; ++attempt, share *= shorter) {
      const double predicted = step.decrease * share * (2 - share);  // by a parabola
      move_ = share * step.move;
      if (step.is_bent) move_ += share * share * step.bend;
      move_ = move_.cwiseMax(model_.low).cwiseMin(model_.high);
      const double followed = attempt_move(move_) / predicted;
      if (!(followed > kFollowsEnough)) continue;
      width_ = share * step.reach;
      fresh_ = begun_ = true;
      undamped_ = false;
      growth_ = kGrowth;
      if (attempt > 0)
        lambda_ = std::max(kTrustLambda, lambda_ * kGrowth);
      else if (followed > kFollowsWell)
        lambda_ = std::max(kLeastLambda, lambda_ / kShrinkage);
      else if (followed < kFollowsBadly)
        lambda_ *= kGrowth;
      return;
    }
    lambda_ = std::max(kTrustLambda, lambda_ * growth_);
    growth_ *= kGrowth;
  }

  // No step lowers F. That is a stall where the model still predicts much without damping. Else F
  // cannot tell points apart for rounding, but the model can, for it has the gradient: its steps
  // are taken while they predict less and less.
  bool settle() {
    model_.lambda = kLeastLambda;
    double predicted = solver_.solve(model_, loss_, width_).decrease;
    if (predicted > kRoundingDecrease * here().value && here().value > objective_.negligible())
      return false;
    for (int i = 0; i < kSettlingSteps; ++i) {
      find_moved(solver_.step().move, to_);
      evaluate(to_, kUnbounded, state_.there);
      if (!(state_.there.value <= here().value * (1 + kRounding))) break;
      std::swap(state_.here, state_.there);
      free_.swap(to_);
      describe();
      model_.lambda = kLeastLambda;
      const double next = solver_.solve(model_, loss_, width_).decrease;
      if (next > kSettling * predicted) {
        std::swap(state_.here, state_.there);
        free_.swap(to_);
        break;
      }
      predicted = next;
    }
    fresh_ = true;
    return true;
  }

  // Moves and returns by how much F fell; stays, and returns -1, where it did not or is not finite.
  double attempt_move(const Eigen::VectorXd& move) {
    find_moved(move, to_);
    evaluate(to_, here().value, state_.there);
    const double fell = here().value - state_.there.value;
    if (!(fell > 0)) return -1;
    std::swap(state_.here, state_.there);
    free_.swap(to_);
    return fell;
  }

  void find_bounds(Refined& result) const {
    if (result.status != FitStatus::kConverged) return;
    for (Eigen::Index j = 0; j < free_.size(); ++j)
      if (range(j).low < range(j).high && (free_[j] <= range(j).low || free_[j] >= range(j).high))
        result.at_bound.push_back(static_cast<std::size_t>(j));
    if (!result.at_bound.empty()) result.status = FitStatus::kAtBound;
  }

  const FitObjective& objective_;
  FitObjective::State& state_;
  StepSolver solver_;
  Eigen::VectorXd free_;
  std::vector<double> coefficients_;
  std::vector<bool> logarithmic_;
  RobustLoss loss_;
  std::size_t iterations_ = 0, max_iterations_ = 0;
  double lambda_ = kFirstLambda;
  double growth_ = kGrowth;
  double width_ = 0;
  bool linear_ = false;    // the law is, in all coefficients as they are, not in their logarithms
  bool begun_ = false;     // a step was taken
  bool straight_ = false;  // to the optimum of the recipe's loss, without the first stages
  bool final_ = false;     // the recipe's own loss is minimised, to its tolerances
  bool undamped_ = false;  // a step without damping was tried from the current point
  bool fresh_ = true;      // the model does not describe the current point yet
  StepModel model_;
  Eigen::VectorXd natural_scale_, sizes_, move_, to_;
};

}  // namespace

Refined refine(const FitObjective& objective, Eigen::VectorXd start, FitObjective::State& state,
               RefineStages stages, std::size_t budget) {
  return Refinement(objective, std::move(start), state).run(stages, budget);
}

}  // namespace isoflop
