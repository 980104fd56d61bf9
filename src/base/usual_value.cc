#include "base/usual_value.h"

#include <cstddef>
#include <map>

namespace isoflop {

double usual_value(std::span<const double> values) {
  std::map<double, std::size_t> counts;
  double usual = 0;
  for (const double value : values)
    if (++counts[value] > counts[usual]) usual = value;
  return usual;
}

}  // namespace isoflop
