// How a fit moves when its rows are drawn again, and with it what it predicts of other rows,
// without a search.
//
// Where row i is w_i times in a resample, Newton's first step from the fit to the optimum of the
// resample is
//
//   -H^-1 sum_i (w_i - 1) omega_i psi(r_i) J_i',   H = sum_i omega_i q_i J_i' J_i,
//
// omega the rows' weights and the rest as in covariance.h, whose sandwich is the covariance of
// these steps but for the correction of HC2. Each row's part is its influence on the fit (Hampel
// 1974, J. Amer. Statist. Assoc. 69:383), and the whole the infinitesimal jackknife (Jaeckel 1972;
// Efron 1982, "The jackknife, the bootstrap and other resampling plans", chapter 6).
//
// A straight step says nothing of combinations of coefficients that the runs do not determine to
// within their own size (identifiability.h): there the law bends long before a standard error is
// reached. They are held as they are, and so are coefficients at an edge of their range.
#pragma once

#include <Eigen/Core>

#include "isoflop/fit.h"
#include "isoflop/holdout.h"
#include "isoflop/table.h"

namespace isoflop {

// Along combinations of coefficients, the directions; none where the fit cannot be moved: it goes
// through all its rows, or its loss has no curvature.
struct OneStepRefit {
  Eigen::MatrixXd influence;  // training rows x directions: the step for one more of the row
  Eigen::MatrixXd slopes;     // held-out rows x directions: nats of the predicted loss by the step
};

// A usable fit to the training rows of the table, and the rows that it is judged by.
OneStepRefit one_step_refit(const Fit& fit, const Table& table, const Fold& fold);

}  // namespace isoflop
