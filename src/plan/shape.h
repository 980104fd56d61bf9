// The form of a planning question, in the logarithms of landscape.h: which of size, sparsity, data
// and budget are given, what is looked for, and what may not be exceeded.
#pragma once

#include <cstdint>

#include "isoflop/law.h"

namespace isoflop {

// ln C of a budget that nothing exhausts.
inline constexpr double kEndlessBudget = 600;

// What is asked, in logarithms: the same for all cases.
struct Shape {
  enum class Size : std::uint8_t {
    kOpen,        // of least loss
    kActive,      // n is given
    kTotal,       // n + z is given
    kFromBudget,  // what the budget buys with the data that is given
  };
  enum class Target : std::uint8_t {
    kNone,      // least loss on a budget
    kBudget,    // the least budget for a loss
    kSize,      // the least size for a loss, with the data given
    kSmallest,  // on a budget, the smallest size for a loss
    kFewest,    // on a budget, the fewest tokens for a loss
  };
  Size size = Size::kOpen;
  double given_size = 0;    // n or n + z
  Range z{0, 0};            // one point where the sparsity is given
  bool data_given = false;  // then data_cap is the data, whatever it costs
  double data_cap = kEndlessBudget;
  double active_cap = kEndlessBudget, total_cap = kEndlessBudget;
  Target target = Target::kNone;
  double loss = 0;  // the wanted one
};

}  // namespace isoflop
