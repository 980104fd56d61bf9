// All that is shown of fits and comparisons: in a report, and by a check of a fit's runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/value.h"
#include "isoflop/approaches.h"
#include "isoflop/comparison_file.h"
#include "isoflop/executor.h"
#include "isoflop/fit_file.h"
#include "isoflop/influence.h"
#include "isoflop/progress.h"
#include "isoflop/residuals.h"
#include "isoflop/result.h"
#include "isoflop/sensitivity.h"
#include "workflow/figure.h"
#include "workflow/model.h"
#include "workflow/plans.h"

namespace isoflop {

struct ReportFigure {
  std::string id, heading;  // "isoflop", "IsoFLOP profiles"
  Figure figure;
};

// One thing to know before the plan of a fit is believed.
struct ReportFinding {
  // That of a Finding, or "units", "search", "outliers", "leverage", "repeats", "extrapolation",
  // "plan", "uncertainty", "fit".
  std::string kind;
  bool doubt = true;  // a reason to doubt the plan; else a note
  std::string text;
  std::vector<std::size_t> rows{};  // runs of the whole table that it is about
};

// The fit's table, the residuals and the diagnostics are those of the runs that are shown: all of
// them, or every k-th where there are too many for a page.
struct FitReport {
  FitRecord fit;
  std::string source;  // the file of the fit, or its name
  Residuals residuals;
  std::vector<RunInfluence> influence{};  // without refits; empty where it is not known
  std::size_t runs = 0;                   // of the fit
  std::size_t every = 1;
  double rms = 0;  // of the residuals of all runs
  // A plan for each budget, smallest first; empty where there is none, for the reason given.
  FrontierRecord plans{};
  std::string no_plan{};
  std::optional<Range> budgets{};  // that a planner may offer; none without a plan of a budget
  std::vector<ReportFinding> findings{};  // the gravest first
  std::vector<ReportFigure> figures;

  // That of the largest budget, which the decision is about; null without one.
  [[nodiscard]] const PlanRecord* plan() const {
    return plans.plans.empty() ? nullptr : &plans.plans.back();
  }
};

// Of a model that is a fit. A request that leaves budget, sparsity or both open asks for a step
// beyond the runs, as next_question() does. Charts that the law or the runs do not allow are left
// out. Errors: a model without a fit, those of residuals(), and where something was asked those of
// plan_all().
Result<FitReport> make_report(const Model& model, const PlanRequest& asked, Executor& executor,
                              Progress& progress);

// A comparison with the document that it was read from.
struct ComparisonReport {
  ComparisonSummary summary;
  Value document;
  ReportFigure figure;
};
// `source` names the text in errors: those of read_comparison_file().
Result<ComparisonReport> read_comparison_report(const std::string& text, const std::string& source);

// What stands at the head of a report, as plain text; "" for what is not said.
struct ReportHeading {
  std::string title, author, date, notes;
};

struct Report {
  ReportHeading heading;
  std::vector<FitReport> fits;
  std::vector<ComparisonReport> comparisons{};
  std::optional<Averaged> averaged{};  // what the fits plan together for the first one's budget
};
// Errors: no models, and those of make_report().
Result<Report> make_report(ReportHeading heading, std::span<const Model> models,
                           std::vector<ComparisonReport> comparisons, const PlanRequest& request,
                           Executor& executor, Progress& progress);
// The decision of the first fit, in one sentence.
std::string decision_text(const Report& report);

// Outliers, leverage and plan sensitivity of a fit.
struct CheckRecord {
  FitRecord fit;
  Influence influence;
  Sensitivity sensitivity;
  std::optional<Approaches> approaches;  // none of a law without N and D
};
// Errors: a model without a fit, those of influence() and sensitivity().
Result<CheckRecord> check_fit(const Model& model, const NextPlan& next, Executor& executor,
                              Progress& progress);

}  // namespace isoflop
