// How sure plans are, in the ways that the fit behind them allows.
#pragma once

#include <optional>
#include <span>

#include "cli/law_argument.h"
#include "isoflop/executor.h"
#include "isoflop/progress.h"
#include "workflow/plan_record.h"

namespace isoflop::cli {

struct WantedIntervals {
  std::optional<double> level{};  // by default that of the fit
  bool profile = false;           // by profile likelihood, too
};

// Adds to answers of the model the intervals of its fit's bootstrap and of its sandwich covariance,
// side by side, where it has them, and profiles where wanted and the fit has its runs. Stopped
// before they are done, the answers come without any, and the last says so.
void add_intervals(const Model& model, const WantedIntervals& wanted, std::span<PlanRecord> records,
                   Executor& executor, Progress& progress);

}  // namespace isoflop::cli
