// The journal of a study as an SQLite file: whatever kills the program, each evaluation that was
// finished is there.
//
// Tables: study (name, value), what the study is; trial (number, origin, value), value null where
// it failed; coordinate (trial, position, value), null where a parameter means nothing. While a
// study runs, nobody else can open its file.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "isoflop/compare.h"
#include "isoflop/fit_file.h"
#include "isoflop/law.h"
#include "isoflop/recipe.h"
#include "isoflop/result.h"
#include "isoflop/study.h"

namespace isoflop::cli {

// What makes a study the one that it is, by name: "law", "runs", "recipe", ...
using StudyIdentity = std::vector<std::pair<std::string, std::string>>;

// Of a fit: the law, the runs with their mapping, the recipe but for the number of evaluations (a
// study may go on for longer), and the version of the program.
StudyIdentity study_identity(const Law& law, const DataSource& data, const Recipe& recipe);
// Of tuning: the laws and the hold-out, and what a fit has besides its law.
StudyIdentity study_identity(std::span<const Candidate> laws, const DataSource& data,
                             const Recipe& recipe, const std::string& holdout);

// A journal in a new file, or in one of the same study; for "" one that keeps nothing. Errors name
// the path: a file that is not a journal, or is of another study (with what differs), or is open
// elsewhere; a folder that cannot be written to.
Result<std::unique_ptr<Journal>> open_journal(const std::string& path,
                                              const StudyIdentity& identity);

}  // namespace isoflop::cli
