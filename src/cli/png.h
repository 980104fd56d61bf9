// SVG to PNG, by librsvg's program rsvg-convert.
#pragma once

#include <string>
#include <string_view>

#include "isoflop/result.h"

namespace isoflop::cli {

// The bytes of the PNG, twice as many pixels across as the SVG's width. Errors: rsvg-convert is not
// installed, or fails.
Result<std::string> png_of(std::string_view svg);

}  // namespace isoflop::cli
