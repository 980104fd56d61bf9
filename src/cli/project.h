// The project file of a command: isoflop.toml in the working directory, or that of --project.
//
// A Flag declares what it takes from a project (FlagDetails::from_project); what is given on the
// command line wins. A MODEL may be a project file itself: it is the fit of its law to its runs; or
// a table in a layout of which one can be guessed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "isoflop/result.h"
#include "workflow/layout.h"
#include "workflow/model.h"
#include "workflow/project.h"

namespace isoflop::cli {

inline constexpr const char* kProjectFile = "isoflop.toml";

// Its paths are as seen from the working directory.
Result<Project> read_project_file(const std::string& path);
// Whether a MODEL is a project file.
bool is_project_file(const std::string& path);
// The fit of a project's law to its runs.
Result<Model> fit_project(const std::string& path);

// How runs are read, guessed as far as it can be; for a law, where one was given.
Result<ProjectGuess> guess_runs(const std::vector<std::string>& runs,
                                const std::optional<Law>& law);
// A MODEL that is a table in a known layout: the fit of what is guessed. Nothing where it is none.
std::optional<Result<Model>> fit_known_layout(const std::string& path);

// The texts that were given for each flag of a command.
using Given = std::vector<std::vector<std::string>>;

// Puts what the project says in the place of flags that were not given, and says so. The paths that
// are read for it are added to `inputs`.
Result<void> add_project(const Command& command, Given& given, std::vector<std::string>& inputs);

}  // namespace isoflop::cli
