// How a quantity of a fit's coefficients is held near a value while the coefficients are fitted
// again.
//
// A coefficient is held exactly, by leaving it out of the refit: that is cheap, and needs no
// derivatives of it. Any other quantity q is held by a penalty, F + w/2 (q - target)^2. A refit
// ends near the target, not at it, but at the lowest F for the value that q has there: the penalty
// decides which point of the profile is found, and has no part in it.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "fit/objective.h"
#include "isoflop/fit.h"
#include "isoflop/likelihood_profile.h"
#include "judge/spread.h"

namespace isoflop {

// What all profiles of a fit share.
struct ProfileLimit {
  // How far F may rise for the quantity with this gradient in the variables of covariance.h, and
  // Student's quantile. NaN where that is unknown.
  struct Rise {
    double t = 0, rise = 0;
  };
  [[nodiscard]] Rise of(const Eigen::VectorXd& gradient) const;

  double level = 0;
  Spread model;
  std::optional<Spread> robust;  // the sandwich, where noise is shared or not equal
};

// Moves are from the quantity's value at the fit: differences, or where it is logarithmic
// differences of logarithms.
class ProfileConstraint {
 public:
  ProfileConstraint(const ProfileConstraint&) = delete;
  ProfileConstraint& operator=(const ProfileConstraint&) = delete;
  virtual ~ProfileConstraint() = default;

  // F of the coefficients that a refit moves, without a penalty.
  [[nodiscard]] const FitObjective& objective() const { return objective_; }
  [[nodiscard]] double value_after(double move) const;
  [[nodiscard]] bool logarithmic() const { return logarithmic_; }
  // The distance to an end of the normal interval, or a part of the quantity.
  [[nodiscard]] double first_move() const { return first_move_; }
  // How far F may rise.
  [[nodiscard]] double rise() const { return rise_; }
  // How far the quantity can be moved up (side 1) or down.
  [[nodiscard]] virtual double farthest(double side) const = 0;
  [[nodiscard]] virtual FitObjective hold(double move) const = 0;
  // The move that a refit under hold(move) ended with; NaN where the quantity has no value there.
  [[nodiscard]] virtual double moved(const Eigen::VectorXd& free, double move) const = 0;

 protected:
  explicit ProfileConstraint(FitObjective objective) : objective_(std::move(objective)) {}
  // At the fit; `gradient` is that of a move in the variables.
  void set_value(double value, bool logarithmic, const Eigen::VectorXd& gradient,
                 const ProfileLimit& limit);

 private:
  FitObjective objective_;
  double value_ = 0, first_move_ = 0, rise_ = 0;
  bool logarithmic_ = false;
};

class FixedCoefficient final : public ProfileConstraint {
 public:
  // `objective` has the coefficient fixed.
  FixedCoefficient(const Fit& fit, FitObjective objective, std::size_t coefficient,
                   const ProfileLimit& limit);

  [[nodiscard]] double farthest(double side) const override { return side < 0 ? down_ : up_; }
  [[nodiscard]] FitObjective hold(double move) const override {
    return objective().with_fixed(coefficient_, value_after(move));
  }
  [[nodiscard]] double moved(const Eigen::VectorXd&, double move) const override { return move; }

 private:
  std::size_t coefficient_;
  double down_ = 0, up_ = 0;  // to the edges of the range
};

class PenalisedQuantity final : public ProfileConstraint {
 public:
  // `quantity` is kept by reference.
  PenalisedQuantity(const Fit& fit, FitObjective objective, const Quantity& quantity,
                    const ProfileLimit& limit);

  // The quantity at the fit has a value, and coefficients that move it.
  [[nodiscard]] bool is_known() const { return known_; }
  [[nodiscard]] double farthest(double) const override;
  [[nodiscard]] FitObjective hold(double move) const override;
  [[nodiscard]] double moved(const Eigen::VectorXd& free, double) const override {
    return value_at(free) - origin_;
  }

 private:
  // Of the quantity, or of its logarithm.
  [[nodiscard]] std::vector<double> values_at(const std::vector<Eigen::VectorXd>& points) const;
  [[nodiscard]] double value_at(const Eigen::VectorXd& free) const { return values_at({free})[0]; }
  void differentiate(const Eigen::VectorXd& free, Eigen::VectorXd& first,
                     Eigen::MatrixXd& second) const;

  const Quantity& quantity_;
  double origin_ = 0;  // at the fit
  double strength_ = 1;
  bool known_ = false;
};

}  // namespace isoflop
