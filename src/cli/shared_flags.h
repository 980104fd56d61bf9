// Flags that several commands have.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "cli/parse_value.h"
#include "isoflop/arch.h"
#include "isoflop/predict.h"
#include "isoflop/read_table.h"
#include "isoflop/recipe.h"

namespace isoflop::cli {

// FlagDetails::from_project of a MODEL and of a LAW.
std::vector<std::string> file_of_project(const Project& project);
std::vector<std::string> law_of_project(const Project& project);

// MODEL, for arguments.h's read_model().
Flag model_flag(std::string& model);
// --law, for arguments.h's read_law().
Flag law_flag(std::string& law);
// NAME=V ..., values of inputs.
Flag inputs_flag(Inputs& inputs);
// --flops and --sparsity of the one plan that check and report make.
Flag plan_budget_flag(std::optional<double>& flops);
Flag plan_sparsity_flag(std::optional<double>& sparsity);
// How runs are read: a flag for each field of a mapping but `cluster`, which is a bootstrap's, and
// those of the names.
std::vector<Flag> mapping_flags(Mapping& mapping,
                                std::initializer_list<std::string_view> without = {});
Flag mapping_flag(Mapping& mapping, std::string_view name);
// How a law is fitted: a flag for each field of a recipe but the solver's.
std::vector<Flag> recipe_flags(Recipe& recipe);
Flag recipe_flag(Recipe& recipe, std::string_view name);
// RUNS, for arguments.h's read_runs().
Flag runs_flag(std::vector<std::string>& runs);
// --intervals: whether there are those of profile likelihood, too.
Flag intervals_flag(bool& profile, std::string help);
// --level; `standard` is the default as text.
template <class Level>
Flag level_flag(Level& level, const std::string& standard) {
  return Flag("--level", "LEVEL", "confidence level of the intervals",
              parsed_into(level, parse_level), {.standard = standard, .group = "Uncertainty"});
}
// --arch, for predict and plan.
Flag arch_flag(std::string& path, std::string what);

// --keys, --embeddings and --recompute: what an architecture's FLOPs count.
std::vector<Flag> flops_flags(FlopsOptions& flops);
Flag threads_flag(std::uint64_t& threads);
Flag output_flag(std::string& file, std::string help);
Flag required(Flag flag);
Flag json_flag(bool& json);

}  // namespace isoflop::cli
