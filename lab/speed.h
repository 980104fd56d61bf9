// How fast this machine trains, next to how fast it multiplies.
#pragma once

#include <string>

#include "lab/kernels.h"

namespace isoflop::lab {

// A table of sizes with tokens a second on one core and the share of the fastest square product.
std::string speed_page(Level level);

}  // namespace isoflop::lab
