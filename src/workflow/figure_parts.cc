#include "workflow/figure_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "base/number_text.h"
#include "isoflop/output.h"
#include "law/law_text.h"

namespace isoflop {

namespace {

constexpr double kLargest = 1e130;  // the ratio of an axis's ends, with margins, is still a double
constexpr double kBelowOne = 1 - 1e-9;
// A share of the values' size. Below it the texts of ticks, of six digits, would be the same, and
// rounding errors (an optimum that all refits find) would fill the picture.
constexpr double kNarrowest = 1e-4;

}  // namespace

Range range_of(std::span<const std::vector<double>> values, FigureAxis::Scale scale,
               double margin) {
  const bool log = scale == FigureAxis::Scale::kLog;
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const std::vector<double>& list : values)
    for (const double value : list) {
      if (!(std::abs(value) < kLargest) || (log && !(value > 1 / kLargest))) continue;
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
    high = std::clamp(high, 0.0, kBelowOne);
    const double wide = std::max(-std::log1p(-high), 0.1) * margin;
    return {0, -std::expm1(std::log1p(-high) - wide)};
  }
  const double size = std::max({std::abs(low), std::abs(high), 1e-3});
  const double wide = high - low > kNarrowest * size ? high - low : 0.1 * size;
  return {low - margin * wide, high + margin * wide};
}

void set_ranges(Panel& panel, double x_margin) {
  std::vector<std::vector<double>> xs, ys;
  for (const Mark& mark : panel.marks) {
    xs.push_back(mark.x);
    ys.push_back(mark.y);
    ys.push_back(mark.high);
  }
  panel.x.range = range_of(xs, panel.x.scale, x_margin);
  panel.y.range = range_of(ys, panel.y.scale);
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
                              {"G", "granularity G", Unit::kCount, Scale::kLog}};
  for (const Known& known : kKnown) {
    if (known.name != input) continue;
    return {
        .title = std::string(known.title), .unit = known.unit, .scale = known.scale, .range = {}};
  }
  return {.title = std::string(input), .unit = Unit::kNumber, .range = {}};
}

FigureAxis axis_of_output(const Law& law) {
  const Output output = output_of(law);
  const std::string unit = output.unit == "nats" ? "nats a token" : output.unit;
  return {.title = output.name + (unit.empty() ? "" : ", " + unit), .range = {}};
}

std::string interval_text(const PlanRecord& record, std::string_view name,
                          std::string (*write)(double)) {
  const std::optional<Range> range = record.shown(name);
  if (!range || !std::isfinite(range->low) || !std::isfinite(range->high)) return "";
  return fmt::format(" ({} to {})", write(range->low), write(range->high));
}

std::vector<std::string> tips_of(const Table& table) {
  std::vector<std::string> tips;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    std::string tip = table.row_label(row) + ":";
    for (const std::string& name : table.names())
      tip += fmt::format(" {} = {}", name, input_text(table.column(name)[row]));
    tips.push_back(std::move(tip));
  }
  return tips;
}

Mark run_points(const Table& table, std::vector<double> x, std::vector<double> y,
                Mark::Colour colour) {
  Mark points{.kind = Mark::Kind::kPoints,
              .x = std::move(x),
              .y = std::move(y),
              .colour = colour,
              .tips = tips_of(table)};
  for (std::size_t row = 0; row < table.rows(); ++row) points.runs.push_back(row + 1);
  return points;
}

Mark budget_line(double flops, std::size_t i, std::size_t count, std::vector<double> x,
                 std::vector<double> y) {
  return {.kind = Mark::Kind::kLine,
          .x = std::move(x),
          .y = std::move(y),
          .colour = Mark::Colour::kScale,
          .place = place_of(i, count),
          .label = flops_text(flops)};
}

void add_plan_line(std::span<const PlanRecord> plans, const std::string& name, std::size_t series,
                   std::string label, Panel& panel) {
  const auto place = static_cast<double>(series);
  double PlannedRun::* const field = name == "N"   ? &PlannedRun::N
                                     : name == "D" ? &PlannedRun::D
                                                   : &PlannedRun::loss;
  Mark line{.kind = Mark::Kind::kLine, .x = {}, .y = {}, .place = place, .label = std::move(label)};
  Mark band{.kind = Mark::Kind::kBand, .x = {}, .y = {}, .place = place};
  for (const PlanRecord& each : plans) {
    const PlannedRun& run = *each.plan.run;
    line.x.push_back(run.total_flops);
    line.y.push_back(run.*field);
    const std::optional<Range> range = each.shown(name);
    if (!range || !std::isfinite(range->low) || !std::isfinite(range->high)) continue;
    band.x.push_back(run.total_flops);
    band.y.push_back(range->low);
    band.high.push_back(range->high);
  }
  panel.marks.push_back(std::move(band));
  panel.marks.push_back(std::move(line));
}

void add_limit_line(double at, bool vertical, std::string label, Panel& panel) {
  const FigureAxis& along = vertical ? panel.x : panel.y;
  if (!along.range.contains(at)) return;
  const std::vector<double> same = {at, at};
  const Range& range = vertical ? panel.y.range : panel.x.range;
  const std::vector<double> other = {range.low, range.high};
  panel.marks.push_back({.kind = Mark::Kind::kLine,
                         .x = vertical ? same : other,
                         .y = vertical ? other : same,
                         .colour = Mark::Colour::kQuiet,
                         .dashed = true,
                         .label = std::move(label)});
}

std::string limit_text(const Limit& limit) {
  return fmt::format("at most {} {}", count(limit.max),
                     limit.on == Limit::On::kActive  ? "active"
                     : limit.on == Limit::On::kTotal ? "total"
                                                     : "tokens");
}

std::string file_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

double place_of(std::size_t i, std::size_t count) {
  return count < 2 ? 1 : static_cast<double>(i) / static_cast<double>(count - 1);
}

std::string count(double value) { return format_count(value); }

std::string loss_text(double loss) { return format_number(loss, kLossDigits); }

std::string flops_text(double value) { return format_number(value, 3); }

std::string percent(double share) { return format_percent(share, 2); }

std::string residual_text(const Law& law, const Residuals& residuals, double residual) {
  return residuals.logarithmic ? percent(residual)
                               : in_unit(output_of(law), format_number(residual, 3));
}

}  // namespace isoflop
