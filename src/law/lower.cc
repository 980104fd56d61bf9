#include "law/lower.h"

#include <cmath>
#include <optional>
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
    case Ast::Kind::kAggregate:
      break;
  }
  return graph.number(0);
}

namespace {

// The value of a part that is made of numbers alone.
std::optional<NodeId> constant_part(const Ast& ast, Graph& graph, const Ast*& undefined) {
  std::vector<NodeId> children;
  for (const Ast& child : ast.children)
    if (const auto value = constant_part(child, graph, undefined)) children.push_back(*value);
  if (undefined != nullptr || children.size() < ast.children.size() ||
      ast.kind == Ast::Kind::kName || ast.kind == Ast::Kind::kText ||
      ast.kind == Ast::Kind::kAggregate)
    return std::nullopt;
  const NodeId value =
      children.empty() ? graph.number(ast.number) : build_node(operation_of(ast), graph, children);
  if (!std::isfinite(graph.node(value).number)) undefined = &ast;
  return value;
}

}  // namespace

const Ast* undefined_part(const Ast& ast) {
  Graph graph;
  const Ast* undefined = nullptr;
  (void)constant_part(ast, graph, undefined);
  return undefined;
}

}  // namespace isoflop
