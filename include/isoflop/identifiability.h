// What is not identified by the runs of a fit: combinations of coefficients that change the losses
// by less than the noise, whatever the coefficients' own intervals are.
//
//   for (const std::string& note : notes_on(*identifiability(fit))) say(note);
//
// Looked at are the eigenvalues of the curvature of F in changes of the coefficients by parts of
// themselves, s (J D)' W (J D), where D has the coefficients' sizes and the rest is as in
// covariance.h. A small eigenvalue is a direction in which all coefficients of its vector can be
// changed together and the losses stay what they are. How small is small, the noise says: along a
// unit vector with eigenvalue e, one standard error is sqrt(g / (s e)) of the coefficients' sizes.
// Where that is 1 or more, the combination is not known to within its own size, and named.
#pragma once

#include <string>
#include <vector>

#include "isoflop/fit.h"
#include "isoflop/result.h"

namespace isoflop {

// A direction that is hardly determined, or several that are not determined at all.
struct WeakDirection {
  // One standard error along it, in parts of the coefficients' sizes; infinite where not even runs
  // without noise would determine it.
  double relative_error = 0;
  std::vector<std::string> coefficients;  // that have a notable part in it, the largest first
  // "A and alpha: the losses change with ln A - 17.1 alpha, and hardly with either alone".
  std::string text;
};

struct Identifiability {
  // Largest first, one for each coefficient that is neither held by the recipe nor at an edge of
  // its range.
  std::vector<double> eigenvalues;
  std::vector<double> relative_errors;  // of each direction, as above; NaN without residual
                                        // degrees of freedom
  std::vector<WeakDirection> weak;      // the weakest first
  std::vector<std::string> at_bound;    // held at an edge of their range
};

// Errors: a fit that is not usable, or without its table.
Result<Identifiability> identifiability(const Fit& fit);

// What a careful user should know.
std::vector<std::string> notes_on(const Identifiability& of);

}  // namespace isoflop
