// What every command prints with --json: one object. docs/json.md has them field by field, and a
// test keeps that page and these functions the same. `seconds` is the time of the work alone,
// without reading and writing; `output` the file that was written, "" for none.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "isoflop/comparison_file.h"
#include "isoflop/data_set.h"
#include "isoflop/fit_file.h"
#include "isoflop/predict.h"
#include "isoflop/reproduce.h"
#include "isoflop/training_rules.h"
#include "workflow/architecture.h"
#include "workflow/example.h"
#include "workflow/fit_report.h"
#include "workflow/fit_runs.h"
#include "workflow/intervals.h"
#include "workflow/layout.h"
#include "workflow/plans.h"
#include "workflow/runs.h"
#include "workflow/speedups.h"
#include "workflow/tuning.h"

namespace isoflop {

std::string laws_json(std::span<const Law> laws);
std::string law_json(const Law& law, const std::optional<Example>& example);

std::string fit_json(const FitRecord& record, double seconds, const std::string& output,
                     std::span<const SolverRun> solvers = {});
std::string fit_groups_json(const FitGroups& fits, double seconds);
std::string check_json(const CheckRecord& record, double seconds);
// Figures included, as data: points of runs have their places in `runs`, from 1.
std::string report_json(const Report& report);
std::string speedup_json(const SpeedupRecord& record, double seconds);
std::string compare_json(const ComparisonRecord& record, double seconds);
std::string tune_json(const TuneRecord& record, double seconds, const std::string& output);

std::string predict_json(const Law& law, const Prediction& prediction,
                         const std::optional<LossIntervals>& intervals = {},
                         const std::optional<Averaged>& averaged = {},
                         std::span<const std::string> warnings = {});
// Of tables the columns are in the object where no CSV file was written.
std::string predict_table_json(const PredictedRuns& runs, const std::string& output);
std::string simulate_json(const SimulatedRuns& runs, const std::string& output);

// With rules, their answers too.
std::string plan_json(const PlanRecord& record, std::span<const RuleAnswer> rules = {});
std::string frontier_json(const FrontierRecord& record, const std::string& output);
std::string plan_ways_json(const PlanAlternatives& ways);
std::string profile_json(const ProfileRecord& record, const std::string& output);

std::string arch_json(const ArchRecord& record, std::span<const RuleAnswer> rules = {});
std::string nearest_json(const NearestRecord& record);
std::string model_types_json(std::span<const PublishedModel> models);

std::string reproduction_json(const Reproductions& reproductions, double seconds);
std::string data_sets_json(std::span<const DataSet> data_sets);
// `output` is the project file that was written.
std::string init_json(const ProjectGuess& guess, const std::string& output);

}  // namespace isoflop
