// `isoflop fit --by COLUMN`: the same law and recipe for each group of the rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/parse_value.h"
#include "cli/runs_argument.h"
#include "isoflop/bayes_fit.h"
#include "isoflop/bootstrap.h"
#include "isoflop/fit.h"
#include "isoflop/fit_file.h"
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
  std::optional<std::uint64_t> replicates;  // of the bootstrap, where one is asked for
  std::optional<Resampling> resampling;
  double level = kUsualLevel;                // what intervals are to cover
  bool profile = false;                      // whether there are intervals by profiles, too
  std::optional<std::uint64_t> evaluations;  // of a Bayesian solver, like what follows
  std::optional<SearchBox> box;
  std::string journal;
  std::string trials;
  std::uint64_t threads = 0;
  std::string output;
  bool json = false, plot = false;
};

// The exit code: 1 where the fit of a group failed, stopped_exit_code() where the work was stopped.
// `line` is the command line.
Result<int> fit_by(const FitOptions& options, const std::string& line);

}  // namespace isoflop::cli
