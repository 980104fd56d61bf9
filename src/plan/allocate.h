// The planner's core: size, sparsity and data of least loss for many budgets and many draws of
// coefficients at once.
//
// Three levels, each on the one below it:
//   size      n at given z: least loss on the budget, or fixed, or what the budget buys
//   sparsity  z: least of these losses. The derivative of a least loss by what was held is the
//             partial derivative at the optimum (envelope theorem), so roots are found here, too
//   target    the budget (or the size, where the data is fixed) whose least loss is the wanted one
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/law.h"
#include "isoflop/progress.h"
#include "plan/landscape.h"
#include "plan/minimise.h"
#include "plan/shape.h"

namespace isoflop {

struct Case {
  std::span<const double> coefficients;
  Amounts amounts;
};

struct Allocation {
  double n = 0, z = 0, d = 0;
  double c = 0;               // of the budget that was asked for, or found
  double log_token_cost = 0;  // ln F, training FLOPs of a token
  double loss = std::numeric_limits<double>::quiet_NaN();
  End size_end = End::kInside;      // of an open size
  End sparsity_end = End::kInside;  // of an open sparsity
  bool data_capped = false;         // the budget would buy more data than data_cap
  bool reached = true;              // the wanted loss; else `loss` is the nearest to it
};

// One for each case. Asked to stop, what is not done keeps a loss that is NaN.
std::vector<Allocation> allocate(const Law& law, const Setting& setting, const Shape& shape,
                                 std::span<const Case> cases, Executor& executor,
                                 Progress& progress);

}  // namespace isoflop
