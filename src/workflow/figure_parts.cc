#include "workflow/figure_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/number_text.h"
#include "law/law_text.h"

namespace isoflop {

Range range_of(std::span<const std::vector<double>> values, FigureAxis::Scale scale,
               double margin) {
  const bool log = scale == FigureAxis::Scale::kLog;
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const std::vector<double>& list : values)
    for (const double value : list) {
      if (!std::isfinite(value) || (log && !(value > 0))) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  if (!(low <= high)) return log ? Range{1, 10} : Range{0, 1};
  if (log) {
    const double wide = std::max(std::log(high / low), 0.1) * margin;
    return {low * std::exp(-wide), high * std::exp(wide)};
  }
  if (scale == FigureAxis::Scale::kDensity) {
    // Sparsities start at dense; the margin is one of densities.
    const double wide = std::max(-std::log1p(-high), 0.1) * margin;
    return {0, -std::expm1(std::log1p(-high) - wide)};
  }
  const double wide = high > low ? high - low : std::max(std::abs(high), 1e-3) * 0.1;
  return {low - margin * wide, high + margin * wide};
}

FigureAxis axis_of(std::string_view input) {
  using Unit = FigureAxis::Unit;
  using Scale = FigureAxis::Scale;
  struct Known {
    std::string_view name, title;
    Unit unit;
    Scale scale;
  };
  constexpr Known kKnown[] = {{"N", "active parameters N", Unit::kCount, Scale::kLog},
                              {"P", "total parameters P", Unit::kCount, Scale::kLog},
                              {"D", "training tokens D", Unit::kCount, Scale::kLog},
                              {"U", "unique tokens U", Unit::kCount, Scale::kLog},
                              {"C", "training FLOPs C", Unit::kFlops, Scale::kLog},
                              {"S", "sparsity S", Unit::kShare, Scale::kDensity},
                              {"Sx", "expert sparsity Sx", Unit::kShare, Scale::kDensity},
                              {"experts", "experts", Unit::kCount, Scale::kLog},
                              {"G", "granularity G", Unit::kCount, Scale::kLog},
                              {"loss", "loss, nats a token", Unit::kNumber, Scale::kLinear}};
  for (const Known& known : kKnown) {
    if (known.name != input) continue;
    return {
        .title = std::string(known.title), .unit = known.unit, .scale = known.scale, .range = {}};
  }
  return {.title = std::string(input), .unit = Unit::kNumber, .range = {}};
}

std::string interval_text(const PlanRecord& record, std::string_view name,
                          std::string (*write)(double)) {
  const Uncertainty* found = record.sure() != nullptr ? record.sure()->find(name) : nullptr;
  if (found == nullptr) return "";
  const Range& range = interval_of(*found);
  return fmt::format(" ({} to {})", write(range.low), write(range.high));
}

std::vector<std::string> tips_of(const Table& table) {
  std::vector<std::string> tips;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    std::string tip = fmt::format("run {}:", row + 1);
    for (const std::string& name : table.names())
      tip += fmt::format(" {} = {}", name, input_text(table.column(name)[row]));
    tips.push_back(std::move(tip));
  }
  return tips;
}

std::vector<std::size_t> run_numbers(const Table& table) {
  std::vector<std::size_t> numbers(table.rows());
  for (std::size_t row = 0; row < numbers.size(); ++row) numbers[row] = row + 1;
  return numbers;
}

std::string file_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

double place_of(std::size_t i, std::size_t count) {
  return count < 2 ? 1 : static_cast<double>(i) / static_cast<double>(count - 1);
}

std::string count(double value) { return format_count(value); }

std::string loss_text(double loss) { return format_number(loss, kLossDigits); }

std::string flops_text(double value) { return format_number(value, 3); }

std::string percent(double share) { return format_percent(share, 2); }

}  // namespace isoflop
