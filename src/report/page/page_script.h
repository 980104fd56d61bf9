// The style sheet and the script of a page on a fit: small, without anything from elsewhere.
#pragma once

#include <string_view>

namespace isoflop {

std::string_view page_style();
std::string_view page_script();

}  // namespace isoflop
