#include "law/graph.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

namespace isoflop {

namespace {

constexpr double kLogOfZero = -1e300;  // see Op::kPowLog
constexpr unsigned kLargestIntegerPower = 64;

Stage operator|(Stage a, Stage b) {
  return static_cast<Stage>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

bool commutes(Op op) {
  return op == Op::kAdd || op == Op::kMul || op == Op::kMin || op == Op::kMax || op == Op::kEqual;
}

}  // namespace

double apply(Op op, double a, double b) {
  switch (op) {
    case Op::kAdd:
      return a + b;
    case Op::kSub:
      return a - b;
    case Op::kMul:
      return a * b;
    case Op::kDiv:
      return a / b;
    case Op::kNeg:
      return -a;
    case Op::kExp:
      return std::exp(a);
    case Op::kLog:
      return std::log(a);
    case Op::kPowLog:
      return a == 0 ? kLogOfZero : std::log(a);
    case Op::kSqrt:
      return std::sqrt(a);
    case Op::kAbs:
      return std::abs(a);
    case Op::kSign:
      return static_cast<double>(a > 0) - static_cast<double>(a < 0);
    case Op::kMin:
      return b < a ? b : a;
    case Op::kMax:
      return a < b ? b : a;
    case Op::kFloor:
      return std::floor(a);
    case Op::kTanh:
      return std::tanh(a);
    case Op::kSin:
      return std::sin(a);
    case Op::kCos:
      return std::cos(a);
    case Op::kAtan:
      return std::atan(a);
    case Op::kLess:
      return a < b ? 1 : 0;
    case Op::kLessEqual:
      return a <= b ? 1 : 0;
    case Op::kEqual:
      return a == b ? 1 : 0;
    case Op::kNumber:
    case Op::kSymbol:
      break;
  }
  return std::nan("");
}

bool is_binary(Op op) {
  switch (op) {
    case Op::kAdd:
    case Op::kSub:
    case Op::kMul:
    case Op::kDiv:
    case Op::kMin:
    case Op::kMax:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kEqual:
      return true;
    default:
      return false;
  }
}

std::size_t Graph::KeyHash::operator()(const Key& key) const {
  std::uint64_t h = key.number ^ (static_cast<std::uint64_t>(key.op) << 56U);
  h = (h ^ key.a) * 0x9e3779b97f4a7c15U;
  h = (h ^ (h >> 29U) ^ key.b) * 0xbf58476d1ce4e5b9U;
  return h ^ (h >> 32U);
}

NodeId Graph::intern(Node node) {
  const Key key{node.op, node.a, node.b, std::bit_cast<std::uint64_t>(node.number)};
  const auto [found, added] = index_.try_emplace(key, static_cast<NodeId>(nodes_.size()));
  if (added) nodes_.push_back(node);
  return found->second;
}

NodeId Graph::number(double value) {
  Node node;
  node.number = value;
  node.nonnegative = value >= 0;
  return intern(node);
}

NodeId Graph::symbol(std::string_view name, Stage stage, bool nonnegative) {
  const auto found = symbol_nodes_.find(name);
  if (found != symbol_nodes_.end()) return found->second;
  Node node;
  node.op = Op::kSymbol;
  node.stage = stage;
  node.nonnegative = nonnegative;
  node.a = static_cast<NodeId>(symbols_.size());
  symbols_.emplace_back(name);
  return symbol_nodes_[std::string(name)] = intern(node);
}

bool Graph::nonnegative(Op op, NodeId a, NodeId b) const {
  const bool both = nodes_[a].nonnegative && nodes_[b].nonnegative;
  switch (op) {
    case Op::kAdd:
    case Op::kMul:
    case Op::kDiv:
    case Op::kMin:
      return both;
    case Op::kMax:
      return nodes_[a].nonnegative || nodes_[b].nonnegative;
    case Op::kExp:
    case Op::kSqrt:
    case Op::kAbs:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kEqual:
      return true;
    case Op::kFloor:
    case Op::kTanh:
    case Op::kAtan:
    case Op::kSign:
      return nodes_[a].nonnegative;
    default:
      return false;
  }
}

NodeId Graph::make(Op op, NodeId a, NodeId b) {
  if (!is_binary(op)) b = a;
  if (nodes_[a].op == Op::kNumber && nodes_[b].op == Op::kNumber)
    return number(apply(op, nodes_[a].number, nodes_[b].number));
  if (commutes(op) && b < a) std::swap(a, b);
  Node node;
  node.op = op;
  node.stage = nodes_[a].stage | nodes_[b].stage;
  node.nonnegative = nonnegative(op, a, b);
  node.a = a;
  node.b = b;
  return intern(node);
}

NodeId Graph::unary(Op op, NodeId a) { return make(op, a); }
NodeId Graph::binary(Op op, NodeId a, NodeId b) { return make(op, a, b); }

NodeId Graph::add(NodeId a, NodeId b) {
  if (is_number(a, 0)) return b;
  if (is_number(b, 0)) return a;
  if (nodes_[b].op == Op::kNeg) return sub(a, nodes_[b].a);
  if (nodes_[a].op == Op::kNeg) return sub(b, nodes_[a].a);
  return make(Op::kAdd, a, b);
}

NodeId Graph::sub(NodeId a, NodeId b) {
  if (a == b) return number(0);
  if (is_number(b, 0)) return a;
  if (is_number(a, 0)) return neg(b);
  if (nodes_[b].op == Op::kNeg) return add(a, nodes_[b].a);
  // a - (a - b): what 1 - S is where S is 1 - x, exactly.
  if (nodes_[b].op == Op::kSub && nodes_[b].a == a) return nodes_[b].b;
  return make(Op::kSub, a, b);
}

NodeId Graph::mul(NodeId a, NodeId b) {
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
