// Weights to average several laws by that were fitted to the same runs, and what their answers are
// together: by stacking of predictive densities (Yao, Vehtari, Simpson and Gelman 2018, Bayesian
// Analysis 13:917), on runs larger than those that were fitted.
//
//   const std::array fits = {&first, &second};
//   const Result<Stacking> stacking = stacking_weights(fits, executor, progress);
//   const Mixture loss = mixture({{stacking->weights[0], 2.1, {2.0, 2.2}}, ...}, 0.95);
//
// The runs are cut into windows of growing compute (holdout.h, rolling:3), each law is fitted again
// to what comes before a window, and predicts it. Its density p_k of a run there is Student's t
// about ln L_k, of the scale that the band of a new run has (loss_band.h) and of the degrees of
// freedom of that fit. The weights maximise the mean over windows of
//
//   1/n sum_i ln sum_k w_k p_k(ln L_i)   over the n rows of a window,
//
// which is concave: expectation maximisation from equal weights ends at the maximum. A law gets
// weight for what it adds to the others: of two that are alike, one may have it all. The weights
// are no probabilities that a law is true, and know of nothing that all laws miss.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/fit.h"
#include "isoflop/progress.h"
#include "isoflop/result.h"

namespace isoflop {

struct Stacking {
  std::vector<double> weights;  // one a fit; their sum is 1
  std::size_t windows = 0;      // that were predicted
  std::vector<std::string> notes;
};

// Two fits or more. Of a window of more than 24 rows so many, evenly spaced, are looked at. Errors:
// fits of other runs than the first, or without their tables; runs without budgets; too few rows or
// budgets for a window; a fit to what comes before a window that fails.
Result<Stacking> stacking_weights(std::span<const Fit* const> fits, Executor& executor,
                                  Progress& progress);

// What one law says of a quantity above 0.
struct MixturePart {
  double weight = 0, value = 0;
  Range interval;
};
struct Mixture {
  double value = 0;  // the mean by weight, of logarithms
  Range interval;    // NaN where that of a law with weight is unknown
};
// Quantiles of the mixture of the laws' distributions, each normal in the logarithm on either side
// of its value, as wide as its interval at that level says. So the interval has the spread between
// the laws as well as what each leaves open.
Mixture mixture(std::span<const MixturePart> parts, double level);

}  // namespace isoflop
