#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "isoflop/compare.h"

namespace isoflop {

LossErrors loss_errors(std::span<const double> predicted, std::span<const double> measured,
                       std::span<const double> weights) {
  const auto weight = [&](std::size_t i) { return weights.empty() ? 1.0 : weights[i]; };
  double total = 0, mean = 0;
  for (std::size_t i = 0; i < measured.size(); ++i) {
    total += weight(i);
    mean += weight(i) * measured[i];
  }
  mean /= total;
  double squares = 0, relative = 0, about_mean = 0;
  for (std::size_t i = 0; i < measured.size(); ++i) {
    const double difference = predicted[i] - measured[i];
    squares += weight(i) * difference * difference;
    relative += weight(i) * std::abs(difference / measured[i]);
    about_mean += weight(i) * (measured[i] - mean) * (measured[i] - mean);
  }
  return {.rmse = std::sqrt(squares / total),
          .relative = relative / total,
          .r2 = about_mean > 0 ? 1 - squares / about_mean : 0};
}

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
