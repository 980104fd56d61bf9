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

constexpr double kFirstLambda = 1e-2;
constexpr double kEntryLambda = 1e-6;
constexpr double kLeastLambda = 1e-14;
constexpr double kLargestLambda = 1e12;
constexpr double kTrustLambda =
    1e-6;  // the least that has an effect, for a step that F did not follow
constexpr double kGrowth = 4;
constexpr int kAttempts = 3;             // at a step: whole, and shorter ones
constexpr double kShorter = 0.4;         // of a quadratic model's step
constexpr double kShorterRobust = 0.25;  // whose creases a step is to get clear of
constexpr double kFollowsEnough = 1e-4;
constexpr double kRoundingDecrease = 1e-9;
constexpr double kRounding = 1e-11;  // of F, at most
constexpr int kSettlingSteps = 5;
constexpr double kSettling = 0.25;        // from one settling step's promise to the next, at most
constexpr double kLooseDecrease = 1e-2;   // on the way over wider losses
constexpr double kTightDecrease = 1e-10;  // of least squares, so that optima can be told apart
constexpr double kAbsoluteDone = 1e-5;  // of the loss: residuals of no concern to an absolute loss
constexpr double kWidest = 3;           // of the median residual
constexpr double kNarrower = 6;         // from one wider loss to the next
constexpr double kNegligibleShare = 1e-4;  // of the loss, in any row
constexpr double kLongestMove = 4;         // of a logarithm, in one step
constexpr std::size_t kStallIterations = 40;
constexpr double kStall = 1e-4;  // of F
constexpr double kUnbounded = std::numeric_limits<double>::infinity();
constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();

// Below this a wider loss is not worth its way to the recipe's own.
double narrowest_delta(const FitObjective& objective) {
  const RobustLoss& loss = objective.recipe().loss;
  return loss_kind(loss).has_delta ? 2 * loss.delta
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

  // A point where F is not below `bound` is only looked at as far as it takes to see that.
  void evaluate(const Eigen::VectorXd& free, double bound, FitObjective::Point& point) {
    // An absolute loss gets a zone that is nothing beside the residuals.
    const bool absolute = loss_.kind == RobustLoss::Kind::kAbsolute;
    const double zone =
        absolute ? 1e-9 * std::max(here().value / objective_.weights().sum(), 1e-100) : 0;
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
          scale && share > kNegligibleShare * objective_.loss_size();
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
      sizes_[j] = logarithmic ? 1 : std::max(std::abs(free_[j]), 1e-3);
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
    model_.scale = model_.scale.cwiseMax(1e-8 * largest);
  }

  void find_moved(const Eigen::VectorXd& move, Eigen::VectorXd& to) const {
    to = free_;
    for (Eigen::Index j = 0; j < to.size(); ++j) {
      const bool logarithmic = logarithmic_[static_cast<std::size_t>(j)];
      to[j] = logarithmic ? to[j] * std::exp(move[j]) : to[j] + move[j];
      // Rounding must not keep a coefficient a hair's breadth off the edge that it has reached.
      const double width = range(j).high - range(j).low;
      for (const double edge : {range(j).low, range(j).high})
        if (std::abs(to[j] - edge) <= 1e-15 * (logarithmic ? std::abs(edge) : width)) to[j] = edge;
      to[j] = std::clamp(to[j], range(j).low, range(j).high);
    }
  }

  // Goes the step, or a part of it, where F follows; lambda says how far the model is to be trusted
  // next.
  void take(const ModelStep& step) {
    const double shorter = model_.kind == StepModel::Kind::kQuadratic ? kShorter : kShorterRobust;
    double share = 1;
    for (int attempt = 0; attempt < kAttempts; ++attempt, share *= shorter) {
      const double promised = step.decrease * share * (2 - share);  // what a parabola would give
      move_ = share * step.move;
      if (step.is_bent) move_ += share * share * step.bend;
      move_ = move_.cwiseMax(model_.low).cwiseMin(model_.high);
      const double followed = attempt_move(move_) / promised;
      if (!(followed > kFollowsEnough)) continue;
      width_ = share * step.reach;
      fresh_ = begun_ = true;
      undamped_ = false;
      growth_ = kGrowth;
      if (attempt > 0)
        lambda_ = std::max(kTrustLambda, lambda_ * kGrowth);
      else if (followed > 0.75)
        lambda_ = std::max(kLeastLambda, lambda_ / 20);
      else if (followed < 0.25)
        lambda_ *= kGrowth;
      return;
    }
    lambda_ = std::max(kTrustLambda, lambda_ * growth_);
    growth_ *= kGrowth;
  }

  // F falls no more, or as good as. A stall, where the model promises much without damping; else it
  // knows the optimum better than F does, which rounding has made blind, for it sees the gradient:
  // its steps are gone as long as they promise less and less.
  bool settle() {
    model_.lambda = kLeastLambda;
    double promised = solver_.solve(model_, loss_, width_).decrease;
    if (promised > kRoundingDecrease * here().value && here().value > objective_.negligible())
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
      if (next > kSettling * promised) {
        std::swap(state_.here, state_.there);
        free_.swap(to_);
        break;
      }
      promised = next;
    }
    fresh_ = true;
    return true;
  }

  // Moves, and tells by how much F fell; stays where F is not finite or did not fall.
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
  bool begun_ = false;     // a step was taken
  bool straight_ = false;  // to the optimum of the recipe's loss, not over least squares
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
