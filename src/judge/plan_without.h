// What is planned when the runs of a fit, or its recipe, are others.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "isoflop/executor.h"
#include "isoflop/fit.h"
#include "isoflop/plan.h"
#include "isoflop/progress.h"
#include "isoflop/result.h"

namespace isoflop {

// A usable fit with its table.
Result<void> check_refittable(const Fit& fit);

struct RefittedPlan {
  std::optional<PlannedRun> plan;  // or why there is none
  std::string reason;
  FitStatus status = FitStatus::kFailed;
};

// A table without some rows (ascending), and what a fit to it plans.
Table rows_without(const Table& table, std::span<const std::size_t> rows);
RefittedPlan plan_of(const Result<Fit>& refit, const PlanQuestion& question);

// Runs refits side by side, with their progress; false where it was asked to stop before the last.
bool for_each_refit(std::string_view what, std::size_t count, Executor& executor,
                    Progress& progress, const std::function<void(std::size_t)>& refit);

}  // namespace isoflop
