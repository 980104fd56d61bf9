#include "fit/default_ranges.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/numbers.h"
#include "fit/law_values.h"
#include "isoflop/output.h"
#include "law/definition.h"

namespace isoflop {

namespace {

constexpr double kUsualLoss = 10;        // nats: no language model is above by much
constexpr double kLargestArgument = 30;  // of an exponential's argument, either way; e^30 is 1e13
constexpr double kNoEffect = 0.5;   // of the argument at the range's end: the range is too short
constexpr double kAllEffect = 1e3;  // at the least row: nearly all of the range is e^-1000
constexpr double kSizeMargin = 10;  // of a size over the largest input

// The next power of ten, so that ranges do not move with every row.
double power_of_ten(double least) { return std::pow(10, std::ceil(std::log10(least))); }

// The least and largest |d argument / d coefficient| over rows, of the exponentials that a
// coefficient is in: |x| of exp(-k*x), |ln x| of x^k. {inf, 0} where it depends on coefficients.
std::vector<Range> effects(const Law& law, const Table& table) {
  LawGraph built = build_graph(law.definition());
  Graph& graph = built.graph;
  const NodeId loss[] = {built.loss};
  const std::vector<bool> wanted = graph.needed(loss);
  std::vector<std::size_t> of;
  std::vector<NodeId> outputs;
  for (NodeId id = 0; id < wanted.size(); ++id) {
    const Node node = graph.node(id);  // a copy: derivatives are built in the same graph
    if (!wanted[id] || node.op != Op::kExp) continue;
    const std::vector<NodeId> derivatives = graph.gradient(node.a, built.coefficients);
    for (std::size_t i = 0; i < derivatives.size(); ++i)
      if (graph.node(derivatives[i]).stage == Stage::kTable) {
        of.push_back(i);
        outputs.push_back(derivatives[i]);
      }
  }
  std::vector<Range> result(law.coefficients().size(), Range{kInfinity, 0});
  if (outputs.empty()) return result;
  const std::vector<double> any(law.coefficients().size(), 1);
  const Result<Law> with_values = law.with_values("any", any);
  if (!with_values) return result;
  const auto values = law_values(*with_values, graph, outputs, table.rows(),
                                 [&](std::string_view name) { return table.column(name); });
  for (std::size_t k = 0; k < of.size(); ++k)
    for (const double value : values[k]) {
      if (!std::isfinite(value) || value == 0) continue;
      Range& range = result[of[k]];
      range.low = std::min(range.low, std::abs(value));
      range.high = std::max(range.high, std::abs(value));
    }
  return result;
}

double largest_input(const Law& law, const Table& table) {
  double largest = 0;
  for (const Input& input : law.inputs())
    for (const double value : table.column(input.name))
      largest = std::max(largest, std::abs(value));
  return largest;
}

}  // namespace

Recipe with_ranges_of_unit(const Law& law, const Table& table, Recipe recipe) {
  if (table.rows() == 0 || !table.has("loss") || output_of(law).unit == Output{}.unit)
    return recipe;
  const auto [lowest, highest] = std::ranges::minmax(table.column("loss"));
  const double largest = std::max(std::abs(lowest), std::abs(highest));
  if (!(largest > kUsualLoss) || !std::isfinite(largest)) return recipe;
  const double scale = power_of_ten(largest / kUsualLoss);
  for (const Coefficient& coefficient : law.coefficients())
    if (coefficient.unit == Output{}.unit && !recipe.fix.contains(coefficient.name))
      recipe.range.try_emplace(coefficient.name, coefficient.range.low * scale,
                               coefficient.range.high * scale);
  return recipe;
}

Law with_ranges_of(const Law& law, const Table& table) {
  const auto is_there = [&](const Input& input) { return table.has(input.name); };
  if (!law.definition().default_ranges || table.rows() == 0 || !table.has("loss") ||
      !std::ranges::all_of(law.inputs(), is_there))
    return law;
  const auto [lowest, highest] = std::ranges::minmax(table.column("loss"));
  // A power of ten, 1 for losses up to 10.
  const double scale =
      power_of_ten(std::max({std::abs(lowest), std::abs(highest), kUsualLoss}) / kUsualLoss);
  const double size = kSizeMargin * largest_input(law, table);
  const std::vector<Range> effect = effects(law, table);
  std::vector<Range> ranges;
  bool same = true;
  for (std::size_t i = 0; i < effect.size(); ++i) {
    const Coefficient& coefficient = law.coefficients()[i];
    Range range = coefficient.range;
    if (coefficient.role == Role::kConstant) {
      range.high *= scale;
      if (lowest < 0) range.low = -range.high;
    } else if (coefficient.role == Role::kScale) {
      range.high *= scale;
      if (!coefficient.linear && size > range.high) range.high = power_of_ten(size);
    } else if (coefficient.role == Role::kExponent && effect[i].high > 0) {
      if (effect[i].high * range.high < kNoEffect)
        range.high = power_of_ten(kLargestArgument / effect[i].high);
      else if (effect[i].low * range.high > kAllEffect)
        range.high = power_of_ten(kLargestArgument / effect[i].low);
    }
    same = same && range.low == coefficient.range.low && range.high == coefficient.range.high;
    ranges.push_back(range);
  }
  return same ? law : with_ranges(law, ranges);
}

}  // namespace isoflop
