// How sure a fit is of its coefficients, at the price of one Jacobian: the covariance of an
// M-estimator, and normal intervals from it.
//
//   Result<Covariance> spread = covariance(fit);
//   for (const NormalInterval& of : normal_intervals(fit, *spread, 0.95)) use(of.interval.low);
//
// The fit minimises sum_i w_i rho(r_i). With J the derivatives of the residuals by the variables,
// W the weights, psi = rho' and s = E psi'(r), the mean curvature of the loss (Huber 1981, "Robust
// statistics", section 7.6; White 1982, Econometrica 50:1),
//
//   sandwich   H^-1 (sum_i w_i^2 psi(r_i*)^2 J_i' J_i) H^-1,   H = sum_i w_i q_i J_i' J_i
//   model      g / s^2 (J' W J)^-1,   g = sum_i w_i psi(r_i)^2 / (n - p).
//
// The sandwich lets each run have noise of its own size; the model supposes that all residuals have
// one distribution, with weights as inverse variances. For least squares (q_i = s = 1) the one is
// HC2 of MacKinnon and White (1985, J. Econometrics 29:305) and the other the textbook's. HC2 makes
// up for a fit that goes towards its own runs: r* = r + (1 / sqrt(1 - h) - 1) psi(r) / s, with h
// the run's leverage.
//
// With a tiny delta a loss is nearly |r|, its curvature is nearly all at 0, and what stands for it
// is a density of the residuals there, of all runs (s) or of runs with derivatives like a run's
// (q). As in quantile regression (Hendricks and Koenker 1992, J. Amer. Statist. Assoc. 87:58;
// Powell 1991) it comes from difference quotients q_i = (psi(r_i + b) - psi(r_i - b)) / 2b, with b
// the bandwidth of Hall and Sheather (1988, J. R. Statist. Soc. B 50:381) for a median. s is their
// mean without the p smallest residuals, for through p runs such a fit goes whatever the noise is,
// and the q_i of the sandwich are scaled to have the mean s. For least squares all are 1 exactly.
//
// When to choose what: the sandwich, unless runs are few (under some 30) and alike in their noise,
// where the model's is the steadier. Neither where identifiability.h names coefficients
// that are not identified by the runs: see likelihood_profile.h.
//
// A quantile (quantile:Q of robust_loss.h) has neither: few runs are near one far from the median,
// and their density decides. A bootstrap is the way there.
//
// Runs that share their noise (checkpoints of a run) come with a column `cluster`. The sandwich is
// then cluster-robust (CR2 of Bell and McCaffrey 2002, Survey Methodology 28:169), and each
// coefficient has degrees of freedom of its own, by Satterthwaite's formula (Pustejovsky and Tipton
// 2018, J. Business & Economic Statistics 36:672): a few where clusters are few. The model's
// covariance knows no clusters.
//
// A scale that cannot be below 0 (A of A/N^alpha) varies over decades: its variable is its
// logarithm, in which its interval is symmetric; all else is its own variable. Coefficients at an
// edge of their range are held there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "isoflop/fit.h"
#include "isoflop/law.h"
#include "isoflop/result.h"

namespace isoflop {

enum class CovarianceKind : std::uint8_t { kSandwich, kModel };

struct Covariance {
  // Of the law's coefficients in its order, row by row, in their units. 0 for one that is held by
  // the recipe or at an edge; NaN for one that the runs do not determine.
  std::vector<double> matrix;
  std::vector<bool> logarithmic;       // for each coefficient: its variable is its logarithm
  std::size_t degrees_of_freedom = 0;  // n - p, runs less determined variables; 0: all is NaN
  // Of each coefficient's variance: n - p, or Satterthwaite's of runs in clusters; NaN where the
  // variance is.
  std::vector<double> of_coefficients;
  double curvature = 0;       // s, of the residual's unit to the power of the loss's
  double score_variance = 0;  // g

  [[nodiscard]] std::size_t coefficients() const { return logarithmic.size(); }
  [[nodiscard]] double operator()(std::size_t i, std::size_t j) const {
    return matrix[i * coefficients() + j];
  }
};

// Errors: a fit that is not usable, or without its table.
Result<Covariance> covariance(const Fit& fit, CovarianceKind kind = CovarianceKind::kSandwich);

struct NormalInterval {
  // In the coefficient's unit. Where it is not determined, or at an edge of its range, both are
  // NaN.
  double standard_error = 0;
  Range interval;                 // the coefficient's value where the recipe fixes it
  double degrees_of_freedom = 0;  // of the standard error; NaN likewise, and of a fixed one
};

// One for each coefficient of the law: what is `t` standard errors away, t the quantile of
// Student's distribution for a share `level` in the middle; of a logarithm where that is the
// variable.
std::vector<NormalInterval> normal_intervals(const Fit& fit, const Covariance& covariance,
                                             double level);

}  // namespace isoflop
