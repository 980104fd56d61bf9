// Tables of runs that a law made, together with what they were made from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "isoflop/law.h"
#include "isoflop/simulate.h"
#include "isoflop/table.h"
#include "store/fit_record.h"

namespace isoflop {

// A table with a column `predicted` beside the inputs and, where it was measured, the loss.
struct PredictedRuns {
  Law law;
  DataSource data;
  Table table;
  std::vector<std::string> notes;
};

struct SimulatedRuns {
  Law law;
  Design design;
  double noise = 0;
  std::uint64_t seed = 1;
  Table table;
};

}  // namespace isoflop
