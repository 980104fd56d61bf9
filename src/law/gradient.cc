// Reverse-mode differentiation of a graph, into the same graph: derivatives share every part that
// the value already has, so they need no further exp or log.
#include "law/graph.h"

namespace isoflop {

std::vector<NodeId> Graph::gradient(NodeId output, std::span<const NodeId> symbols) {
  const NodeId outputs[] = {output};
  const std::vector<bool> wanted = needed(outputs);
  std::vector<NodeId> adjoints(wanted.size(), number(0));
  adjoints[output] = number(1);
  for (NodeId id = output + 1; id-- > 0;)
    if (wanted[id] && !is_number(adjoints[id], 0)) push_back(id, adjoints[id], adjoints);
  std::vector<NodeId> result;
  for (const NodeId symbol : symbols)
    result.push_back(symbol < adjoints.size() ? adjoints[symbol] : number(0));
  return result;
}

// Adds to the adjoints of a node's operands what its own adjoint brings.
void Graph::push_back(NodeId id, NodeId adjoint, std::vector<NodeId>& adjoints) {
  const Node node = nodes_[id];  // a copy: building nodes moves them
  const auto to_a = [&](NodeId derivative) {
    adjoints[node.a] = add(adjoints[node.a], derivative);
  };
  const auto to_b = [&](NodeId derivative) {
    adjoints[node.b] = add(adjoints[node.b], derivative);
  };
  switch (node.op) {
    case Op::kAdd:
      to_a(adjoint);
      to_b(adjoint);
      break;
    case Op::kSub:
      to_a(adjoint);
      to_b(neg(adjoint));
      break;
    case Op::kMul:
      to_a(mul(adjoint, node.b));
      to_b(mul(adjoint, node.a));
      break;
    case Op::kDiv: {
      const NodeId share = div(adjoint, node.b);
      to_a(share);
      to_b(neg(mul(share, id)));
      break;
    }
    case Op::kNeg:
      to_a(neg(adjoint));
      break;
    case Op::kExp:
      to_a(mul(adjoint, id));
      break;
    case Op::kLog:
    case Op::kPowLog:
      to_a(div(adjoint, node.a));
      break;
    case Op::kSqrt:
      to_a(div(adjoint, mul(number(2), id)));
      break;
    case Op::kAbs:
      to_a(mul(adjoint, unary(Op::kSign, node.a)));
      break;
    case Op::kMin:
    case Op::kMax: {
      // At a tie the whole derivative goes to the first operand.
      const bool least = node.op == Op::kMin;
      const NodeId first = binary(Op::kLessEqual, least ? node.a : node.b, least ? node.b : node.a);
      to_a(mul(adjoint, first));
      to_b(mul(adjoint, sub(number(1), first)));
      break;
    }
    case Op::kTanh:
      to_a(mul(adjoint, sub(number(1), mul(id, id))));
      break;
    case Op::kSin:
      to_a(mul(adjoint, unary(Op::kCos, node.a)));
      break;
    case Op::kCos:
      to_a(neg(mul(adjoint, unary(Op::kSin, node.a))));
      break;
    case Op::kAtan:
      to_a(div(adjoint, add(number(1), mul(node.a, node.a))));
      break;
    case Op::kNumber:
    case Op::kSymbol:
    case Op::kSign:
    case Op::kFloor:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kEqual:
      break;  // leaves, and steps that are flat where they have a derivative
  }
}

}  // namespace isoflop
