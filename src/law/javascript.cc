#include "law/javascript.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/number_text.h"

namespace isoflop {

namespace {

// Of one operation, with its operands as text; {0} and {1} are these.
std::string_view pattern(Op op) {
  switch (op) {
    case Op::kAdd:
      return "{0}+{1}";
    case Op::kSub:
      return "{0}-{1}";
    case Op::kMul:
      return "{0}*{1}";
    case Op::kDiv:
      return "{0}/{1}";
    case Op::kNeg:
      return "-{0}";
    case Op::kExp:
      return "Math.exp({0})";
    case Op::kLog:
      return "Math.log({0})";
    case Op::kPowLog:  // see graph.h
      return "({0}===0?-1e300:Math.log({0}))";
    case Op::kSqrt:
      return "Math.sqrt({0})";
    case Op::kAbs:
      return "Math.abs({0})";
    case Op::kSign:
      return "Math.sign({0})";
    case Op::kMin:
      return "Math.min({0},{1})";
    case Op::kMax:
      return "Math.max({0},{1})";
    case Op::kFloor:
      return "Math.floor({0})";
    case Op::kTanh:
      return "Math.tanh({0})";
    case Op::kSin:
      return "Math.sin({0})";
    case Op::kCos:
      return "Math.cos({0})";
    case Op::kAtan:
      return "Math.atan({0})";
    case Op::kLess:
      return "({0}<{1}?1:0)";
    case Op::kLessEqual:
      return "({0}<={1}?1:0)";
    case Op::kEqual:
      return "({0}==={1}?1:0)";
    case Op::kNumber:
    case Op::kSymbol:
      break;
  }
  return "";
}

}  // namespace

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
      body +=
          fmt::format("const t{}={};", id,
                      fmt::format(fmt::runtime(pattern(node.op)), texts[node.a], texts[node.b]));
      texts[id] = fmt::format("t{}", id);
    }
  }
  std::string results;
  for (const NodeId output : outputs)
    results += fmt::format("{}{}", results.empty() ? "" : ",", texts[output]);
  return fmt::format("function {}(x){{{}return [{}];}}", name, body, results);
}

}  // namespace isoflop
