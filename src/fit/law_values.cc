#include "fit/law_values.h"

#include "kernel/prepared.h"

namespace isoflop {

std::vector<std::vector<double>> law_values(const Law& law, const Graph& graph,
                                            std::span<const NodeId> outputs, std::size_t rows,
                                            const ColumnLookup& column) {
  if (rows == 0) return std::vector<std::vector<double>>(outputs.size());
  const Prepared prepared(compile(graph, outputs, coefficient_names(law.definition())), rows,
                          column);
  const AlignedDoubles out = allocate_doubles(outputs.size() * prepared.padded_rows());
  Prepared::Scratch scratch = prepared.make_scratch();
  prepared.run(law.values(), out.get(), scratch);
  std::vector<std::vector<double>> values;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const double* first = out.get() + i * prepared.padded_rows();
    values.emplace_back(first, first + rows);
  }
  return values;
}

}  // namespace isoflop
