// Whether a table's numbers can be what their names say: parameters, tokens, FLOPs, nats. Columns
// in millions or billions fit as well as any, and every plan from them is wrong.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "isoflop/conventions.h"
#include "law/ast.h"

namespace isoflop {

struct CheckedColumn {
  std::string_view name;  // N, P, D, U, C or loss; any other is not checked
  std::span<const double> values;
  Ast formula;  // that gives it: of the mapping, of a rule, or the file's column
  std::function<std::string(std::size_t)> row_label;  // "line 17", of an index of values
};

// Adds what is doubtful to `warnings`, and to `problems` what cannot be: less than 1 parameter,
// token or FLOP. Both say what to write instead. Returns whether all was well.
bool check_magnitudes(const CheckedColumn& column, std::string_view source, Problems& problems,
                      std::vector<std::string>& warnings);

// Why losses may be in another unit of a token than what was said of them; given in nats.
std::optional<std::string> doubt_of_unit(std::span<const double> nats, const LossUnit& measured);

}  // namespace isoflop
