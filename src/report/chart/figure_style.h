// The style sheet of figures: colours for light and dark, shared by all of them.
#pragma once

#include <cstddef>
#include <string>

#include "report/chart/figure_svg.h"
#include "workflow/figure.h"

namespace isoflop {

// The text of a <style> element.
std::string figure_style_sheet(FigureStyle::Theme theme);

// Classes of a mark: "s3" or "r5" or "q", to go with `line`, `point`, `band` or `ring`.
std::string colour_class(const Mark& mark);

inline constexpr std::size_t kSeriesColours = 7;
inline constexpr std::size_t kScaleColours = 9;
// Stroke dashes by series; "" is a whole line.
const char* dashes(const Mark& mark);

}  // namespace isoflop
