// How sure plans are, in the ways that the fit behind them allows.
#pragma once

#include <optional>
#include <span>

#include "cli/law_argument.h"
#include "isoflop/executor.h"
#include "isoflop/progress.h"
#include "report/plan_record.h"

namespace isoflop::cli {

// Adds to answers of the model the intervals of its fit's bootstrap and of its sandwich covariance,
// side by side, where it has them; `level` is by default that of the fit. Stopped before they are
// done, the answers come without any, and the last says so.
void add_intervals(const Model& model, std::optional<double> level, std::span<PlanRecord> records,
                   Executor& executor, Progress& progress);

}  // namespace isoflop::cli
