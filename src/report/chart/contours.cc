#include "report/chart/contours.h"

#include <cmath>
#include <limits>
#include <utility>

namespace isoflop {

Contour contour(std::span<const double> x, std::span<const double> y,
                std::span<const double> heights, double level) {
  Contour lines;
  const auto height = [&](std::size_t i, std::size_t j) { return heights[i * y.size() + j]; };
  for (std::size_t i = 0; i + 1 < x.size(); ++i)
    for (std::size_t j = 0; j + 1 < y.size(); ++j) {
      // Corners in turn, so that neighbours in the list are the cell's sides.
      const std::pair<std::size_t, std::size_t> corners[] = {
          {i, j}, {i + 1, j}, {i + 1, j + 1}, {i, j + 1}};
      std::size_t found = 0;
      for (std::size_t side = 0; side < 4; ++side) {
        const auto& [ai, aj] = corners[side];
        const auto& [bi, bj] = corners[(side + 1) % 4];
        const double a = height(ai, aj), b = height(bi, bj);
        if (!std::isfinite(a) || !std::isfinite(b) || (a < level) == (b < level)) continue;
        const double t = (level - a) / (b - a);
        lines.x.push_back(x[ai] + t * (x[bi] - x[ai]));
        lines.y.push_back(y[aj] + t * (y[bj] - y[aj]));
        // Two crossings make a segment; a saddle has four.
        if (++found % 2 == 0) {
          lines.x.push_back(std::numeric_limits<double>::quiet_NaN());
          lines.y.push_back(std::numeric_limits<double>::quiet_NaN());
        }
      }
      if (found % 2 == 1) {  // the other side of the segment was not finite
        lines.x.pop_back();
        lines.y.pop_back();
      }
    }
  return lines;
}

}  // namespace isoflop
