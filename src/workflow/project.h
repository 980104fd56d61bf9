// A project file: what is the same in every command on some runs, typed once.
//
//   runs = "runs.csv"                # or a list; patterns as on the command line
//   law = "hoffmann2022"
//   columns = "N = params, D = tokens, loss = {val/loss}"
//   where = "State == 'finished'"    # and every other field of a Mapping
//
//   laws = ["hoffmann2022", "kaplan2020"]   # of a comparison
//   holdout = "top:20%:C"
//
//   [recipe]                         # fields of a Recipe
//   loss = "huber:1e-3"
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "isoflop/read_table.h"
#include "isoflop/recipe.h"
#include "isoflop/result.h"

namespace isoflop {

struct Project {
  std::string source;             // the path of its file
  std::vector<std::string> runs;  // paths and patterns; relative to the folder of the file
  std::string law;                // as fit takes it
  std::vector<std::string> laws;
  std::string holdout;
  Mapping mapping;
  Recipe recipe;
};

// All problems at once, each with its line and column. Whether the names in it mean anything is
// known when it is used.
Result<Project> read_project(std::string_view text, std::string_view source);

// Whether a TOML text is a project file, as far as can be told: it has runs, and no formula.
bool is_project(std::string_view text);

// A line of a file that read_project() reads: `where = "loss < 5"`, `runs = ["a.csv", "b.csv"]`.
std::string project_line(std::string_view name, const std::vector<std::string>& texts);

}  // namespace isoflop
