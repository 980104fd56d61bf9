// Plans against a dense grid: a law with values and a question, both drawn from a seed, and what a
// grid of runs says of the answer.
#pragma once

#include <cstdint>
#include <string>

#include "isoflop/law.h"
#include "isoflop/plan.h"

namespace isoflop::test {

struct PlanTrial {
  std::string values;    // where the coefficients are from: "published", "usual", "any"
  std::string question;  // "lowest loss", "minimum budget", ...
  bool answered = false;
  // By how much a run of the grid that the question allows is better, in loss, and above a loss of
  // 1 relative to it; below 0 where none is.
  double worse = 0;
  std::string fault;  // what is wrong with the answer, with the law and the question; or ""
};

PlanTrial try_plan(std::uint64_t seed);

}  // namespace isoflop::test
