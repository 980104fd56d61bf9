#include <algorithm>
#include <array>
#include <optional>

#include "law/definition.h"
#include "law/lower.h"

namespace isoflop {

namespace {

const std::array<std::string, 9> kStandardInputs = {"N", "P", "S", "Sx",     "D",
                                                    "U", "C", "G", "experts"};

// Of a scale, a constant, an exponent and the logarithm of a scale: in the order of Role.
constexpr Range kDefaultRanges[] = {{0, 1e15}, {0, 100}, {0, 2}, {-50, 50}};

bool is_unset(const Range& range) { return range.low == 0 && range.high == 0; }

// Whether a node is a coefficient, or minus one, that multiplies this power of an input.
bool is_scale_of(const Graph& graph, NodeId id, NodeId power) {
  const Node& factor = graph.node(id);
  const Op op = factor.op == Op::kNeg ? graph.node(factor.a).op : factor.op;
  return op == Op::kSymbol && graph.node(power).op == Op::kExp &&
         graph.node(power).stage == Stage::kRow;
}

// Marks what an exponent is made of. A logarithm ends the search: the aD of (aD/D)^bD, which is
// exp(bD (log aD - log D)), is a size. So is what divides an input, the g of exp(-x/g); and the a
// of exp(a*N^k) is a scale.
void mark_parts(const Graph& graph, NodeId id, std::vector<bool>& marked) {
  const Node& node = graph.node(id);
  if (marked[id] || node.op == Op::kNumber || node.op == Op::kLog || node.op == Op::kPowLog) return;
  marked[id] = true;
  if (node.op == Op::kSymbol) return;
  const bool product = node.op == Op::kMul;
  if (!(product && is_scale_of(graph, node.a, node.b))) mark_parts(graph, node.a, marked);
  const bool divides_input = node.op == Op::kDiv && graph.node(node.a).stage == Stage::kTable;
  const bool is_scale = product && is_scale_of(graph, node.b, node.a);
  if (is_binary(node.op) && !divides_input && !is_scale) mark_parts(graph, node.b, marked);
}

// What a coefficient does in an exponent: together with an input it is an exponent itself, alone
// (the a of exp(a - b log N)) the logarithm of a scale; or it is in none.
std::vector<std::optional<Role>> roles_in_exponents(LawGraph& law) {
  const NodeId outputs[] = {law.loss};
  const std::vector<bool> wanted = law.graph.needed(outputs);
  std::vector<std::optional<Role>> roles(law.coefficients.size());
  for (NodeId id = 0; id < wanted.size(); ++id) {
    const Node node = law.graph.node(id);  // a copy: derivatives are built in the same graph
    if (!wanted[id] || node.op != Op::kExp) continue;
    std::vector<bool> marked(law.graph.size(), false);
    mark_parts(law.graph, node.a, marked);
    const std::vector<NodeId> derivatives = law.graph.gradient(node.a, law.coefficients);
    for (std::size_t i = 0; i < roles.size(); ++i) {
      if (!marked[law.coefficients[i]]) continue;
      const Stage stage = law.graph.node(derivatives[i]).stage;
      const bool with_input = stage == Stage::kTable || stage == Stage::kRow;
      if (with_input) roles[i] = Role::kExponent;
      if (!roles[i]) roles[i] = Role::kLogScale;
    }
  }
  return roles;
}

}  // namespace

std::span<const std::string> standard_inputs() { return kStandardInputs; }

bool is_nonnegative_input(std::string_view name) {
  return std::ranges::find(kStandardInputs, name) != kStandardInputs.end();
}

LawGraph build_graph(const Definition& definition, const GraphOptions& options) {
  LawGraph law;
  for (const Input& input : definition.inputs)
    law.inputs[input.name] =
        law.graph.symbol(input.name, Stage::kTable, is_nonnegative_input(input.name));
  std::map<std::string, NodeId, std::less<>> coefficients;
  for (const Coefficient& coefficient : definition.coefficients) {
    const auto tied = options.tie.find(coefficient.name);
    const std::string& name = tied == options.tie.end() ? coefficient.name : tied->second;
    const auto range = options.range.find(name);
    const Range& limits =
        range != options.range.end()
            ? range->second
            : std::ranges::find(definition.coefficients, name, &Coefficient::name)->range;
    const NodeId node = law.graph.symbol(name, Stage::kCall, limits.low >= 0);
    coefficients[coefficient.name] = node;
    law.coefficients.push_back(node);
  }
  law.loss = lower(definition.expression, law.graph, [&](std::string_view name) {
    const auto input = law.inputs.find(name);
    return input != law.inputs.end() ? input->second : coefficients.find(name)->second;
  });
  return law;
}

std::vector<std::string> coefficient_names(const Definition& definition) {
  std::vector<std::string> names;
  for (const Coefficient& coefficient : definition.coefficients) names.push_back(coefficient.name);
  return names;
}

std::vector<bool> jointly_linear(Graph& graph, NodeId output, std::span<const NodeId> symbols) {
  const std::vector<NodeId> derivatives = graph.gradient(output, symbols);
  std::vector<bool> linear(symbols.size(), false);
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    const std::vector<bool> in_derivative = graph.needed(std::span(&derivatives[i], 1));
    linear[i] = true;
    for (std::size_t j = 0; j < symbols.size() && linear[i]; ++j)
      if (linear[j] && in_derivative[symbols[j]]) linear[i] = false;
  }
  return linear;
}

void analyse(Definition& definition) {
  LawGraph law = build_graph(definition);
  const std::vector<std::optional<Role>> roles = roles_in_exponents(law);
  const std::vector<bool> linear = jointly_linear(law.graph, law.loss, law.coefficients);
  const std::vector<NodeId> derivatives = law.graph.gradient(law.loss, law.coefficients);
  for (std::size_t i = 0; i < definition.coefficients.size(); ++i) {
    Coefficient& coefficient = definition.coefficients[i];
    coefficient.linear = linear[i];
    const bool alone = law.graph.is_number(derivatives[i], 1);
    coefficient.role = roles[i].value_or(alone ? Role::kConstant : Role::kScale);
    if (is_unset(coefficient.range))
      coefficient.range = kDefaultRanges[static_cast<std::size_t>(coefficient.role)];
  }
}

}  // namespace isoflop
