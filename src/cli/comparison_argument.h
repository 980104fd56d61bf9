// A comparison file where a fit file may stand, too.
#pragma once

#include <optional>
#include <string>

#include "isoflop/comparison_file.h"
#include "isoflop/result.h"

namespace isoflop::cli {

// Nothing for a text that is not the path of a comparison file. Errors: a damaged one.
Result<std::optional<ComparisonSummary>> read_if_comparison(const std::string& text);

}  // namespace isoflop::cli
