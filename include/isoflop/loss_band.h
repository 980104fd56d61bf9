// How sure a fit is of a loss that it predicts: a band for the law's own value, and one for a run
// that is yet to be trained.
#pragma once

#include <string>
#include <vector>

#include "isoflop/covariance.h"
#include "isoflop/fit.h"
#include "isoflop/predict.h"
#include "isoflop/result.h"

namespace isoflop {

// With V the sandwich covariance of the coefficients, g = d ln L / d theta there, t Student's
// quantile, and s^2 = sum w r^2 / (sum w (1 - p/n)) of r = ln predicted - ln measured over the n
// fitted runs, p coefficients determined:
//
//   mean   L exp(-+ t sqrt(g' V g))         the delta method
//   run    L exp(-+ t sqrt(g' V g + s^2))   a run whose noise is like that of the fitted ones
//
// A coefficient that the runs do not determine does not matter where it does not change the loss:
// of runs with one D, only E + B/D^beta is known, and so is the loss at that D. What counts is that
// g is a combination of the derivatives at the runs; where a part of it is not, the bands are
// unknown. Coefficients at an edge of their range are taken as known.
//
// Where a loss has no logarithm (residuals.h) it is linear: L -+ t sqrt(g' V g), g = d L / d theta.
//
// The bands suppose that the law holds there; beyond the range of the runs that is what is least
// known.
struct LossBand {
  double level = 0;
  bool logarithmic = true;
  double log_error = 0;  // sqrt(g' V g); NaN, as the ends, where the runs do not determine it
  double log_noise = 0;  // s; NaN of as many coefficients as runs
  Range mean, run;
  // The loss is asymmetric: the law is no middle of the runs, and a run has no band about it.
  bool envelope = false;
};

// The inputs of a prediction, given and derived. Errors: as of covariance() and predict().
Result<LossBand> loss_band(const Fit& fit, const Inputs& inputs, double level);

// Why the bands are unknown; nothing where they are known.
std::vector<std::string> notes_on(const LossBand& band);

}  // namespace isoflop
