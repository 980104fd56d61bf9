// The part of a page that is about one fit.
#pragma once

#include <span>
#include <string>

#include "isoflop/comparison_file.h"
#include "workflow/fit_report.h"

namespace isoflop {

// `id` starts all ids of it. The comparisons are those of the page, whose articles have the ids
// "c0", "c1", ...: those of the same data answer here, too, and in the checklist.
std::string fit_article(const FitReport& report, std::span<const ComparisonSummary> comparisons,
                        std::string id);

}  // namespace isoflop
