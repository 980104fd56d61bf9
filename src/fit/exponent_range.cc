#include "fit/exponent_range.h"

#include <algorithm>
#include <cmath>

namespace isoflop {

namespace {

constexpr double kReach = 30;  // of an exponential's argument

}  // namespace

ExponentRange::ExponentRange(const FitObjective& objective, const Table& table, LawGraph& law,
                             std::span<const NodeId> symbols, std::span<const std::size_t> searched)
    : objective_(objective) {
  Graph& graph = law.graph;
  std::vector<std::size_t> wide;  // places in `searched`
  for (std::size_t place = 0; place < searched.size(); ++place) {
    const Range& range = objective.free()[searched[place]].range;
    if (std::max(std::abs(range.low), std::abs(range.high)) > kReach) wide.push_back(place);
  }
  std::vector<NodeId> wide_symbols;
  for (const std::size_t place : wide) wide_symbols.push_back(symbols[searched[place]]);
  const NodeId loss[] = {law.loss};
  const std::vector<bool> wanted = graph.needed(loss);
  std::vector<NodeId> factors;
  for (NodeId id = 0; id < wanted.size() && !wide.empty(); ++id) {
    const Node node = graph.node(id);  // a copy: derivatives are built in the same graph
    if (!wanted[id] || node.op != Op::kExp) continue;
    const std::vector<NodeId> derivatives = graph.gradient(node.a, wide_symbols);
    for (std::size_t i = 0; i < wide.size(); ++i) {
      const bool by_others = graph.node(derivatives[i]).stage == Stage::kRow;
      const bool known = std::ranges::none_of(
          wide_symbols, [&](NodeId symbol) { return graph.depends_on(derivatives[i], symbol); });
      const bool first = std::ranges::find(places_, wide[i]) == places_.end();
      if (!by_others || !known || !first) continue;
      places_.push_back(wide[i]);
      coefficients_.push_back(searched[wide[i]]);
      factors.push_back(derivatives[i]);
    }
  }
  if (factors.empty()) return;
  program_.emplace_back(compile(graph, factors, coefficient_names(objective.law().definition())),
                        table.rows(), [&](std::string_view name) { return table.column(name); });
}

ExponentRange::State ExponentRange::make_state() const {
  State state;
  if (program_.empty()) return state;
  state.scratch = program_[0].make_scratch();
  state.out = allocate_doubles(program_[0].outputs() * program_[0].padded_rows());
  return state;
}

void ExponentRange::spread(const std::vector<double>& unit, Eigen::VectorXd& free,
                           State& state) const {
  if (program_.empty()) return;
  const Prepared& program = program_[0];
  program.run(objective_.coefficients(free), state.out.get(), state.scratch);
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const Eigen::Map<const Eigen::VectorXd> factor(state.out.get() + i * program.padded_rows(),
                                                   static_cast<Eigen::Index>(program.rows()));
    const double most = kReach / factor.cwiseAbs().maxCoeff();
    if (!std::isfinite(most)) continue;
    const Range& range = objective_.free()[coefficients_[i]].range;
    const double low = std::cbrt(std::clamp(-most, range.low, range.high));
    const double high = std::cbrt(std::clamp(most, range.low, range.high));
    const double root = low + unit[places_[i]] * (high - low);
    free[static_cast<Eigen::Index>(coefficients_[i])] = root * root * root;
  }
}

}  // namespace isoflop
