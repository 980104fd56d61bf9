// How sure a fit is of its coefficients without refits to resampled runs: what every fit is shown
// with.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "isoflop/covariance.h"
#include "isoflop/executor.h"
#include "isoflop/findings.h"
#include "isoflop/fit.h"
#include "isoflop/identifiability.h"
#include "isoflop/lack_of_fit.h"
#include "isoflop/likelihood_profile.h"
#include "isoflop/progress.h"
#include "isoflop/result.h"

namespace isoflop {

struct Confidence {
  double level = 0;  // what the intervals are to cover
  std::size_t degrees_of_freedom = 0;
  std::vector<NormalInterval> sandwich;  // one for each coefficient of the law
  std::vector<ProfileInterval> profile;  // the same, or none where not asked for
  Identifiability identifiability;
  std::vector<Finding> findings;  // what the runs leave in doubt
  LackOfFit lack_of_fit;          // whether the law has their shape
};

// Intervals by the sandwich, and by the profile where `profile` says so; of that there are none
// where the work was asked to stop. Errors: a fit that is not usable, or without its table.
Result<Confidence> confidence(const Fit& fit, double level, bool profile, Executor& executor,
                              Progress& progress);

// What a careful user should know: coefficients that are not identified by the data, and
// intervals without an end.
std::vector<std::string> notes_on(const Fit& fit, const Confidence& confidence);

}  // namespace isoflop
