// Trials as a surrogate wants them.
#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "isoflop/optimizer.h"
#include "optimizer/surrogate.h"
#include "optimizer/unit_cube.h"

namespace isoflop {

// Whether the logarithms of values are nearer to a symmetric distribution than the values: then a
// surrogate explains them better. All must be above 0.
bool logarithm_helps(std::span<const double> values);

// `places` are those of the trials, of which one at least did not fail. Values are logarithms where
// that helps; a trial that failed has the highest value of those that did not.
SurrogateData surrogate_data(const SearchSpace& space, std::span<const Trial> trials,
                             std::span<const UnitPlace> places);

}  // namespace isoflop
