// What a scaling-law fit should report, filled in from the fit (after the checklist of Li,
// Kudugunta and Zettlemoyer 2025, "(Mis)Fitting", arXiv:2502.18969).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "isoflop/comparison_file.h"
#include "workflow/fit_report.h"

namespace isoflop {

struct ChecklistItem {
  std::string part;    // "form", "data", "training", "fit", "validation"
  std::string asks;    // what should be reported
  std::string answer;  // "" where the program cannot know it: for the authors to say
};
// The comparisons of the same law on the same data say what was held out.
std::vector<ChecklistItem> checklist(const FitReport& report,
                                     std::span<const ComparisonSummary> comparisons = {});

}  // namespace isoflop
