// How sure a fit is of what is linear in its variables, as far as its runs determine them.
//
// V = map core map', the covariance of covariance.h, is kept in its two parts: `map` leads from the
// determined combinations of the variables, which have a finite covariance whatever the runs leave
// open, to the variables. A linear function whose gradient g is a combination of the runs' own
// derivatives has the variance g' V g, even where no variable has one by itself.
#pragma once

#include <Eigen/Core>
#include <cstddef>

#include "isoflop/covariance.h"
#include "isoflop/fit.h"
#include "isoflop/result.h"
#include "judge/linearised.h"

namespace isoflop {

struct Spread {
  Linearised problem;
  Decomposition parts;
  std::size_t degrees_of_freedom = 0;  // runs less determined variables
  double curvature = 0;                // s of covariance.h
  double score_variance = 0;           // g
  Eigen::MatrixXd map;                 // variables x rank
  Eigen::MatrixXd core;                // rank x rank; NaN where nothing has a variance, as with no
                                       // degrees of freedom

  // Of a linear function of the variables with this gradient; NaN where it is not determined.
  [[nodiscard]] double variance(const Eigen::VectorXd& gradient) const;
  // V; NaN in the rows and columns of variables that are not determined.
  [[nodiscard]] Eigen::MatrixXd of_variables() const;
};

// Errors: a fit that is not usable, or without its table.
Result<Spread> spread_of(const Fit& fit, CovarianceKind kind);

}  // namespace isoflop
