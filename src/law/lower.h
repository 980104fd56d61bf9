// From a formula as written to the graph of what it computes.
#pragma once

#include <functional>
#include <string_view>

#include "law/ast.h"
#include "law/graph.h"

namespace isoflop {

// The node of a name: a symbol, or a definition lowered before.
using NameLookup = std::function<NodeId(std::string_view name)>;

// Truth is 1 and 0. Every name must have a node, and no text literals may remain.
NodeId lower(const Ast& ast, Graph& graph, const NameLookup& lookup);

// The first part of a formula that is made of numbers alone and is none itself, such as 0/0 or
// log(-1); null where there is none.
const Ast* undefined_part(const Ast& ast);

}  // namespace isoflop
