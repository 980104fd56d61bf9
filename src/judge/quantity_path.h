// Along the least objective for each value of a quantity that is derived from coefficients.
#pragma once

#include <Eigen/Core>
#include <map>
#include <string>
#include <vector>

#include "fit/objective.h"
#include "fit/refine.h"
#include "isoflop/fit.h"
#include "isoflop/quantity_profile.h"

namespace isoflop {

class DerivedValley {
 public:
  // `objective` is that of the fit, `limit` how far it may rise.
  DerivedValley(const Fit& fit, const FitObjective& objective, const Derived& quantity,
                double limit);

  // At the fit: the quantity, or its logarithm.
  [[nodiscard]] double value() const { return value_; }
  // Its derivatives by the free coefficients at the fit.
  [[nodiscard]] const Eigen::VectorXd& slope() const { return slope_; }
  // The quantity at the fit has a value, and coefficients that move it.
  [[nodiscard]] bool is_known() const;
  // Refits came to an objective below that of the fit.
  [[nodiscard]] bool found_lower() const { return lower_; }

  // Coefficients that the edge of their range holds back at an end that was found, and not at the
  // fit.
  [[nodiscard]] std::vector<std::string> at_edge() const;

  // The end of the interval above (side 1) or below (side -1), as the quantity; infinite or NaN as
  // of derived_profiles(). `first` is a guess of its distance, of the logarithm where that is
  // looked for.
  double end(double side, double first);

 private:
  // On the profile: the least objective for this value of the quantity.
  struct Place {
    Eigen::VectorXd free;
    double value = 0;   // of the quantity, or its logarithm
    double excess = 0;  // 0 where F has risen by the limit, -1 at the fit, straight in between
    std::vector<bool> held{};  // free coefficients that the edge of their range holds back
  };

  [[nodiscard]] std::vector<double> values_at(const std::vector<Eigen::VectorXd>& places) const;
  [[nodiscard]] double value_at(const Eigen::VectorXd& free) const;
  void differentiate(const Eigen::VectorXd& free, Eigen::VectorXd& first,
                     Eigen::MatrixXd& second) const;
  [[nodiscard]] Penalty pull_to(double target) const;
  Refined refined(const FitObjective& pulled, const Eigen::VectorXd& start);
  [[nodiscard]] const Eigen::VectorXd& nearest(double move) const;
  double excess_at(double move);
  std::vector<bool> held_at(const FitObjective& pulled, const Eigen::VectorXd& free);
  double located_end(double side);

  const Fit& fit_;
  const FitObjective& objective_;
  const Derived& quantity_;
  FitObjective::State state_;
  const double limit_;
  Eigen::VectorXd start_, slope_;
  double value_ = 0;                         // at the fit
  double scale_ = 1;                         // of moves
  std::map<double, Eigen::VectorXd> known_;  // coefficients by the move that was asked for
  Place inside_, outside_;                   // the farthest within the limit, the nearest beyond
  bool has_outside_ = false, lower_ = false;
  std::vector<bool> at_edge_;  // of free coefficients
};

}  // namespace isoflop
