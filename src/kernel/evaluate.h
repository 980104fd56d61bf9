// The value of a formula for every row of some columns: mappings, filters, predictions.
#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "isoflop/result.h"
#include "law/ast.h"

namespace isoflop {

// Gives a name's column, `rows` long; the formula's names must all have one.
using ColumnLookup = std::function<std::span<const double>(std::string_view name)>;

// One value a row; truth is 1 and 0. Text literals must have been replaced by columns before. What
// is undefined (the logarithm of -1) is NaN in that row, never an error.
std::vector<double> evaluate(const Ast& formula, std::size_t rows, const ColumnLookup& column);

}  // namespace isoflop
