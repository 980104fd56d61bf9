// Gradual magnitude pruning (Zhu and Gupta 2017, arXiv:1710.01878) of the matrices of the layers:
// attention and MLPs, each to the same sparsity. Tables, router and gains stay dense.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "isoflop/result.h"
#include "lab/model.h"

namespace isoflop::lab {

struct Pruning {
  double sparsity = 0;  // the share of zeros at the end; of a pattern 1 - n/m
  // n:m: of every m weights of an output that come one after another n are kept. 0: unstructured.
  std::uint64_t kept = 0;
  std::uint64_t group = 0;
  // When, as shares of all steps; from 25 % to 75 % as Frantar et al. 2023 (arXiv:2309.08520).
  double from = 0.25;
  double to = 0.75;
};

// "2:4"
Result<Pruning> parse_pattern(std::string_view text);

// The sparsity wanted at a share of the training: cubic, s (1 - (1 - t)^3).
double sparsity_at(const Pruning& pruning, double share);

// Zeroes weights of least magnitude until each matrix has round(sparsity * size) zeros, and their
// places in the mask, which has a 1 for each parameter that may train. With a pattern those that
// the pattern will not keep are zeroed, the smallest first, so that a full sparsity is exactly
// the pattern; a last group that is not whole keeps its n largest too.
void prune(std::span<const Tensor> tensors, const Pruning& pruning, double sparsity,
           std::span<float> parameters, std::span<std::uint8_t> mask);

}  // namespace isoflop::lab
