#include "law/has_values.h"

#include <string>
#include <vector>

#include "base/error.h"

namespace isoflop {

Result<void> check_has_values(const Law& law) {
  if (law.has_values()) return {};
  std::vector<std::string> sets;
  for (const CoefficientSet& set : law.sets()) sets.push_back(law.key() + ":" + set.name);
  return error(
      "{} has no values for its coefficients: fit it first{}", law.key(),
      sets.empty() ? ", and use the fit" : fmt::format(", or give {}", fmt::join(sets, " or ")));
}

}  // namespace isoflop
