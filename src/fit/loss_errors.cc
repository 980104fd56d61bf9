#include <cmath>

#include "isoflop/fit.h"
#include "isoflop/predict.h"

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

std::optional<LossErrors> loss_errors(const Law& law, const Table& table) {
  if (table.rows() == 0) return std::nullopt;
  const Result<std::vector<double>> predicted = predict(law, table);
  if (!predicted) return std::nullopt;
  return loss_errors(*predicted, table.column("loss"), table.column("weight"));
}

}  // namespace isoflop
