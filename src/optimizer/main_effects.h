// How much each parameter of a study explains by itself: the main effects of a functional analysis
// of variance (Hutter, Hoos and Leyton-Brown 2014) of a random forest fitted to the trials.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/optimizer.h"

namespace isoflop {

// For each parameter, Var_v(E[f | value v]) / Var(f), where f is the forest's mean over the unit
// cube with conditions respected; so a parameter that means something in a part of the space alone
// explains no more than that part. At most 1, but for the sampling; all 0 where f is constant. One
// trial at least is finite.
std::vector<double> main_effects(const SearchSpace& space, std::span<const Trial> trials,
                                 std::uint64_t seed, Executor& executor);

}  // namespace isoflop
