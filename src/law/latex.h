// Formulas as LaTeX, for pages and papers.
#pragma once

#include <string>
#include <string_view>

#include "law/ast.h"

namespace isoflop {

// Mathematics as people set it: quotients as fractions (in exponents: on one line), products
// without a sign, `alpha` as \alpha, `aD` and `a_D` as a_D, longer names upright. Needs no package
// but amsmath, and no `$` around it is printed.
std::string latex(const Ast& ast);
// A name alone.
std::string latex_name(std::string_view name);

}  // namespace isoflop
