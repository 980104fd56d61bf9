// Noise that grows or falls with an input of the runs.
//
// The mean size of a residual is modelled as exp(a + b ln x), x the input, by a log-linear
// regression of the sizes |r| themselves (quasi-likelihood with a variance as the mean squared):
// 88 % as efficient as the likelihood of normal noise, which squares, and which one bad run ruins
// (Davidian and Carroll 1987, "Variance function estimation", J. Amer. Statist. Assoc. 82:1079).
#pragma once

#include <Eigen/Core>
#include <optional>
#include <span>
#include <string>

#include "isoflop/fit.h"
#include "isoflop/law.h"
#include "judge/linearised.h"

namespace isoflop {

struct UnequalNoise {
  std::string input;         // N, P, D or C
  double power = 0;          // b
  double error = 0;          // its standard error
  double centre = 0;         // mean of ln x over the runs
  Range range;               // of x over the runs
  Eigen::VectorXd relative;  // of each run: x^b, 1 at the centre

  // Of the noise of the loudest run to that of the quietest.
  [[nodiscard]] double factor() const { return relative.maxCoeff() / relative.minCoeff(); }
  // Below it the sandwich of equal noise holds (docs/judging.md), and nobody needs be told.
  static constexpr double kLargeFactor = 4;
  [[nodiscard]] bool is_large() const { return factor() >= kLargeFactor; }

  // Of a run at this x; beyond the runs it stays as at their nearest end. `error`: of its
  // logarithm.
  struct Level {
    double relative = 1, error = 0;
  };
  [[nodiscard]] Level at(double x) const;
};

// Of the input where it is plainest; nothing where it is plain in none, or there are too few runs.
// `residuals`: of the fit's rows; `parts`: of the fit.
std::optional<UnequalNoise> unequal_noise(const Fit& fit, const Eigen::VectorXd& residuals,
                                          const Decomposition& parts);

}  // namespace isoflop
