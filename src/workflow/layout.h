// The layouts of tables that are known, layouts/*.toml, and what they say of a table: which column
// is what, and how its rows become one a run. layouts/table.toml says what such a file has.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/raw_table.h"
#include "isoflop/law.h"
#include "isoflop/read_table.h"
#include "isoflop/result.h"
#include "workflow/runs.h"

namespace isoflop {

// The key of what is tried where a table has no layout that is known.
inline constexpr std::string_view kAnyTable = "table";

struct Layout {
  using Candidates = std::vector<std::pair<std::string, std::vector<std::string>>>;

  std::string key, title;
  std::string source;  // where the names of its columns are from
  std::vector<std::string> has;
  std::vector<std::string> notes;
  std::vector<std::string> laws;      // the first whose inputs are there is guessed
  std::vector<std::string> prefixes;  // of names of columns
  Mapping always;                     // wide, skip_missing: what is no guess
  Candidates columns, fields;         // by input, or by field of a mapping
  Candidates hints;                   // what to try for an input that was not guessed
};

// `source` names the text in errors.
Result<Layout> read_layout(std::string_view text, std::string_view source);
std::vector<std::string> layout_keys();
// The layout that has most columns which are all in the file; that of any table, where it has no
// other.
Result<Layout> layout_of(const RawTable& table);

// A project file for some runs, as far as it can be guessed.
struct ProjectGuess {
  Layout layout;
  // What was guessed: an input, loss or a field of a mapping, and the formula for it.
  std::vector<std::pair<std::string, std::string>> guesses;
  Mapping mapping;
  std::string law;
  // What keeps the runs from being read so, and what may help.
  std::vector<std::string> problems, hints;
  std::size_t rows = 0;  // that are fitted; 0 where there are problems
  std::size_t rows_read = 0;
};
// The file is in the shape of the layout's `always`. `given` is what the runs are to be read for,
// where that is no guess.
Result<ProjectGuess> guess_project(Layout layout, const RunsFile& file,
                                   const std::optional<Law>& given);

// The project file, with its guesses explained. `runs` are as the file is to name them.
std::string write_project(const ProjectGuess& guess, const std::vector<std::string>& runs);

}  // namespace isoflop
