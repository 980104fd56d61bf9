// How often one law has a lower error than another when the rows that judge them are drawn again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "isoflop/compare.h"
#include "isoflop/executor.h"
#include "judge/judge_law.h"

namespace isoflop {

// Which of so many units is drawn for a place of a resample.
std::size_t drawn_unit(std::uint64_t seed, std::size_t resample, std::size_t place,
                       std::size_t units);

// For each law and each of `resamples`, the sum of its errors over as many units as there are,
// drawn with replacement, the same ones for every law. `errors` has the error of each unit, one law
// after the other, all of one length. The same for any executor.
using Sums = std::vector<std::vector<double>>;
Sums resampled_sums(const Sums& errors, std::size_t resamples, std::uint64_t seed,
                    Executor& executor);

// The share of the resamples in which `first` is below `second`; a tie counts one half. Sums that
// agree to one part in 10^6 are a tie: laws that are the same on these runs end that near to each
// other, and a difference of rounding, the same in every resample, would look sure.
double probability_lower(std::span<const double> first, std::span<const double> second);

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
