#include "base/numbers.h"

#include <cmath>
#include <map>
#include <ranges>

namespace isoflop {

double quantile(std::span<const double> sorted, double share) {
  if (sorted.empty() || std::isnan(share)) return kNan;
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  if (below + 1 >= sorted.size()) return sorted.back();
  return std::lerp(sorted[below], sorted[below + 1], at - static_cast<double>(below));
}

double usual_value(std::span<const double> values) {
  std::map<double, std::size_t> counts;
  double usual = 0;
  for (const double value : values)
    if (++counts[value] > counts[usual]) usual = value;
  return usual;
}

std::vector<std::size_t> row_numbers(std::size_t count) {
  std::vector<std::size_t> numbers(count);
  std::ranges::copy(std::views::iota(std::size_t{0}, count), numbers.begin());
  return numbers;
}

}  // namespace isoflop
