// Flags that several commands have.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "isoflop/predict.h"
#include "isoflop/read_table.h"
#include "isoflop/recipe.h"

namespace isoflop::cli {

// MODEL, for law_argument.h's read_model().
Flag model_flag(std::string& model);
// --law, for law_argument.h's read_law().
Flag law_flag(std::string& law);
// NAME=V ..., values of inputs.
Flag inputs_flag(Inputs& inputs);
// --flops and --sparsity of the one plan that check and report make.
Flag plan_budget_flag(std::optional<double>& flops);
Flag plan_sparsity_flag(std::optional<double>& sparsity);
// --columns, --where and --skip-missing.
std::vector<Flag> mapping_flags(Mapping& mapping);
// How a law is fitted: --loss, --residual, --starts, --seed, --fix, --tie, --range and --start.
std::vector<Flag> recipe_flags(Recipe& recipe);
// RUNS, for runs_argument.h.
Flag runs_flag(std::string& runs);
Flag drop_flag(Mapping& mapping, std::string help);  // --drop-highest-loss
Flag weights_flag(Mapping& mapping);
Flag threads_flag(std::uint64_t& threads);
Flag output_flag(std::string& file, std::string help);
Flag required(Flag flag);
Flag json_flag(bool& json);

}  // namespace isoflop::cli
