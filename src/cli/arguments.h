// LAW, MODEL, RUNS and CONFIG arguments.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/compare.h"
#include "isoflop/comparison_file.h"
#include "isoflop/law.h"
#include "isoflop/read_table.h"
#include "isoflop/result.h"
#include "workflow/architecture.h"
#include "workflow/model.h"
#include "workflow/runs.h"

namespace isoflop::cli {

// LAW: a key of the book ("hossain2025"), a key with a published set ("hossain2025:moe"), a law
// file ("own.toml", "own.toml:set"), or a formula, in which the names that `columns` defines are
// inputs too. What a formula's names are taken for is said on standard error. `flag` names the
// argument in the errors of a formula.
Result<Law> read_law(const std::string& given, const std::string& columns = "",
                     std::string_view flag = "--law");

// The file that a LAW or a MODEL is read from; for a key or a formula, the text, which is no file.
std::string file_of(const std::string& argument);

// MODEL: a fit file (it ends in .json or is there), a project file or a LAW with values. Why a fit
// may be wrong is said on standard error.
Result<Model> read_model(const std::string& text);
// The same for several.
Result<std::vector<Model>> read_models(std::span<const std::string> texts);

// "A,B,...", each as read_law() takes it, or "all" for those of the book that predict a loss.
// Commas in parentheses or braces belong to a formula. `flag` names the list in errors: all at
// once; the same law twice.
Result<std::vector<Candidate>> read_law_list(const std::string& text, const std::string& columns,
                                             const std::string& flag = "--laws");

// A comparison file where a fit file may stand, too. Nothing for a text that is not the path of a
// comparison file. Errors: a damaged one.
Result<std::optional<ComparisonSummary>> read_if_comparison(const std::string& text);

// The text of a comparison file; nothing for a text that is not the path of one.
std::optional<std::string> comparison_file_text(const std::string& text);

// RUNS: a table of runs from files, each a path, a pattern of paths ("runs/*.csv") or "-" for
// standard input. Where the law is a formula from the command line, a coefficient that has the name
// of a column is said on standard error: it may have been meant as an input.
Result<RunsFile> read_runs_file(std::span<const std::string> files, const Law& law,
                                const Mapping& mapping);
// The same, mapped to the law's inputs.
Result<Runs> read_runs(std::span<const std::string> files, const Law& law, const Mapping& mapping,
                       Response response);

// CONFIG: the config.json of a model.
Result<NamedArchitecture> read_architecture_file(const std::string& path);

}  // namespace isoflop::cli
