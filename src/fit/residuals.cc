#include "isoflop/residuals.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "isoflop/predict.h"

namespace isoflop {

Result<Residuals> residuals(const Law& law, const Table& table) {
  if (table.rows() == 0 || !table.has("loss"))
    return error("no runs with a loss to compare {} with", law.label());
  Result<std::vector<double>> predicted = predict(law, table);
  if (!predicted) return std::unexpected(predicted.error());
  Residuals result;
  const std::span<const double> loss = table.column("loss");
  result.measured.assign(loss.begin(), loss.end());
  result.predicted = *std::move(predicted);
  const auto has_logarithm = [](double value) { return value > 0; };
  result.logarithmic = std::ranges::all_of(loss, has_logarithm) &&
                       std::ranges::all_of(result.predicted, has_logarithm);
  double squares = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const double expected = result.predicted[row];
    const double residual =
        result.logarithmic ? std::log(expected / loss[row]) : expected - loss[row];
    result.each.push_back(residual);
    squares += residual * residual;
    if (std::abs(residual) > std::abs(result.each[result.worst])) result.worst = row;
  }
  result.rms = std::sqrt(squares / static_cast<double>(table.rows()));
  return result;
}

}  // namespace isoflop
