// The steps of isoflop/approaches.h, over runs of one sparsity.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "isoflop/approaches.h"
#include "isoflop/law.h"

namespace isoflop {

// One run each: N, C, loss and D.
struct SizedRuns {
  std::vector<double> N, C, loss, D;
};

// Least squares for ln N against ln C; nothing of fewer than two different budgets.
std::optional<SizeGrowth> size_growth(std::span<const double> flops, std::span<const double> sizes);

// Approach 1.
Envelope envelope(const SizedRuns& runs);

// The runs of each budget, as row numbers, smallest budget first; lone runs, too.
std::vector<std::vector<std::size_t>> budget_groups(std::span<const double> C);

// The parabola of loss in ln N, with a term in ln C where C varies, through some of the runs:
// flops, low, high, runs, refused, N and log_error.
ParabolaOptimum parabola_optimum(const SizedRuns& runs, std::span<const std::size_t> rows);

// Approach 2. `predicted` is the law's loss of each run.
Parabolas parabolas(const Law& law, double sparsity, const SizedRuns& runs,
                    std::span<const double> predicted);

}  // namespace isoflop
