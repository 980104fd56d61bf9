// Quantities of a law's graph (its loss, derivatives of it) for every row of some columns, with the
// values that the law carries for its coefficients.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "isoflop/law.h"
#include "kernel/evaluate.h"
#include "law/definition.h"

namespace isoflop {

// One vector of `rows` numbers for each output. `column` gives each input that the outputs depend
// on.
std::vector<std::vector<double>> law_values(const Law& law, const Graph& graph,
                                            std::span<const NodeId> outputs, std::size_t rows,
                                            const ColumnLookup& column);

}  // namespace isoflop
