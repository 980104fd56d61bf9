// The figures of `isoflop chart`, by kind.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/law_argument.h"
#include "cli/plan_options.h"
#include "isoflop/executor.h"
#include "isoflop/progress.h"
#include "isoflop/result.h"
#include "report/chart/figure.h"

namespace isoflop::cli {

struct ChartOptions {
  std::string kind;
  std::string input;  // of residuals
  PlanOptions plan;   // model, question, budgets, further models
};

struct ChartKind {
  std::string_view name;
  std::string_view shows;
  bool needs_fit;
};
std::span<const ChartKind> chart_kinds();

Result<Figure> make_figure(const ChartOptions& options, const Model& model, Executor& executor,
                           Progress& progress);

}  // namespace isoflop::cli
