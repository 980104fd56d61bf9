// The sizes of a model as a design gives them, with defaults that follow from the width.
#pragma once

#include <cstdint>

#include "isoflop/arch.h"
#include "isoflop/result.h"

namespace isoflop::lab {

struct ModelSizes {
  std::uint64_t vocabulary = 256;
  std::uint64_t width = 0;
  std::uint64_t layers = 0;
  std::uint64_t heads =
      0;  // 0: heads of 16, or one of the whole width where that is no multiple of 16
  std::uint64_t inner = 0;  // 0: 8/3 of the width, rounded up to a multiple of 8
  bool tied = true;
  // A mixture of experts in every layer; 0 experts: a dense model.
  std::uint64_t experts = 0;
  std::uint64_t active_experts = 1;
  std::uint64_t expert_inner = 0;  // 0: so that the active experts are as large as the dense MLP
  std::uint64_t shared_inner = 0;  // of the shared expert; 0: there is none
};

Architecture architecture(const ModelSizes& sizes);

// The model with about N parameters that see a token and are not zero, where a share of those of
// attention and MLPs is: width a multiple of 16 and 8 to 32 times the layers, the MLP as wide as it
// takes to come nearest. Errors: no such model within 20 %.
Result<ModelSizes> sizes_of(double N, double sparsity, const ModelSizes& sizes);

}  // namespace isoflop::lab
