#include "judge/size_growth.h"

#include <cmath>
#include <limits>

namespace isoflop {

std::optional<SizeGrowth> size_growth(std::span<const double> flops,
                                      std::span<const double> sizes) {
  const auto count = static_cast<double>(flops.size());
  double mean_x = 0, mean_y = 0;
  for (std::size_t i = 0; i < flops.size(); ++i) {
    mean_x += std::log(flops[i]) / count;
    mean_y += std::log(sizes[i]) / count;
  }
  double xx = 0, xy = 0;
  for (std::size_t i = 0; i < flops.size(); ++i) {
    const double x = std::log(flops[i]) - mean_x;
    xx += x * x;
    xy += x * (std::log(sizes[i]) - mean_y);
  }
  if (!(xx > 0)) return std::nullopt;
  SizeGrowth growth{.exponent = xy / xx,
                    .standard_error = std::numeric_limits<double>::quiet_NaN(),
                    .budgets = flops.size()};
  double squares = 0;
  for (std::size_t i = 0; i < flops.size(); ++i) {
    const double away =
        std::log(sizes[i]) - mean_y - growth.exponent * (std::log(flops[i]) - mean_x);
    squares += away * away;
  }
  if (flops.size() > 2) growth.standard_error = std::sqrt(squares / (count - 2) / xx);
  return growth;
}

}  // namespace isoflop
