// Draws of a fit's coefficients without refits: from the normal distribution of its covariance,
// widened to Student's t, for the variance is estimated too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "isoflop/bootstrap.h"
#include "isoflop/covariance.h"
#include "isoflop/fit.h"

namespace isoflop {

// A normal vector over sqrt(chi-squared/n), n the residual degrees of freedom (the multivariate t
// distribution): of one coefficient the percentiles are those of covariance.h. Of logarithms where
// those are the variables of the covariance, cut to the fitted ranges. What
// plan_uncertainty() takes where there is no bootstrap: it supposes that the law is nearly linear
// in the coefficients as far as they go. There is no jackknife, so no BCa interval follows; the
// percentiles are what to show. Draw i depends on the seed and i alone.
//
// Nothing where the runs do not determine a coefficient.
std::optional<Draws> normal_draws(const Fit& fit, const Covariance& covariance, std::size_t count,
                                  std::uint64_t seed);

}  // namespace isoflop
