// How far a law's predictions are from the runs.
#pragma once

#include <cstddef>
#include <vector>

#include "isoflop/law.h"
#include "isoflop/result.h"
#include "isoflop/table.h"

namespace isoflop {

struct Residuals {
  std::vector<double> measured, predicted;  // losses, row by row
  // ln predicted - ln measured; predicted - measured where one of them is 0 or below somewhere and
  // has no logarithm.
  std::vector<double> each;
  bool logarithmic = true;  // `each` is of logarithms
  double rms = 0;           // root mean square of `each`, unweighted
  std::size_t worst = 0;    // row of the largest of `each` by size
};

// The table has a column for each of the law's inputs and `loss`. Errors: those of predict(), a
// table without rows.
Result<Residuals> residuals(const Law& law, const Table& table);

}  // namespace isoflop
