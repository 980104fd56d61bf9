#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "isoflop/compare.h"

namespace isoflop {

InformationCriteria information_criteria(std::span<const double> residuals, std::size_t free) {
  const auto rows = static_cast<double>(residuals.size());
  const auto parameters = static_cast<double>(free + 1);
  double squares = 0;
  for (const double residual : residuals) squares += residual * residual;
  // Of residuals that are all 0 the likelihood has no bound; the smallest double stands for it.
  const double variance = std::max(squares / rows, std::numeric_limits<double>::min());
  const double deviance = rows * (std::log(2 * std::numbers::pi * variance) + 1);
  const double spare = rows - parameters - 1;
  return {.aicc = spare > 0 ? deviance + 2 * parameters * rows / spare
                            : std::numeric_limits<double>::infinity(),
          .bic = deviance + parameters * std::log(rows)};
}

}  // namespace isoflop
