// Several laws at once.
#pragma once

#include <string>
#include <vector>

#include "isoflop/compare.h"
#include "isoflop/result.h"

namespace isoflop::cli {

// "A,B,...", each as read_law() takes it, or "all" for the whole book. Commas in parentheses or
// braces belong to a formula. `flag` names the list in errors: all at once; the same law twice.
Result<std::vector<Candidate>> read_law_list(const std::string& text, const std::string& columns,
                                             const std::string& flag = "--laws");

}  // namespace isoflop::cli
