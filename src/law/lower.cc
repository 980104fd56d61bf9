#include "law/lower.h"

#include <vector>

namespace isoflop {

NodeId lower(const Ast& ast, Graph& graph, const NameLookup& lookup) {
  std::vector<NodeId> children;
  for (const Ast& child : ast.children) children.push_back(lower(child, graph, lookup));
  switch (ast.kind) {
    case Ast::Kind::kNumber:
      return graph.number(ast.number);
    case Ast::Kind::kName:
      return lookup(ast.text);
    case Ast::Kind::kUnary:
    case Ast::Kind::kBinary:
    case Ast::Kind::kCall:
      return build_node(operation_of(ast), graph, children);
    case Ast::Kind::kText:
      break;
  }
  return graph.number(0);
}

}  // namespace isoflop
