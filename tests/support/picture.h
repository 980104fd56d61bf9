// What can be checked of an SVG without looking at it.
#pragma once

#include <string>
#include <vector>

namespace isoflop {

// Pairs of texts whose boxes overlap, and texts that reach out of the picture; sizes are estimated.
std::vector<std::string> overlapping_texts(const std::string& svg);

}  // namespace isoflop
