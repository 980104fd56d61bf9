#include "law/javascript.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/number_text.h"

namespace isoflop {

std::string javascript_function(const Graph& graph, std::span<const NodeId> outputs,
                                std::span<const NodeId> symbols, std::string_view name) {
  const std::vector<bool> needed = graph.needed(outputs);
  std::vector<std::string> texts(graph.size());
  std::string body;
  for (NodeId id = 0; id < graph.size(); ++id) {
    if (!needed[id]) continue;
    const Node& node = graph.node(id);
    if (node.op == Op::kNumber) {
      texts[id] = "(" + format_exact(node.number) + ")";
    } else if (node.op == Op::kSymbol) {
      texts[id] = fmt::format("x[{}]", std::ranges::find(symbols, id) - symbols.begin());
    } else {
      body += fmt::format(
          "const t{}={};", id,
          fmt::format(fmt::runtime(operation(node.op).javascript), texts[node.a], texts[node.b]));
      texts[id] = fmt::format("t{}", id);
    }
  }
  std::string results;
  for (const NodeId output : outputs)
    results += fmt::format("{}{}", results.empty() ? "" : ",", texts[output]);
  return fmt::format("function {}(x){{{}return [{}];}}", name, body, results);
}

}  // namespace isoflop
