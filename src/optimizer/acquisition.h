// How much a place is worth an evaluation, as a score to be minimised.
//
//   expected improvement over the lowest value y:  EI = s h(u),  u = (y - m)/s,
//       h(u) = phi(u) + u Phi(u);  the score is -ln EI, which has a slope everywhere (Ament et al.
//       2023, arXiv:2310.20708)
//   lower confidence bound:  m - kappa s
#pragma once

#include <Eigen/Core>
#include <span>

#include "isoflop/optimizer.h"
#include "optimizer/surrogate.h"

namespace isoflop {

// ln h(u), finite for every finite u.
double log_expected_improvement(double u);
// Its derivative, Phi(u)/h(u).
double log_expected_improvement_slope(double u);

class AcquisitionScore {
 public:
  // `origin` is kExpectedImprovement or kLowerConfidenceBound; `lowest` the lowest known value.
  AcquisitionScore(Origin origin, double kappa, double lowest)
      : origin_(origin), kappa_(kappa), lowest_(lowest) {}

  [[nodiscard]] double operator()(const SurrogatePrediction& prediction) const;
  // With its gradient, from those of mean and deviation.
  double operator()(const SurrogatePrediction& prediction, const Eigen::VectorXd& mean_slope,
                    const Eigen::VectorXd& deviation_slope, Eigen::VectorXd& gradient) const;

 private:
  Origin origin_;
  double kappa_;
  double lowest_;
};

// Which of the two a hedge takes next, drawn with a probability that grows with the rewards of the
// trials that each led to: the share of earlier trials whose values were higher (a bandit with
// softmax choice, after Hoffman, Brochu and de Freitas 2011, "Portfolio allocation for Bayesian
// optimization"; they reward suggestions that were not evaluated as well). `draw` is in [0, 1).
Origin choose_by_rewards(std::span<const Trial> trials, double draw);

}  // namespace isoflop
