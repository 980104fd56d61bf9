// Flags that several commands have.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "isoflop/predict.h"
#include "isoflop/read_table.h"
#include "isoflop/recipe.h"

namespace isoflop::cli {

// MODEL, for law_argument.h's read_model().
Flag model_flag(std::string& model);
// NAME=V ..., values of inputs.
Flag inputs_flag(Inputs& inputs, std::string help);
// --columns, --where and --skip-missing.
std::vector<Flag> mapping_flags(Mapping& mapping);
// How a law is fitted: --loss, --residual, --starts, --seed, --fix, --tie, --range and --start.
std::vector<Flag> recipe_flags(Recipe& recipe);
Flag json_flag(bool& json);

void append(std::vector<Flag>& flags, std::vector<Flag> more);

}  // namespace isoflop::cli
