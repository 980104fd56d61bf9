// What a solver's fit is worth, beside those of the default solver to the same runs.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "base/value.h"

namespace isoflop {

struct SolverRun {
  std::string solver;           // "bayes:gp"
  std::string searched;         // where: "the box", "the law's ranges"
  double objective = 0;         // NaN where it found none
  double ratio = 0;             // to the default solver's in the box; NaN where there is none
  std::size_t points = 0;       // whose objective was looked at, before any refinement
  std::size_t refinements = 0;  // from the best of these, with derivatives
  double seconds = 0;
};

std::string solvers_page(std::span<const SolverRun> runs);
Value solvers_value(std::span<const SolverRun> runs);

}  // namespace isoflop
