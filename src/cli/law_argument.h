// LAW and MODEL arguments.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "isoflop/law.h"
#include "isoflop/result.h"
#include "store/fit_record.h"

namespace isoflop::cli {

// LAW: a key of the book ("hossain2025"), a key with a published set ("hossain2025:moe"), a law
// file ("own.toml", "own.toml:set"), or a formula, in which the names that `columns` defines are
// inputs too. What a formula's names are taken for is said on standard error. `flag` names the
// argument in the errors of a formula.
Result<Law> read_law(const std::string& text, const std::string& columns = "",
                     std::string_view flag = "--law");

// The file that a LAW or a MODEL is read from; for a key or a formula, the text, which is no file.
std::string file_of(const std::string& argument);

// Whether the law was a formula on a command line.
bool is_own_formula(const Law& law);

// MODEL: a fit file (it ends in .json or is there), or a LAW with values. The law that comes back
// has values; a fit that did not end well is said on standard error.
Result<Law> read_model(const std::string& text);

// The same, with the fit that it is from, its table and its draws; nothing for a published set.
struct Model {
  Law law;
  std::optional<FitRecord> fit{};
};
Result<Model> read_model_with_fit(const std::string& text);

}  // namespace isoflop::cli
