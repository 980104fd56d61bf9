// A figure as text, for a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "workflow/figure.h"

namespace isoflop {

struct TextSize {
  std::size_t width = 80;   // characters of a line, at most
  std::size_t height = 14;  // lines of the first panel's plot, without title and ticks
};

// The title and the first panel, in UTF-8: lines and points as dots of braille, eight to a
// character, optima as rings with their labels, axes with ticks. Too narrow a width gives the title
// alone.
std::string figure_text(const Figure& figure, const TextSize& size = {});

}  // namespace isoflop
