// The slopes of a recipe's loss at the residuals of a fit, and what they say of its noise.
#pragma once

#include <Eigen/Core>

#include "isoflop/recipe.h"
#include "judge/linearised.h"

namespace isoflop {

struct Scores {
  double curvature = 0;     // s of covariance.h
  double variance = 0;      // g
  Eigen::VectorXd shares;   // of each row: q / s
  Eigen::VectorXd squares;  // of each row: psi(r*)^2
};

// Along a direction of a decomposition by sizes_of(), one standard error in parts of the
// coefficients' sizes. From kWeak on the runs do not determine the direction to within its own
// size.
inline constexpr double kWeak = 1;
double relative_error(const Scores& scores, double singular);

// For more rows than determined variables.
Scores scores_of(const RobustLoss& loss, const Linearised& problem, const Decomposition& parts);

// The same of residuals that are `relative` times numbers of one distribution: shares and squares
// are means over that of all residuals, for each row at its own noise.
Scores scores_of(const RobustLoss& loss, const Linearised& problem, const Decomposition& parts,
                 const Eigen::VectorXd& relative);

}  // namespace isoflop
