// How sure a fit is of what is linear in its variables, as far as its runs determine them.
//
// V = map core map', the covariance of covariance.h, is kept in its two parts: `map` leads from the
// determined combinations of the variables, which have a finite covariance whatever the runs leave
// open, to the variables. A linear function whose gradient g is a combination of the runs' own
// derivatives has the variance g' V g, even where no variable has one by itself.
//
// Where the noise plainly grows or falls with an input (unequal_noise.h) the sandwich is the mean
// of that of the rows' own scores, which hold whatever the noise follows and vary much, and of the
// noise as modelled.
//
// Of a table with a column `cluster` the sandwich is cluster-robust: with L the rows of `left` that
// are one cluster's, u their scores and A = (I - L L')^-1/2, its middle is the sum over clusters of
// L'A u u'A'L. That is CR2 of Bell and McCaffrey (2002, Survey Methodology 28:169), unbiased for
// independent rows however few clusters there are; a linear function has the degrees of freedom of
// Satterthwaite's formula, of the same authors and Pustejovsky and Tipton (2018, J. Business &
// Economic Statistics 36:672), under noise of which a part is shared as in the scores.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

#include "isoflop/covariance.h"
#include "isoflop/fit.h"
#include "isoflop/result.h"
#include "judge/linearised.h"

namespace isoflop {

struct Spread {
  // L'L = vectors diag(leverages) vectors', and L'1.
  struct Cluster {
    Eigen::MatrixXd vectors;
    Eigen::VectorXd leverages, sums;
  };

  Linearised problem;
  Decomposition parts;
  std::size_t degrees_of_freedom = 0;  // runs less determined variables
  double curvature = 0;                // s of covariance.h
  double score_variance = 0;           // g
  Eigen::MatrixXd map;                 // variables x rank
  Eigen::MatrixXd core;                // rank x rank; NaN where nothing has a variance, as with no
                                       // degrees of freedom
  Eigen::MatrixXd bread;               // of the sandwich, rank x rank
  bool of_noise = false;          // the sandwich knows of clusters, or of noise that is not equal
  std::vector<Cluster> clusters;  // of a cluster-robust sandwich
  double correlation = 0;         // of scores in a cluster

  // Of a linear function of the variables with this gradient; NaN where it is not determined.
  [[nodiscard]] double variance(const Eigen::VectorXd& gradient) const;
  // Of that variance: fewer than runs less variables where runs come in clusters. NaN likewise.
  [[nodiscard]] double degrees(const Eigen::VectorXd& gradient) const;
  // Of clusters: how many times more runs would be needed than of independent ones for the mean of
  // the noise, and the fewest degrees of freedom; for what has no variance of its own.
  [[nodiscard]] double design_effect() const;
  [[nodiscard]] double fewest() const;
  // V; NaN in the rows and columns of variables that are not determined.
  [[nodiscard]] Eigen::MatrixXd of_variables() const;
};

// Errors: a fit that is not usable, or without its table; one cluster alone.
Result<Spread> spread_of(const Fit& fit, CovarianceKind kind);

}  // namespace isoflop
