// Parts that data-set files and claims files share.
#pragma once

#include "base/toml_fields.h"
#include "isoflop/data_set.h"

namespace isoflop {

// "key:set", which must be a set of the book.
std::string need_set(TomlFields& fields, const Value& table, std::string_view name);
// `residual` and `loss`.
void read_objective(TomlFields& fields, const Value& table, Residual& residual, RobustLoss& loss);
// A relative tolerance above 0.
double need_tolerance(TomlFields& fields, const Value& table, std::string_view name);

}  // namespace isoflop
