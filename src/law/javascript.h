// A graph as JavaScript: what pages compute is what the program computes, from the same formula.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "law/graph.h"

namespace isoflop {

// "function loss(x) {...}": takes the values of `symbols` as an array in that order, returns those
// of the outputs. Every number has all its digits. Each symbol that the outputs need must be there.
std::string javascript_function(const Graph& graph, std::span<const NodeId> outputs,
                                std::span<const NodeId> symbols, std::string_view name);

}  // namespace isoflop
