// Reading a law file (laws/*.toml, or a user's own).
#pragma once

#include <string_view>

#include "isoflop/result.h"
#include "law/definition.h"

namespace isoflop {

// The whole law, checked: the formula parses, all its names are declared, everything declared is
// used, ranges are finite and in order, every set gives a value to every coefficient. All problems
// at once, with line and column.
Result<Definition> read_law_file(std::string_view text, std::string_view source);

}  // namespace isoflop
