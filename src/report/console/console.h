// Pages for people: what a command prints without --json. Numbers have the digits that they
// deserve; files have all. The pages on laws are in law_page.h,
// those on plans in plan_page.h.
#pragma once

#include <optional>
#include <string>

#include "isoflop/law.h"
#include "isoflop/predict.h"
#include "store/fit_record.h"
#include "workflow/loss_intervals.h"
#include "workflow/runs_record.h"

namespace isoflop {

// `output` is the file that was written, "" for none.
std::string fit_page(const FitRecord& record, const std::string& output);
std::string predict_page(const Law& law, const Prediction& prediction,
                         const std::optional<LossIntervals>& intervals = {});
// One line on the CSV file that was written.
std::string predict_table_page(const PredictedRuns& runs, const std::string& output);
std::string simulate_page(const SimulatedRuns& runs, const std::string& output);

}  // namespace isoflop
