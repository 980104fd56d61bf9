// Approach 2 of approaches.h.
#pragma once

#include <span>
#include <vector>

#include "isoflop/approaches.h"
#include "isoflop/law.h"

namespace isoflop {

// One run each: N, C and loss.
struct SizedRuns {
  std::vector<double> N, C, loss;
};

// The runs of each budget, as row numbers, smallest budget first; lone runs, too.
std::vector<std::vector<std::size_t>> budget_groups(std::span<const double> C);

// The parabola of loss in ln N, with a term in ln C where C varies, through some of the runs:
// flops, low, high, runs, refused, N and log_error.
ParabolaOptimum parabola_optimum(const SizedRuns& runs, std::span<const std::size_t> rows);

// `predicted` is the law's loss of each run.
Parabolas parabolas(const Law& law, double sparsity, const SizedRuns& runs,
                    std::span<const double> predicted);

}  // namespace isoflop
