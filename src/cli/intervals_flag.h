// --intervals: whether profile likelihood intervals are made, too.
#pragma once

#include <string>

#include "cli/command.h"
#include "cli/law_argument.h"
#include "isoflop/result.h"

namespace isoflop::cli {

Flag intervals_flag(bool& profile, std::string help);
// Whether a model has what its profiles are made from: a fit with its runs.
Result<void> check_profiles(const Model& model);

}  // namespace isoflop::cli
