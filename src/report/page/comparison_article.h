// The part of a page that is about a comparison of laws.
#pragma once

#include <string>

#include "isoflop/comparison_file.h"

namespace isoflop {

// The answer first, then the chart, the measures and what was not compared. `id` starts all ids.
std::string comparison_article(const ComparisonSummary& comparison, std::string id);

}  // namespace isoflop
