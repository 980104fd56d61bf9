// What can be wrong with a question of a speed-up, before curves are fitted.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "isoflop/result.h"
#include "isoflop/speedup.h"

namespace isoflop {

// How many values of C.
std::size_t distinct_scales(std::span<const double> flops);

// The variants with the baseline first.
Result<std::vector<VariantRuns>> baseline_first(std::span<const VariantRuns> runs,
                                                const SpeedupRequest& request);

// All problems of the runs, the baseline's first, and of the request.
Result<void> check_curves(std::span<const VariantRuns> all, const SpeedupRequest& request);

}  // namespace isoflop
