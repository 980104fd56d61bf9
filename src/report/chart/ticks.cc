#include "report/chart/ticks.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>

#include "base/number_text.h"

namespace isoflop {

namespace {

constexpr double kRounding = 1e-9;         // of a step, so that an end that is a tick is one
constexpr double kLargestMultiple = 1e15;  // below 2^53: each multiple differs from the next

// None where there are more than `most`, or where the range is too narrow for its numbers to have
// multiples within it (adding 1 to a double above 2^53 does not change it).
std::vector<double> multiples(const Range& range, double step, std::size_t most) {
  std::vector<double> values;
  const double first = std::ceil(range.low / step - kRounding);
  const double count = std::floor(range.high / step + kRounding) - first + 1;
  if (!(count >= 1 && count <= static_cast<double>(most) && std::abs(first) < kLargestMultiple))
    return values;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i)
    values.push_back((first + static_cast<double>(i)) * step);
  return values;
}

std::vector<double> linear(const Range& range, std::size_t most) {
  const double least_step = (range.high - range.low) / static_cast<double>(most);
  const double decade = std::pow(10, std::floor(std::log10(least_step)));
  for (const double factor : {1.0, 2.0, 2.5, 5.0, 10.0, 20.0, 50.0}) {
    std::vector<double> values = multiples(range, factor * decade, most);
    if (!values.empty()) return values;
  }
  return {};
}

std::vector<double> in_each_decade(const Range& range, std::span<const double> factors) {
  std::vector<double> values;
  if (!(range.low > 0 && range.low <= range.high && std::isfinite(range.high))) return values;
  const int first = static_cast<int>(std::floor(std::log10(range.low)));
  const int last = static_cast<int>(std::ceil(std::log10(range.high)));
  for (int decade = first; decade <= last; ++decade)
    for (const double factor : factors) {
      const double value = factor * std::pow(10, decade);
      if (value >= range.low * (1 - kRounding) && value <= range.high * (1 + kRounding))
        values.push_back(value);
    }
  return values;
}

std::vector<double> of_density(const Range& range, std::size_t most) {
  const std::vector<double> choices[] = {
      {0, 0.25, 0.5, 0.75, 0.875, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9999, 0.99999},
      {0, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9999, 0.99999},
      {0, 0.5, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999},
      {0, 0.9, 0.99, 0.999, 0.9999, 0.99999}};
  std::vector<double> values;
  for (const std::vector<double>& choice : choices) {
    values.clear();
    std::ranges::copy_if(choice, std::back_inserter(values),
                         [&](double value) { return range.contains(value); });
    if (values.size() <= most) break;
  }
  return values;
}

std::vector<double> logarithmic(const Range& range, std::size_t most) {
  const std::vector<double> choices[] = {{1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 5}, {1, 3}, {1}};
  for (const std::vector<double>& factors : choices) {
    std::vector<double> values = in_each_decade(range, factors);
    const bool only_ones = factors.size() == 1;
    if (values.size() > most || (values.size() < 3 && !only_ones)) continue;
    if (values.size() >= 2) return values;
  }
  const std::vector<double> decades = in_each_decade(range, choices[3]);
  if (decades.size() < 2) return linear(range, most);
  // Every second, third, ... of many decades.
  std::vector<double> values;
  const std::size_t every = (decades.size() + most - 1) / most;
  for (std::size_t i = 0; i < decades.size(); i += every) values.push_back(decades[i]);
  return values;
}

}  // namespace

std::string tick_text(double value, FigureAxis::Unit unit) {
  switch (unit) {
    case FigureAxis::Unit::kCount:
      return value < 1000 ? format_number(value, 3) : format_count(value);
    case FigureAxis::Unit::kFlops:
      return format_flops(value);
    case FigureAxis::Unit::kShare:
      return format_share(value, 6);
    case FigureAxis::Unit::kNumber:
      return format_number(value, 6);
  }
  return "";
}

std::vector<Tick> ticks(const FigureAxis& axis, std::size_t most) {
  std::vector<Tick> list;
  for (std::size_t i = 0; i < axis.names.size(); ++i)
    list.push_back({static_cast<double>(i), axis.names[i]});
  if (!list.empty()) return list;
  std::vector<double> values = linear(axis.range, most);
  if (axis.scale == FigureAxis::Scale::kLog) values = logarithmic(axis.range, most);
  if (axis.scale == FigureAxis::Scale::kDensity) values = of_density(axis.range, most);
  for (const double value : values)
    list.push_back(
        {value, tick_text(std::abs(value) < 1e-12 * (axis.range.high - axis.range.low) ? 0 : value,
                          axis.unit)});
  return list;
}

double axis_share(double value, const FigureAxis& axis) {
  const auto& [low, high] = axis.range;
  switch (axis.scale) {
    case FigureAxis::Scale::kLinear:
      return (value - low) / (high - low);
    case FigureAxis::Scale::kLog:
      return std::log(value / low) / std::log(high / low);
    case FigureAxis::Scale::kDensity:
      return std::log((1 - value) / (1 - low)) / std::log((1 - high) / (1 - low));
  }
  return 0;
}

}  // namespace isoflop
