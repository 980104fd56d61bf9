#include "law/graph.h"

#include <bit>
#include <cmath>
#include <utility>

namespace isoflop {

namespace {

constexpr unsigned kLargestIntegerPower = 64;

Stage operator|(Stage a, Stage b) {
  return static_cast<Stage>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

}  // namespace

std::size_t Graph::KeyHash::operator()(const Key& key) const {
  std::uint64_t h = key.number ^ (static_cast<std::uint64_t>(key.op) << 56U);
  h = (h ^ key.a) * 0x9e3779b97f4a7c15U;
  h = (h ^ (h >> 29U) ^ key.b) * 0xbf58476d1ce4e5b9U;
  return static_cast<std::size_t>(h ^ (h >> 32U));
}

NodeId Graph::intern(Node node) {
  const Key key{node.op, node.a, node.b, std::bit_cast<std::uint64_t>(node.number)};
  const auto [found, added] = index_.try_emplace(key, static_cast<NodeId>(nodes_.size()));
  if (added) nodes_.push_back(node);
  return found->second;
}

NodeId Graph::number(double value) { return intern({.nonnegative = value >= 0, .number = value}); }

NodeId Graph::symbol(std::string_view name, Stage stage, bool nonnegative) {
  const auto found = symbol_nodes_.find(name);
  if (found != symbol_nodes_.end()) return found->second;
  const auto index = static_cast<NodeId>(symbols_.size());
  symbols_.emplace_back(name);
  return symbol_nodes_[std::string(name)] =
             intern({.op = Op::kSymbol, .stage = stage, .nonnegative = nonnegative, .a = index});
}

bool Graph::nonnegative(Op op, NodeId a, NodeId b) const {
  const bool first = nodes_[a].nonnegative, second = nodes_[b].nonnegative;
  const Nonnegative when = operation(op).nonnegative;
  return when == Nonnegative::kAlways || (when == Nonnegative::kIfFirst && first) ||
         (when == Nonnegative::kIfBoth && first && second) ||
         (when == Nonnegative::kIfEither && (first || second));
}

NodeId Graph::make(Op op, NodeId a, NodeId b) {
  if (!is_binary(op)) b = a;
  if (are_numbers(a, b)) return number(operation(op).value(nodes_[a].number, nodes_[b].number));
  if (operation(op).commutes && b < a) std::swap(a, b);
  return intern({.op = op,
                 .stage = nodes_[a].stage | nodes_[b].stage,
                 .nonnegative = nonnegative(op, a, b),
                 .a = a,
                 .b = b});
}

NodeId Graph::unary(Op op, NodeId a) {
  if (op == Op::kNeg) return neg(a);
  if (op == Op::kExp) return exp(a);
  if (op == Op::kLog || op == Op::kPowLog) return logarithm(op, a);
  return make(op, a);
}

NodeId Graph::binary(Op op, NodeId a, NodeId b) {
  if (op == Op::kAdd) return add(a, b);
  if (op == Op::kSub) return sub(a, b);
  if (op == Op::kMul) return mul(a, b);
  if (op == Op::kDiv) return div(a, b);
  return make(op, a, b);
}

NodeId Graph::add(NodeId a, NodeId b) {
  if (is_number(a, 0)) return b;
  if (is_number(b, 0)) return a;
  if (nodes_[b].op == Op::kNeg) return sub(a, nodes_[b].a);
  if (nodes_[a].op == Op::kNeg) return sub(b, nodes_[a].a);
  return make(Op::kAdd, a, b);
}

NodeId Graph::sub(NodeId a, NodeId b) {
  if (are_numbers(a, b)) return make(Op::kSub, a, b);
  if (a == b) return number(0);
  if (is_number(b, 0)) return a;
  if (is_number(a, 0)) return neg(b);
  if (nodes_[b].op == Op::kNeg) return add(a, nodes_[b].a);
  // a - (a - b): what 1 - S is where S is 1 - x, exactly.
  if (nodes_[b].op == Op::kSub && nodes_[b].a == a) return nodes_[b].b;
  return make(Op::kSub, a, b);
}

NodeId Graph::mul(NodeId a, NodeId b) {
  if (are_numbers(a, b)) return make(Op::kMul, a, b);
  if (is_number(a, 0) || is_number(b, 0)) return number(0);
  if (is_number(a, 1)) return b;
  if (is_number(b, 1)) return a;
  if (is_number(a, -1)) return neg(b);
  if (is_number(b, -1)) return neg(a);
  if (nodes_[a].op == Op::kNeg && nodes_[b].op == Op::kNeg) return mul(nodes_[a].a, nodes_[b].a);
  if (nodes_[a].op == Op::kNeg) return neg(mul(nodes_[a].a, b));
  if (nodes_[b].op == Op::kNeg) return neg(mul(a, nodes_[b].a));
  // Of a product over rows, the factor that is computed once a call stands outside: so A x ln N and
  // its derivatives share x ln N, and (A x) B is (A B) x.
  for (const auto& [product, other] : {std::pair(a, b), std::pair(b, a)}) {
    const Node node = nodes_[product];
    if (node.op != Op::kMul || node.stage != Stage::kRow) continue;
    if (is_of_call(node.a)) return mul_of_call(node.a, node.b, other);
    if (is_of_call(node.b)) return mul_of_call(node.b, node.a, other);
  }
  return make(Op::kMul, a, b);
}

// factor * rest * other, where the factor is computed once a call.
NodeId Graph::mul_of_call(NodeId factor, NodeId rest, NodeId other) {
  return is_of_call(other) ? mul(mul(factor, other), rest) : mul(factor, mul(rest, other));
}

NodeId Graph::div(NodeId a, NodeId b) {
  if (are_numbers(a, b)) return make(Op::kDiv, a, b);
  if (is_number(a, 0)) return a;
  if (is_number(b, 1)) return a;
  if (nodes_[b].op == Op::kExp) return mul(a, exp(neg(nodes_[b].a)));
  if (nodes_[a].op == Op::kNeg) return neg(div(nodes_[a].a, b));
  if (nodes_[b].op == Op::kNeg) return neg(div(a, nodes_[b].a));
  return make(Op::kDiv, a, b);
}

NodeId Graph::neg(NodeId a) {
  const Node node = nodes_[a];
  if (node.op == Op::kNeg) return node.a;
  if (node.op == Op::kSub) return sub(node.b, node.a);
  // Into the factor that is computed less often: -(alpha ln N) costs every row, (-alpha) ln N does
  // not.
  if (node.op == Op::kMul && node.stage == Stage::kRow) {
    if (is_of_call(node.a)) return make(Op::kMul, neg(node.a), node.b);
    if (is_of_call(node.b)) return make(Op::kMul, node.a, neg(node.b));
  }
  return make(Op::kNeg, a);
}

NodeId Graph::exp(NodeId a) {
  if (nodes_[a].op == Op::kLog && nodes_[nodes_[a].a].nonnegative) return nodes_[a].a;
  return make(Op::kExp, a);
}

NodeId Graph::logarithm(Op op, NodeId a) {
  const Node node = nodes_[a];
  if (node.op == Op::kExp) return node.a;
  const bool product = node.op == Op::kMul || node.op == Op::kDiv;
  // log(aD/D) mixes a coefficient with a column; log aD - log D does not, and costs nothing a row.
  const auto cheap = [&](NodeId part) {
    return nodes_[part].stage != Stage::kRow || nodes_[part].op == Op::kExp;
  };
  if (product && node.stage == Stage::kRow && nodes_[node.a].nonnegative &&
      nodes_[node.b].nonnegative && (cheap(node.a) || cheap(node.b))) {
    const NodeId left = logarithm(op, node.a), right = logarithm(op, node.b);
    return node.op == Op::kMul ? add(left, right) : sub(left, right);
  }
  return make(op, a);
}

NodeId Graph::integer_power(NodeId base, unsigned exponent) {
  NodeId result = number(1);
  for (NodeId square = base; exponent > 0; exponent >>= 1U, square = mul(square, square))
    if ((exponent & 1U) != 0) result = mul(result, square);
  return result;
}

NodeId Graph::pow(NodeId base, NodeId exponent) {
  if (nodes_[exponent].op == Op::kNumber) {
    const double y = nodes_[exponent].number;
    if (nodes_[base].op == Op::kNumber) return number(std::pow(nodes_[base].number, y));
    if (y == 0.5) return unary(Op::kSqrt, base);
    if (y == std::floor(y) && std::abs(y) <= kLargestIntegerPower) {
      const NodeId power = integer_power(base, static_cast<unsigned>(std::abs(y)));
      return y < 0 ? div(number(1), power) : power;
    }
  }
  return exp(mul(exponent, logarithm(Op::kPowLog, base)));
}

// Reverse-mode differentiation into the same graph: derivatives share every part that the value
// already has, so they need no further exp or log.
std::vector<NodeId> Graph::gradient(NodeId output, std::span<const NodeId> symbols) {
  const NodeId outputs[] = {output};
  const std::vector<bool> wanted = needed(outputs);
  std::vector<NodeId> adjoints(wanted.size(), number(0));
  adjoints[output] = number(1);
  for (NodeId id = output + 1; id-- > 0;) {
    if (!wanted[id] || is_number(adjoints[id], 0)) continue;
    const Node node = nodes_[id];  // a copy: building nodes moves them
    const Operation& of = operation(node.op);
    const Backward at{{this, adjoints[id]}, {this, id}, {this, node.a}, {this, node.b}};
    if (of.by_a != nullptr) adjoints[node.a] = add(adjoints[node.a], of.by_a(at).id);
    if (of.by_b != nullptr) adjoints[node.b] = add(adjoints[node.b], of.by_b(at).id);
  }
  std::vector<NodeId> result;
  for (const NodeId symbol : symbols)
    result.push_back(symbol < adjoints.size() ? adjoints[symbol] : number(0));
  return result;
}

bool Graph::depends_on(NodeId id, NodeId symbol) const {
  const NodeId outputs[] = {id};
  return needed(outputs)[symbol];
}

std::vector<bool> Graph::needed(std::span<const NodeId> outputs) const {
  std::vector<bool> wanted(nodes_.size(), false);
  for (const NodeId output : outputs) wanted[output] = true;
  for (std::size_t id = nodes_.size(); id-- > 0;) {
    if (!wanted[id] || nodes_[id].op == Op::kNumber || nodes_[id].op == Op::kSymbol) continue;
    wanted[nodes_[id].a] = true;
    wanted[nodes_[id].b] = true;
  }
  return wanted;
}

}  // namespace isoflop
