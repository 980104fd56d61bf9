#include "isoflop/residuals.h"

#include <cmath>

#include "base/error.h"
#include "isoflop/output.h"
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
  double squares = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (!(loss[row] > 0))
      return error("{}: {} {} has no logarithm: residuals here are those of ln {}",
                   table.row_label(row), output_of(law).name, loss[row], output_of(law).name);
    const double ratio = std::log(result.predicted[row] / loss[row]);
    result.log_ratio.push_back(ratio);
    squares += ratio * ratio;
    if (std::abs(ratio) > std::abs(result.log_ratio[result.worst])) result.worst = row;
  }
  result.rms = std::sqrt(squares / static_cast<double>(table.rows()));
  return result;
}

}  // namespace isoflop
