// Pages for people: what a command prints without --json. Numbers have the digits that they
// deserve; files have all. The pages on laws are in law_page.h.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "isoflop/comparison_file.h"
#include "isoflop/data_set.h"
#include "isoflop/fit_file.h"
#include "isoflop/law.h"
#include "isoflop/predict.h"
#include "isoflop/reproduce.h"
#include "isoflop/training_rules.h"
#include "workflow/architecture.h"
#include "workflow/fit_report.h"
#include "workflow/fit_runs.h"
#include "workflow/intervals.h"
#include "workflow/layout.h"
#include "workflow/plans.h"
#include "workflow/runs.h"
#include "workflow/speedups.h"
#include "workflow/tuning.h"

namespace isoflop {

// `output` is the file that was written, "" for none.
std::string fit_page(const FitRecord& record, const std::string& output);
std::string fit_groups_page(const FitGroups& fits);
// Solvers beside each other, as a table below the page of a fit.
std::string solvers_page(std::span<const SolverRun> runs);
// "N = 1B, D = 20B".
std::string inputs_text(const Inputs& inputs);
// A table of laws and why they were left out, below an empty line and its title; "" without any.
std::string unusable_lines(std::string_view title, std::span<const UnusableLaw> laws);
// Of a standard error: "0.012", "unknown".
std::string error_text(double error);
// "0.3 to 0.4", "0.3 or more", "unknown"; by default with four digits.
using WriteNumber = std::function<std::string(double)>;
std::string interval_text(const Range& range, const WriteNumber& write);
std::string interval_text(const Range& range);
// "converged", "at_bound: E, beta".
std::string status_text(const Fit& fit);
std::string check_page(const CheckRecord& record);
std::string speedup_page(const SpeedupRecord& record);
std::string compare_page(const ComparisonRecord& record);
std::string tune_page(const TuneRecord& record, const std::string& output);

std::string predict_page(const Law& law, const Prediction& prediction,
                         const std::optional<LossIntervals>& intervals = {});
// One line on the CSV file that was written.
std::string predict_table_page(const PredictedRuns& runs, const std::string& output);
std::string simulate_page(const SimulatedRuns& runs, const std::string& output);

std::string plan_page(const PlanRecord& record);
std::string frontier_page(const FrontierRecord& record);
std::string plan_ways_page(const PlanAlternatives& ways);
// Of the laws of a plan or a prediction.
std::string averaged_page(const Averaged& averaged);
std::string profile_page(const ProfileRecord& record);

std::string arch_page(const ArchRecord& record);
std::string nearest_page(const NearestRecord& record);
// The learning rates and batches of rules, as a table under a plan or a model.
std::string training_rules_page(std::span<const RuleAnswer> rules);
// The types of model, with public models of each.
std::string model_types_page(std::span<const PublishedModel> models);

std::string reproduction_page(const Reproductions& reproductions);
// docs/reproduction.md, whole.
std::string reproduction_markdown(const Reproductions& reproductions);
std::string data_sets_page(std::span<const DataSet> data_sets);
std::string data_set_page(const DataSet& data);
// `output` is the project file that was written.
std::string project_page(const ProjectGuess& guess, const std::string& output);
// Of a file that was downloaded to `path`.
// "from URL", or how it is made.
std::string origin(const DataSet& data);
std::string downloaded_page(const DataSet& data, const std::string& path);

}  // namespace isoflop
