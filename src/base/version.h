// The version of the library, as in CMakeLists.txt: "0.1.0".
#pragma once

#include <string_view>

namespace isoflop {

std::string_view version();

}  // namespace isoflop
