// Least squares for ln N against ln C.
#pragma once

#include <optional>
#include <span>

#include "isoflop/approaches.h"

namespace isoflop {

// Nothing of fewer than two different budgets.
std::optional<SizeGrowth> size_growth(std::span<const double> flops, std::span<const double> sizes);

}  // namespace isoflop
