#include "kernel/evaluate.h"

#include "kernel/prepared.h"
#include "law/lower.h"

namespace isoflop {

std::vector<double> evaluate(const Ast& formula, std::size_t rows, const ColumnLookup& column) {
  if (rows == 0) return {};
  Graph graph;
  const NodeId outputs[] = {lower(formula, graph, [&](std::string_view name) {
    return graph.symbol(name, Stage::kTable, false);
  })};
  const Prepared prepared(compile(graph, outputs, {}), rows, column);
  const AlignedDoubles out = allocate_doubles(prepared.padded_rows());
  Prepared::Scratch scratch = prepared.make_scratch();
  prepared.run({}, out.get(), scratch);
  return {out.get(), out.get() + rows};
}

}  // namespace isoflop
