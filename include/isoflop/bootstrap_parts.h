// A bootstrap in parts, which processes or machines of their own refit: the same draws, bit for
// bit.
//
//   const Result<Pilots> pilots = try_pilots(fit, how, executor, progress);  // once, or by each
//   const auto part = bootstrap_part(fit, how, *pilots, {.index = 2, .count = 8}, executor, progress);
//   const Result<Draws> draws = joined(parts);  // of all 8: what bootstrap(fit, how) gives
//
// Part i of n has the replicates i, i + n, i + 2n, ..., and the same share of the fits without a
// unit that the jackknife needs, so that all parts take about as long. The pilots decide for all
// replicates whether they are searched from scratch (bootstrap.h): every part must know them. A
// process that knows nothing of the others finds them out for itself, at the price of a search of
// the whole table and, where its starts agree, of 40 to 400 more.
//
// Sums of the kernel depend in their last bits on the width of its vectors, so parts of AVX-512 and
// of AVX2 are not the draws of one run: a part says what it was made with, and joined() refuses
// others.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "isoflop/bootstrap.h"
#include "isoflop/executor.h"
#include "isoflop/fit.h"
#include "isoflop/progress.h"
#include "isoflop/result.h"

namespace isoflop {

// Numbers index, index + count, index + 2 count, ... of a list.
struct Shard {
  std::size_t index = 0;
  std::size_t count = 1;

  // How many of the first `total` numbers it has.
  [[nodiscard]] std::size_t size(std::size_t total) const {
    return (total + count - 1 - index) / count;
  }
};

// "2/8": the third of eight.
std::string to_text(const Shard& shard);

// What is learnt before the refits, for all of them.
struct Pilots {
  bool search_all = false;  // each refit is searched from scratch
  // Of refinements: the free coefficients as the search has them.
  std::vector<std::vector<double>> starts;
  // The first replicates, where they were tried; as in Draws.
  std::vector<FitStatus> status;
  std::vector<double> objective, values;
  bool stopped = false;
};
// Errors: those of bootstrap().
Result<Pilots> try_pilots(const Fit& fit, const Bootstrap& how, Executor& executor,
                          Progress& progress);

struct BootstrapPart {
  Shard shard;
  std::string vector;   // the instruction set of the vectors: "AVX3"
  std::string version;  // of isoflop
  Draws draws;          // its own alone; `how` is of all
};
// Errors: those of bootstrap(). Pilots that were stopped give a part that is.
Result<BootstrapPart> bootstrap_part(const Fit& fit, const Bootstrap& how, const Pilots& pilots,
                                     const Shard& shard, Executor& executor, Progress& progress);

// The draws of all parts, in any order. Errors name every part that is missing, there twice,
// stopped, or of another bootstrap, version or vector width. `names` are of the parts in errors,
// the files that they are from; without any a part is called by its shard.
Result<Draws> joined(std::span<const BootstrapPart> parts, std::span<const std::string> names = {});
// The same where parts may be missing: the draws of the others, which are then `stopped`.
Result<Draws> joined_of_some(std::span<const BootstrapPart> parts);

}  // namespace isoflop
