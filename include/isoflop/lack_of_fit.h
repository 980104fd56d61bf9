// Whether a law has the shape of its runs: an F-test of what is left of a smooth bend in the
// residuals.
//
// A law that fits leaves noise. One of another shape leaves a bend: its residuals, ln predicted -
// ln measured, go through a smooth curve over the logarithms of the inputs. With J the derivatives
// of the residuals by the coefficients at the optimum, Z the squares of the logarithms (of 1 - S
// for a sparsity) and the products of two, less what J can follow, and e the residuals,
//
//   F = (|P_Z e|^2 / q) / ((|e|^2 - |P_Z e|^2) / (n - rank J - q)),   q = rank Z,
//
// has Fisher's distribution where the law is right, the runs are independent and the noise is equal
// and normal: the F-test of regressors that are added to a linear regression, for laws that are
// nearly linear in their coefficients over the noise. Noise is seldom normal: e are Huber's scores
// of the residuals of a robust fit of J to them (winsorised at two robust standard deviations), for
// which the distribution is approximate; docs/judging.md has how often it is right.
//
// What it cannot see: a bend beyond the runs; one that is smaller than the noise; one that the
// coefficients follow, which then have other values than below or above the runs. What it takes for
// a bend and is none: noise that is shared, as by the checkpoints of a run. Tables with a column
// `cluster` are not tested.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "isoflop/fit.h"
#include "isoflop/result.h"

namespace isoflop {

// From here on a law is said to misfit.
inline constexpr double kMisfitLevel = 0.01;

struct LackOfFit {
  std::string untested;   // why there is no test, such as too few runs; "" where there is
  std::size_t terms = 0;  // q
  std::size_t degrees_of_freedom = 0;  // n - rank J - q
  double F = 0;
  double p = 1;  // of an F as large or larger, where the law is right
  // Where the residuals bend most: along the logarithm of one input, or with the product of those
  // of two. Direction 1: the measured losses lie above the law at both ends of the one, or where
  // both of the two are large or both small; -1: below.
  std::vector<std::string> inputs;
  int direction = 0;
};

// Errors: a fit that is not usable, or without its table.
Result<LackOfFit> lack_of_fit(const Fit& fit);

// The standard deviation of the residuals about their bend over that about the law, at most 1: what
// is noise whether or not the law holds. 1 where there is no test.
double noise_share(const LackOfFit& test);

}  // namespace isoflop
