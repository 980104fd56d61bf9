// Counting in doubles: whole numbers that are exact below 2^53 and cannot overflow.
#pragma once

#include "isoflop/arch.h"

namespace isoflop {

using BlockPart = LayerBlock::Part;

// Weights of all blocks of a part, with all experts, or those that see a token.
double weights_of(const Architecture& model, BlockPart part);
double total_weights(const Architecture& model);
double active_weights(const Architecture& model);

}  // namespace isoflop
