// A report on the sample fit, with a comparison of the same data, for tests of writers.
#pragma once

#include <cstddef>
#include <vector>

#include "base/value.h"
#include "support/sample_comparison.h"
#include "support/sample_fit.h"
#include "support/sample_plan.h"
#include "workflow/charts.h"
#include "workflow/fit_report.h"

namespace isoflop::test {

inline FitReport sample_fit_report() {
  FitRecord record = sample_bootstrap();
  const std::size_t rows = record.fit.table.rows();
  const std::vector<double> losses(rows, 2.0);
  const Residuals residuals{.measured = losses,
                            .predicted = losses,
                            .each = std::vector<double>(rows, 0.001),
                            .rms = 0.001};
  FitReport report{.fit = record,
                   .source = "fit.json",
                   .residuals = residuals,
                   .influence = std::vector<RunInfluence>(rows, {.residual = 0.001, .z = 5}),
                   .runs = rows,
                   .rms = 0.001,
                   .plans = {.plans = {sample_plan()}},
                   .findings = {{"outliers", true, "1 run is an outlier: row 2", {1}}},
                   .figures = {}};
  report.figures.push_back({"fit", "Predicted against measured", fit_figure(record, residuals)});
  return report;
}

inline ComparisonReport report_of(const ComparisonSummary& summary) {
  return {summary, Value::object(), {"errors", "Held-out errors", comparison_figure(summary)}};
}

}  // namespace isoflop::test
