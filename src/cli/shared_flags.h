// Flags that several commands have.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
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
// RUNS, for runs_argument.h.
Flag runs_flag(std::string& runs);
Flag drop_flag(Mapping& mapping, std::string help);  // --drop-highest-loss
Flag weights_flag(Mapping& mapping);
// --threads; `result` is what does not depend on it.
Flag threads_flag(std::uint64_t& threads, std::string_view result);
Flag json_flag(bool& json);

}  // namespace isoflop::cli
