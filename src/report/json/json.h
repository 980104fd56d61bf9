// What every command prints with --json: one object. docs/json.md has them field by field, and a
// test keeps that page and these functions the same.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "isoflop/predict.h"
#include "report/console/example.h"
#include "report/console/solver_comparison.h"
#include "store/document.h"
#include "store/fit_record.h"
#include "workflow/loss_intervals.h"
#include "workflow/runs_record.h"

namespace isoflop {

std::string laws_json(std::span<const Law> laws);
std::string law_json(const Law& law, const std::optional<Example>& example);
// `seconds` is the time of the fit alone; `output` the fit file that was written, "" for none.
std::string fit_json(const FitRecord& record, double seconds, const std::string& output,
                     std::span<const SolverRun> solvers = {});
std::string predict_json(const Law& law, const Prediction& prediction,
                         const std::optional<LossIntervals>& intervals = {});
// `output` is the CSV file that was written; the columns are in the object where there is none.
std::string predict_table_json(const PredictedRuns& runs, const std::string& output);
std::string simulate_json(const SimulatedRuns& runs, const std::string& output);

}  // namespace isoflop
