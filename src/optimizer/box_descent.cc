#include "optimizer/box_descent.h"

#include <cmath>
#include <utility>

namespace isoflop {

namespace {

constexpr double kSmallDecrease = 1e-9;
constexpr double kSufficient = 1e-4;  // of the decrease that the gradient promises (Armijo)
constexpr double kShorter = 0.4;
constexpr double kFirstStep = 0.2;  // of the box, before anything is known of the curvature
constexpr int kMostShortenings = 12;

class BoxDescent {
 public:
  BoxDescent(const SmoothFunction& function, Eigen::VectorXd start, const Eigen::VectorXd& low,
             const Eigen::VectorXd& high, std::size_t most)
      : function_(function), low_(low), high_(high), most_(most), at_(std::move(start)) {}

  Descent run() {
    gradient_.resize(at_.size());
    value_ = evaluate(at_, gradient_);
    forget();
    while (std::isfinite(value_) && evaluations_ < most_ && step()) {
    }
    return {at_, value_, evaluations_};
  }

 private:
  double evaluate(const Eigen::VectorXd& at, Eigen::VectorXd& gradient) {
    ++evaluations_;
    const double value = function_(at, gradient);
    return gradient.allFinite() ? value : std::nan("");
  }

  // Of a variable that stands at an end of its range and would leave it.
  [[nodiscard]] bool is_held(Eigen::Index i) const {
    return (at_[i] <= low_[i] && gradient_[i] > 0) || (at_[i] >= high_[i] && gradient_[i] < 0);
  }

  void forget() {
    inverse_ = Eigen::MatrixXd::Identity(at_.size(), at_.size());
    is_fresh_ = true;
  }

  Eigen::VectorXd direction() {
    Eigen::VectorXd free = gradient_;
    for (Eigen::Index i = 0; i < at_.size(); ++i)
      if (is_held(i)) free[i] = 0;
    if (is_fresh_) {
      const double steepest = free.cwiseAbs().maxCoeff();
      const double size = kFirstStep * (high_ - low_).maxCoeff();
      if (steepest > 0) return -free * (size / steepest);
      return Eigen::VectorXd::Zero(at_.size());
    }
    Eigen::VectorXd way = -(inverse_ * free);
    for (Eigen::Index i = 0; i < at_.size(); ++i)
      if (is_held(i)) way[i] = 0;
    return way;
  }

  // False where nothing lower is found, or hardly lower.
  bool step() {
    const Eigen::VectorXd way = direction();
    if (!(gradient_.dot(way) < 0)) {
      if (is_fresh_) return false;
      forget();
      return true;
    }
    Eigen::VectorXd there(at_.size()), gradient(at_.size());
    double length = 1;
    for (int i = 0; i < kMostShortenings && evaluations_ < most_; ++i, length *= kShorter) {
      there = (at_ + length * way).cwiseMax(low_).cwiseMin(high_);
      const double promised = gradient_.dot(there - at_);
      const double value = evaluate(there, gradient);
      if (!(value <= value_ + kSufficient * promised)) continue;
      const double decrease = value_ - value;
      learn(there - at_, gradient - gradient_);
      at_ = there;
      gradient_ = gradient;
      value_ = value;
      return decrease > kSmallDecrease * (std::abs(value_) + kSmallDecrease);
    }
    if (is_fresh_ || evaluations_ >= most_) return false;
    forget();
    return true;
  }

  // The update of Broyden, Fletcher, Goldfarb and Shanno.
  void learn(const Eigen::VectorXd& step, const Eigen::VectorXd& change) {
    const double curvature = step.dot(change);
    if (!(curvature > 1e-12 * step.norm() * change.norm())) return;
    if (is_fresh_) inverse_ *= curvature / change.squaredNorm();
    is_fresh_ = false;
    const Eigen::VectorXd image = inverse_ * change;
    const double factor = (1 + change.dot(image) / curvature) / curvature;
    inverse_ += factor * step * step.transpose();
    inverse_ -= (image * step.transpose() + step * image.transpose()) / curvature;
  }

  const SmoothFunction& function_;
  const Eigen::VectorXd& low_;
  const Eigen::VectorXd& high_;
  std::size_t most_, evaluations_ = 0;
  Eigen::VectorXd at_, gradient_;
  double value_ = 0;
  Eigen::MatrixXd inverse_;  // of the matrix of second derivatives, as far as it is known
  bool is_fresh_ = true;
};

}  // namespace

Descent descend_in_box(const SmoothFunction& function, Eigen::VectorXd start,
                       const Eigen::VectorXd& low, const Eigen::VectorXd& high, std::size_t most) {
  return BoxDescent(function, std::move(start), low, high, most).run();
}

}  // namespace isoflop
