// The fits that must be certain: laws and public tables for which the best known objective is kept
// in best_known.csv.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/law.h"
#include "isoflop/recipe.h"
#include "isoflop/table.h"

namespace isoflop::test {

struct Problem {
  std::string name;  // "frantar2023 t5"
  Law law;
  Table table;
  Recipe recipe;  // residual and loss; starts are left at their default
};

// All twelve, read from the folder of public data. A file that is missing or does not read ends
// the program.
std::vector<Problem> certain_problems(const std::filesystem::path& data);

// The lowest objective of each, by its name, whichever solver found it: best_known.csv.
std::map<std::string, double> best_known_objectives();

// One of them by its name.
Problem certain_problem(const std::filesystem::path& data, std::string_view name);

}  // namespace isoflop::test
