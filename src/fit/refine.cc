#include "fit/refine.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

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
constexpr int kAttempts = 3;  // at a step: whole, a quarter, a sixteenth
constexpr double kShorter = 0.25;
constexpr double kFollowsEnough = 1e-4;
constexpr double kStepDone = 1e-10;
constexpr double kDecreaseDone = 1e-14;
constexpr double kRoundingDecrease = 1e-9;
constexpr double kLooseDecrease = 1e-2;   // on the way over wider losses
constexpr double kTightDecrease = 1e-10;  // at a wider loss whose optimum is asked for
constexpr double kAbsoluteDone = 1e-5;  // of the loss: residuals of no concern to an absolute loss
constexpr double kWidest = 3;           // of the median residual
constexpr double kNarrower = 6;         // from one wider loss to the next
constexpr double kNegligibleShare = 1e-4;  // of the loss, in any row
constexpr double kLongestMove = 4;         // of a logarithm, in one step

// Below this a wider loss is not worth its way to the recipe's own.
double narrowest_delta(const FitObjective& objective) {
  const Loss& loss = objective.recipe().loss;
  switch (loss.kind) {
    case Loss::Kind::kSquare:
      return std::numeric_limits<double>::infinity();
    case Loss::Kind::kAbsolute:
      return kWidest * kAbsoluteDone * objective.loss_size();
    default:
      return 2 * loss.delta;
  }
}

double widest_delta(const FitObjective& objective, const Eigen::VectorXd& residuals) {
  Eigen::VectorXd sizes = residuals.cwiseAbs();
  std::ranges::nth_element(sizes, sizes.begin() + sizes.size() / 2);
  const double delta = kWidest * sizes[sizes.size() / 2];
  return delta > narrowest_delta(objective) ? delta : 0;
}

class Refinement {
 public:
  Refinement(const FitObjective& objective, Eigen::VectorXd start, FitObjective::State& state)
      : objective_(objective),
        state_(state),
        solver_(objective.weights()),
        free_(std::move(start)) {
    logarithmic_.resize(objective.free().size());
  }

  Refined run(const Path& path) {
    Refined result;
    most_iterations_ = path.most_iterations;
    if (std::isfinite(enter(objective_.recipe().loss)))
      result.status = go(path) ? FitStatus::kConverged : FitStatus::kLimit;
    result.free = free_;
    result.objective = value_;
    result.iterations = iterations_;
    find_bounds(result);
    return result;
  }

 private:
  const Range& range(Eigen::Index j) const {
    return objective_.free()[static_cast<std::size_t>(j)].range;
  }

  bool go(const Path& path) {
    double delta = path.widest ? *path.widest : widest_delta(objective_, state_.residuals);
    if (path.widest_alone) {
      enter(widened(delta));
      return descend(kTightDecrease);
    }
    for (; delta > 0; delta = next_delta(objective_, delta)) {
      enter(widened(delta));
      descend(kLooseDecrease);
    }
    enter(objective_.recipe().loss);
    return descend(kDecreaseDone);
  }

  Loss widened(double delta) const {
    const bool cauchy = objective_.recipe().loss.kind == Loss::Kind::kCauchy;
    return {cauchy ? Loss::Kind::kCauchy : Loss::Kind::kHuber, delta};
  }

  // Starts to minimise another loss from where we are.
  double enter(const Loss& loss) {
    loss_ = loss;
    lambda_ = std::max(lambda_, kEntryLambda);
    width_ = 0;
    fresh_ = true;
    return value_ = objective_.linearise(objective_.coefficients(free_), loss_, state_);
  }

  // Steps until the model promises no decrease beyond this share of F; false where the iterations
  // are used up.
  bool descend(double decrease_done) {
    for (; iterations_ < most_iterations_; ++iterations_) {
      if (fresh_) describe();
      model_.lambda = lambda_;
      const ModelStep step = solver_.solve(model_, loss_, width_);
      const double scaled_step = step.move.cwiseAbs().cwiseQuotient(sizes_).maxCoeff();
      if (step.decrease <= decrease_done * value_ || scaled_step <= kStepDone) return true;
      take(step);
      // No step lowers F any more, however short: rounding, where little was promised; else a
      // stall.
      if (lambda_ > kLargestLambda) return step.decrease <= kRoundingDecrease * value_;
    }
    return false;
  }

  // The model at the current point, in the variables of the step.
  void describe() {
    const Eigen::Index count = free_.size();
    const Eigen::VectorXd& residuals = state_.residuals;
    const LossSlopes rho(loss_, 1e-9 * residuals.cwiseAbs().mean());
    Eigen::ArrayXd slopes, curvatures;
    rho(residuals.array(), slopes, curvatures);
    // What a reweighted least-squares step would give each row: slope over residual.
    const Eigen::ArrayXd weights =
        objective_.weights().array() *
        (residuals.array() == 0).select(curvatures, slopes / residuals.array());
    slopes *= objective_.weights().array();
    natural_second_ = objective_.curvature(objective_.coefficients(free_), slopes.matrix(), state_);
    natural_gradient_ = state_.jacobian.transpose() * slopes.matrix();
    model_.residuals = state_.residuals;
    natural_scale_ = (state_.jacobian.array().square().colwise() * weights)
                         .colwise()
                         .sum()
                         .sqrt()
                         .matrix()
                         .transpose();
    const double largest = std::max(natural_scale_.maxCoeff(), std::numeric_limits<double>::min());
    natural_scale_ = natural_scale_.cwiseMax(1e-12 * largest);
    for (Eigen::Index j = 0; j < count; ++j) {
      const bool scale = objective_.free()[static_cast<std::size_t>(j)].role == Role::kScale;
      const double share = std::abs(free_[j]) * state_.jacobian.col(j).cwiseAbs().maxCoeff();
      logarithmic_[static_cast<std::size_t>(j)] =
          scale && share > kNegligibleShare * objective_.loss_size();
    }
    sizes_.resize(count);
    choose_variables();
    fresh_ = false;
  }

  // d coefficient / d variable.
  double rate(Eigen::Index j) const {
    return logarithmic_[static_cast<std::size_t>(j)] ? free_[j] : 1;
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
    Eigen::VectorXd rates(count);
    model_.low.resize(count);
    model_.high.resize(count);
    for (Eigen::Index j = 0; j < count; ++j) {
      const bool logarithmic = logarithmic_[static_cast<std::size_t>(j)];
      const Range move = logarithmic ? logarithmic_range(j)
                                     : Range{range(j).low - free_[j], range(j).high - free_[j]};
      rates[j] = rate(j);
      model_.low[j] = move.low;
      model_.high[j] = move.high;
      sizes_[j] = logarithmic ? 1 : std::max(std::abs(free_[j]), 1e-3);
    }
    model_.jacobian = state_.jacobian * rates.asDiagonal();
    model_.second = rates.asDiagonal() * natural_second_ * rates.asDiagonal();
    for (Eigen::Index j = 0; j < count; ++j)  // second derivative of exp
      if (logarithmic_[static_cast<std::size_t>(j)])
        model_.second(j, j) += natural_gradient_[j] * free_[j];
    model_.scale = natural_scale_.cwiseProduct(rates.cwiseAbs());
    const double largest = std::max(model_.scale.maxCoeff(), std::numeric_limits<double>::min());
    model_.scale = model_.scale.cwiseMax(1e-8 * largest);
  }

  Eigen::VectorXd moved(const Eigen::VectorXd& move) const {
    Eigen::VectorXd to = free_;
    for (Eigen::Index j = 0; j < to.size(); ++j) {
      const bool logarithmic = logarithmic_[static_cast<std::size_t>(j)];
      to[j] = logarithmic ? to[j] * std::exp(move[j]) : to[j] + move[j];
      // Rounding must not keep a coefficient a hair's breadth off the edge that it has reached.
      const double width = range(j).high - range(j).low;
      for (const double edge : {range(j).low, range(j).high})
        if (std::abs(to[j] - edge) <= 1e-15 * (logarithmic ? std::abs(edge) : width)) to[j] = edge;
      to[j] = std::clamp(to[j], range(j).low, range(j).high);
    }
    return to;
  }

  // Goes the step, or a part of it, where F follows; lambda says how far the model is to be trusted
  // next.
  void take(const ModelStep& step) {
    double share = 1;
    for (int attempt = 0; attempt < kAttempts; ++attempt, share *= kShorter) {
      const double promised = step.decrease * share * (2 - share);  // what a parabola would give
      const double followed = attempt_move(share * step.move) / promised;
      if (!(followed > kFollowsEnough)) continue;
      width_ = share * (model_.jacobian * step.move).cwiseAbs().maxCoeff();
      fresh_ = true;
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

  // Moves, and tells by how much F fell; stays where F is not finite or did not fall.
  double attempt_move(const Eigen::VectorXd& move) {
    const Eigen::VectorXd to = moved(move);
    const double value = objective_.value(objective_.coefficients(to), loss_, state_);
    if (!(value < value_)) return -1;
    const double linearised = objective_.linearise(objective_.coefficients(to), loss_, state_);
    if (!std::isfinite(linearised)) {
      objective_.linearise(objective_.coefficients(free_), loss_, state_);
      return -1;
    }
    const double fell = value_ - linearised;
    free_ = to;
    value_ = linearised;
    return fell;
  }

  void find_bounds(Refined& result) const {
    for (Eigen::Index j = 0; j < free_.size(); ++j)
      if (range(j).low < range(j).high && (free_[j] <= range(j).low || free_[j] >= range(j).high))
        result.at_bound.push_back(static_cast<std::size_t>(j));
    if (result.status == FitStatus::kConverged && !result.at_bound.empty())
      result.status = FitStatus::kAtBound;
  }

  const FitObjective& objective_;
  FitObjective::State& state_;
  StepSolver solver_;
  Eigen::VectorXd free_;
  std::vector<bool> logarithmic_;
  Loss loss_;
  double value_ = 0;
  std::size_t iterations_ = 0, most_iterations_ = 0;
  double lambda_ = kFirstLambda;
  double growth_ = kGrowth;
  double width_ = 0;
  bool fresh_ = true;  // the model does not describe the current point yet
  StepModel model_;
  Eigen::MatrixXd natural_second_;
  Eigen::VectorXd natural_gradient_, natural_scale_, sizes_;
};

}  // namespace

Refined refine(const FitObjective& objective, Eigen::VectorXd start, FitObjective::State& state,
               const Path& path) {
  return Refinement(objective, std::move(start), state).run(path);
}

double widest_delta(const FitObjective& objective, const Eigen::VectorXd& free,
                    FitObjective::State& state) {
  objective.linearise(objective.coefficients(free), objective.recipe().loss, state);
  return widest_delta(objective, state.residuals);
}

double next_delta(const FitObjective& objective, double delta) {
  return delta / kNarrower > narrowest_delta(objective) ? delta / kNarrower : 0;
}

}  // namespace isoflop
