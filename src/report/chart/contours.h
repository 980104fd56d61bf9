// Lines of equal height on a grid.
#pragma once

#include <span>
#include <vector>

namespace isoflop {

struct Contour {
  std::vector<double> x, y;  // segments, parted by NaN
};

// By marching squares with linear interpolation. `heights` has x.size() rows of y.size() values;
// cells with a value that is not finite are left out.
Contour contour(std::span<const double> x, std::span<const double> y,
                std::span<const double> heights, double level);

}  // namespace isoflop
