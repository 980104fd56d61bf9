#include "law/lower.h"

#include <numbers>
#include <vector>

namespace isoflop {

namespace {

// Whether a node's value can only be 1 or 0.
bool is_truth(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  return node.op == Op::kLess || node.op == Op::kLessEqual || node.op == Op::kEqual;
}

NodeId negate(Graph& graph, NodeId a) { return graph.binary(Op::kEqual, a, graph.number(0)); }
NodeId truth(Graph& graph, NodeId a) {
  return is_truth(graph, a) ? a : negate(graph, negate(graph, a));
}

NodeId lower_binary(const std::string& op, NodeId a, NodeId b, Graph& graph) {
  if (op == "+") return graph.add(a, b);
  if (op == "-") return graph.sub(a, b);
  if (op == "*") return graph.mul(a, b);
  if (op == "/") return graph.div(a, b);
  if (op == "^") return graph.pow(a, b);
  if (op == "<") return graph.binary(Op::kLess, a, b);
  if (op == "<=") return graph.binary(Op::kLessEqual, a, b);
  if (op == ">") return graph.binary(Op::kLess, b, a);
  if (op == ">=") return graph.binary(Op::kLessEqual, b, a);
  if (op == "==") return graph.binary(Op::kEqual, a, b);
  if (op == "!=") return negate(graph, graph.binary(Op::kEqual, a, b));
  if (op == "&&") return graph.mul(truth(graph, a), truth(graph, b));
  return graph.binary(Op::kMax, truth(graph, a), truth(graph, b));
}

NodeId lower_call(const std::string& name, const std::vector<NodeId>& arguments, Graph& graph) {
  if (name == "pi") return graph.number(std::numbers::pi);
  const NodeId x = arguments[0];
  if (name == "exp") return graph.exp(x);
  if (name == "log") return graph.log(x);
  if (name == "log10") return graph.mul(graph.log(x), graph.number(1 / std::numbers::ln10));
  if (name == "log2") return graph.mul(graph.log(x), graph.number(1 / std::numbers::ln2));
  if (name == "sqrt") return graph.unary(Op::kSqrt, x);
  if (name == "abs") return graph.unary(Op::kAbs, x);
  if (name == "tanh") return graph.unary(Op::kTanh, x);
  if (name == "floor") return graph.unary(Op::kFloor, x);
  if (name == "sin") return graph.unary(Op::kSin, x);
  if (name == "cos") return graph.unary(Op::kCos, x);
  if (name == "atan") return graph.unary(Op::kAtan, x);
  const NodeId half = graph.number(0.5);
  if (name == "sigmoid")  // as a tanh, so that nothing overflows on either side
    return graph.add(half, graph.mul(half, graph.unary(Op::kTanh, graph.mul(half, x))));
  NodeId result = x;
  for (std::size_t i = 1; i < arguments.size(); ++i)
    result = graph.binary(name == "min" ? Op::kMin : Op::kMax, result, arguments[i]);
  return result;
}

}  // namespace

NodeId lower(const Ast& ast, Graph& graph, const NameLookup& lookup) {
  std::vector<NodeId> children;
  for (const Ast& child : ast.children) children.push_back(lower(child, graph, lookup));
  switch (ast.kind) {
    case Ast::Kind::kNumber:
      return graph.number(ast.number);
    case Ast::Kind::kName:
      return lookup(ast.text);
    case Ast::Kind::kUnary:
      return ast.text == "-" ? graph.neg(children[0]) : negate(graph, children[0]);
    case Ast::Kind::kBinary:
      return lower_binary(ast.text, children[0], children[1], graph);
    case Ast::Kind::kCall:
      return lower_call(ast.text, children, graph);
    case Ast::Kind::kText:
      break;
  }
  return graph.number(0);
}

}  // namespace isoflop
