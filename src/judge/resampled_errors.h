// The held-out errors of laws when all runs are drawn again: those that judge, and those that the
// laws were fitted to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "isoflop/compare.h"
#include "isoflop/executor.h"
#include "judge/judge_law.h"
#include "judge/paired_bootstrap.h"

namespace isoflop {

// Which unit each held-out row, fold by fold, belongs to: itself, or its group.
std::vector<std::size_t> held_out_units(const Folds& folds);

// For each law and each of `resamples`, the sum over the held-out rows of weight * (predicted -
// measured)^2. A resample has as many units of held-out rows as there are, drawn with replacement,
// and in the same way as many rows as there are of those that are never held out (or of 2000 random
// lots of them); the same ones for every law. Where a row of several folds judges in one and is
// fitted to in others it is there equally often. The fits move by one step (one_step_refit.h), and
// what they predict moves along a straight line. The same for any executor.
Sums resampled_errors(std::span<const JudgedLaw> laws, const Table& table, const Folds& folds,
                      std::size_t resamples, std::uint64_t seed, Executor& executor);

}  // namespace isoflop
