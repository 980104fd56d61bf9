// Conditions on a cell's text, as filters have them: `kind == 'a'`, `outlier == False`,
// `contains(name, 'moe')`.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "isoflop/result.h"

namespace isoflop {

using TextCondition = std::function<bool(const std::string& cell)>;

// The condition of that name with a text: "==", whether it is the text; "is", whether it is true or
// false, by truth_of(); or one of kTextFunctions (law/ast.h). `matches` finds an extended regular
// expression of POSIX anywhere in the cell. Errors: a text that is no such expression.
Result<TextCondition> text_condition(std::string_view name, const std::string& text);

// Of "true" and "false" in any case, and of 1 and 0.
std::optional<bool> truth_of(std::string_view text);

// Whether a text is one of these words, and no number.
bool is_truth_word(std::string_view text);

}  // namespace isoflop
