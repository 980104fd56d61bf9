// `isoflop fit --by COLUMN`: the same law and recipe for each group of the rows.
#pragma once

#include <cstdint>
#include <string>

#include "isoflop/read_table.h"
#include "isoflop/recipe.h"
#include "isoflop/result.h"

namespace isoflop::cli {

struct FitOptions {
  std::string runs;
  std::string law;
  Mapping mapping;
  std::string by;
  Recipe recipe;
  std::uint64_t threads = 0;
  std::string output;
  bool json = false;
};

// What is asked of the measured loss.
Response response_for(const Recipe& recipe);

// The exit code: 1 where the fit of a group failed. `line` is the command line.
Result<int> fit_by(const FitOptions& options, const std::string& line);

}  // namespace isoflop::cli
