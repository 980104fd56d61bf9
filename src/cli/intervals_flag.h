// --intervals: whether profile likelihood intervals are made, too.
#pragma once

#include <string>

#include "cli/command.h"

namespace isoflop::cli {

Flag intervals_flag(bool& profile, std::string help);
}  // namespace isoflop::cli
