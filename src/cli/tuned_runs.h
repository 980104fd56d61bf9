// A tuned recipe's rows and weights as flags of `isoflop fit`.
#pragma once

#include <string>

#include "isoflop/tune.h"
#include "store/fit_record.h"

namespace isoflop::cli {

// Where the runs that a choice was fitted to come from: --where, --weights and --drop-highest-loss
// that give the same rows and weights as the choice. `growth` is the formula that grows.
DataSource tuned_source(DataSource source, const RecipeChoice& choice, const ChosenRows& rows,
                        const std::string& growth);

// Flags for `isoflop fit` that make the same fit, besides those that were `given` for the columns
// and the coefficients, quoted for a shell.
std::string tuned_flags(const DataSource& source, const Recipe& recipe, const Recipe& given);

}  // namespace isoflop::cli
