// Simulated tables of runs: what a law would give over a design, with noise. For examples, for
// tests that must know the truth, and to see whether a design can identify a law before money is
// spent on it.
#pragma once

#include <cstdint>
#include <vector>

#include "isoflop/law.h"
#include "isoflop/predict.h"
#include "isoflop/result.h"
#include "isoflop/table.h"

namespace isoflop {

// isoFLOP budgets x sizes x sparsities. For every budget C and sparsity S the sizes are spaced
// evenly in ln N over a factor `span` around the law's compute-optimal N, and D = C/(6 N), P = N/(1
// - S). 10 million runs at most.
struct Design {
  std::vector<double> flops;  // training FLOPs of each isoFLOP profile
  std::size_t sizes = 7;      // runs on each profile, at least 1
  double span = 16;           // largest over smallest N on a profile
  std::vector<double> sparsity = {0};
  Inputs inputs{};  // values of what else the law wants (U, experts, ...)
};

// The runs of the design, without losses: columns N, P, S, D, C and what else the law wants.
Result<Table> lay_out(const Law& law, const Design& design);

// The same with a column loss. The loss of each run is the law's,
// times exp(noise * z) with z standard normal, drawn from (seed, row).
Result<Table> simulate(const Law& law, const Design& design, double noise, std::uint64_t seed);

}  // namespace isoflop
