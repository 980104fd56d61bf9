// Counting in doubles: whole numbers that are exact below 2^53 and cannot overflow.
#pragma once

#include "isoflop/arch.h"

namespace isoflop {

struct PartCounts {
  double embedding = 0;
  double attention = 0;
  double mlp = 0;
  double experts = 0;
  double shared = 0;
  double router = 0;
  double norms = 0;
  double total = 0;
  double idle = 0;  // of the routed experts that do not see a token
};
PartCounts count_in_doubles(const Architecture& model);

// Weights of the matrices of one layer alone, without biases and norms: what FLOPs are counted of.
double attention_weights(const AttentionShape& attention, std::uint64_t width);
double mlp_weights(const MlpShape& mlp, std::uint64_t width);

}  // namespace isoflop
