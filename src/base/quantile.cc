#include "base/quantile.h"

#include <cmath>
#include <cstddef>
#include <limits>

namespace isoflop {

double quantile(std::span<const double> sorted, double share) {
  if (sorted.empty() || std::isnan(share)) return std::numeric_limits<double>::quiet_NaN();
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  if (below + 1 >= sorted.size()) return sorted.back();
  return std::lerp(sorted[below], sorted[below + 1], at - static_cast<double>(below));
}

}  // namespace isoflop
