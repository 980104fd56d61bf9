// A picture as data: panels with axes, and what is drawn in them. Figures are made from results
// (figures.h) and drawn as SVG (figure_svg.h), for files, pages and terminals alike.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "isoflop/law.h"

namespace isoflop {

struct FigureAxis {
  enum class Unit : std::uint8_t {
    kNumber,  // "0.34"
    kCount,   // "1.4T"
    kFlops,   // "1e24"
    kShare,   // "0.95"
  };
  enum class Scale : std::uint8_t {
    kLinear,
    kLog,
    kDensity,  // of sparsities: the logarithm of 1 - S, growing to the right
  };
  std::string title;
  Unit unit = Unit::kNumber;
  Scale scale = Scale::kLinear;
  Range range;                       // what is shown; above 0 for kLog, below 1 for kDensity
  std::vector<std::string> names{};  // of things side by side, at 0, 1, ...; instead of numbers
};

// What is drawn, in the panel's units. Points that are not finite are left out, and part a line.
struct Mark {
  enum class Kind : std::uint8_t {
    kLine,     // through x, y
    kPoints,   // at x, y
    kBand,     // between y and high at x
    kOptimum,  // a large ring at each x, y
  };
  // kSeries 0, 1, ...: things of different kinds; kScale: the same thing at 0 ... 1 of a scale.
  enum class Colour : std::uint8_t { kSeries, kScale, kQuiet };
  Kind kind = Kind::kLine;
  std::vector<double> x, y;
  std::vector<double> high{};  // of a band
  Colour colour = Colour::kSeries;
  double place = 0;  // which series, or where on the scale
  bool dashed = false;
  std::string label{};              // beside the end of a line, or beside each point of kOptimum
  std::vector<std::string> tips{};  // of points: shown when hovered; of optima: beside the ring
  std::vector<std::size_t>
      runs{};  // of points: rows of the table, from 1, so that a page finds them
};

struct Panel {
  std::string title;
  FigureAxis x, y;
  std::vector<Mark> marks;
};

struct Figure {
  std::string title;    // the finding, one line
  std::string what;     // what is drawn, of what
  std::string numbers;  // what the picture shows, in words, for who cannot see it
  std::vector<Panel> panels;
  std::size_t columns = 1;  // of panels
};

}  // namespace isoflop
