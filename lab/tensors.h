// The parameters of a model of the lab: which there are, and where.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "isoflop/arch.h"
#include "isoflop/result.h"
#include "lab/kernels.h"

namespace isoflop::lab {

inline Size signed_size(std::uint64_t size) { return static_cast<Size>(size); }

// One matrix or vector in the list of all parameters.
struct Tensor {
  // kWeight: a matrix of a layer, which pruning and weight decay act on. Decay also acts on tables.
  enum class Kind : std::uint8_t { kTable, kWeight, kRouter, kGain };
  std::string name;  // "layer 2 gate and up, expert 5"
  Kind kind = Kind::kWeight;
  Size offset = 0;
  Size rows = 0;     // outputs; of a table, the width
  Size columns = 1;  // inputs; of a table, the vocabulary

  [[nodiscard]] Size size() const { return rows * columns; }
};

// The sizes of a model of the lab. Errors name the first that does not go: heads that do not divide
// the width, more active experts than experts, a vocabulary above 65,536, ...
Result<void> check(const Architecture& sizes, Size context);

// The parameters in the order in which they are stored.
std::vector<Tensor> tensors(const Architecture& sizes);

// Where the tensors of one layer are in the list, from the layer's first. All layers have the same.
struct LayerTensors {
  Size norm1 = 0, qkv = 1, output = 2, norm2 = 3;
  Size router = 0;
  Size mlp = 4;  // gate and up, then down; of each expert
  Size shared = 0;
  Size count = 6;
};
LayerTensors layer_tensors(const Architecture& sizes);
// The layers come after the table.
Size first_tensor(const Architecture& sizes, Size layer);

}  // namespace isoflop::lab
