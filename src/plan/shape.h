// A planning question, in the logarithms of landscape.h: its form, which many questions share, and
// its numbers.
#pragma once

#include <cstdint>

#include "isoflop/law.h"

namespace isoflop {

// ln C of a budget that nothing exhausts.
inline constexpr double kEndlessBudget = 600;

// Which of size, sparsity, data and budget are given, what is looked for, and which sizes may not
// be exceeded.
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
  bool data_given = false;  // then Amounts::d is the data, whatever it costs
  double active_cap = kEndlessBudget, total_cap = kEndlessBudget;
  Target target = Target::kNone;
};

// The numbers of one question.
struct Amounts {
  double c = kEndlessBudget;  // ln of the budget, which a target's search replaces
  double d = kEndlessBudget;  // ln of the data that is given, or that may be used at most
  double loss = 0;            // the wanted one
};

}  // namespace isoflop
