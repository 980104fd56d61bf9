// One recipe for several laws.
#pragma once

#include <span>

#include "isoflop/compare.h"
#include "isoflop/recipe.h"
#include "isoflop/result.h"

namespace isoflop {

// What the recipe says of the coefficients that the law has.
Recipe recipe_for(const Law& law, Recipe recipe);
// Every name in it must be a coefficient of one of the laws.
Result<void> check_names(std::span<const Candidate> laws, const Recipe& recipe);

}  // namespace isoflop
