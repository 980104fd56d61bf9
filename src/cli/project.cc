#include "cli/project.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "cli/arguments.h"
#include "cli/console.h"
#include "cli/field_names.h"
#include "cli/file.h"
#include "cli/progress_bar.h"
#include "cli/shared_flags.h"
#include "isoflop/fields.h"
#include "isoflop/fit.h"
#include "isoflop/fit_file.h"
#include "isoflop/output.h"
#include "workflow/fit_runs.h"

namespace isoflop::cli {

namespace {

namespace fs = std::filesystem;

std::string in_folder_of(const std::string& file, const std::string& path) {
  return (fs::path(file).parent_path() / path).string();
}

// A key or a formula is no path.
std::string law_in_folder_of(const std::string& file, const std::string& law) {
  return file_of(law).ends_with(".toml") ? in_folder_of(file, law) : law;
}

// What a project file calls that which a flag sets: last_of of --last-of, runs of RUNS.
std::string key_of(const Flag& flag) {
  std::string key = long_name(flag);
  key.erase(0, key.find_first_not_of('-'));
  for (char& c : key) {
    if (c == '-') c = '_';
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return key;
}

}  // namespace

Result<Project> read_project_file(const std::string& path) {
  const Result<std::string> text = read_file(path);
  if (!text) return std::unexpected(text.error());
  Result<Project> project = read_project(*text, path);
  if (!project) return project;
  for (std::string& runs : project->runs) runs = in_folder_of(path, runs);
  project->law = law_in_folder_of(path, project->law);
  for (std::string& law : project->laws) law = law_in_folder_of(path, law);
  return project;
}

bool is_project_file(const std::string& path) {
  std::error_code ignored;
  if (!path.ends_with(".toml") || !fs::is_regular_file(path, ignored)) return false;
  const Result<std::string> text = read_file(path);
  return text && is_project(*text);
}

namespace {

// `path` is where the project is from, `note` what is said of the fit.
Result<Model> fit_of(const Project& project, const std::string& path, const std::string& note) {
  if (project.law.empty())
    return error_at({path},
                    "it names no law to fit: write law = \"hoffmann2022\", or another that "
                    "`isoflop laws` lists");
  // Until its runs are read and fitted: what comes next may be of another table, and of flags.
  const auto give_names_back = keep_names();
  const auto name_fields_of = [&](const auto& of, std::string_view name) {
    for_each_field(of, [&](const auto& field) {
      name_field(fmt::format("{}.{}", name, field.name), field.name, path);
    });
  };
  name_fields_of(project.mapping, "mapping");
  name_fields_of(project.recipe, "recipe");
  Result<Law> law = read_law(project.law, project.mapping.columns, path);
  if (!law) return std::unexpected(law.error());
  law = with_mapping(*law, project.mapping);
  Result<Runs> runs = read_runs(project.runs, *law, project.mapping, response_for(project.recipe));
  if (!runs) return std::unexpected(runs.error());
  Work work;
  Result<Fit> fit = isoflop::fit(*law, runs->table, project.recipe, work.executor, work.bar);
  if (!fit) return std::unexpected(fit.error());
  FitRecord record = record_of(*std::move(fit), *std::move(runs), "");
  if (const auto done = add_intervals(record, {}, work.executor, work.bar); !done)
    return std::unexpected(done.error());
  end_if_stopped();
  give_names_back();
  say(Tone::kNote, fmt::format("{}: {} is fitted to {} rows of {}; {}", path, law->key(),
                               record.fit.table.rows(), record.data.source, note));
  return model_of(std::move(record), path);
}

}  // namespace

Result<Model> fit_project(const std::string& path) {
  const Result<Project> project = read_project_file(path);
  if (!project) return std::unexpected(project.error());
  const std::string from = path == kProjectFile ? "" : " --project " + shell_quoted(path);
  return fit_of(*project, path, fmt::format("`isoflop fit{}` shows the fit", from));
}

Result<ProjectGuess> guess_runs(const std::vector<std::string>& runs,
                                const std::optional<Law>& law) {
  const Result<Law> any = find_law("hoffmann2022");
  if (!any) return std::unexpected(any.error());
  Result<RunsFile> file = read_runs_file(runs, *any, {});
  if (!file) return std::unexpected(file.error());
  Result<Layout> layout = layout_of(*file->table);
  if (!layout) return std::unexpected(layout.error());
  if (layout->always.wide) file = read_runs_file(runs, *any, layout->always);
  if (!file) return std::unexpected(file.error());
  return guess_project(*std::move(layout), *file, law);
}

std::optional<Result<Model>> fit_known_layout(const std::string& path) {
  // What is wrong with a guess is a matter of the file, not of flags.
  const auto give_names_back = keep_names();
  for_each_field(Mapping{}, [](const auto& field) {
    name_field(fmt::format("mapping.{}", field.name), field.name);
  });
  const Result<ProjectGuess> guess = guess_runs({path}, std::nullopt);
  if (!guess || guess->layout.key == kAnyTable) {
    give_names_back();
    return std::nullopt;
  }
  const std::string init = "`isoflop init " + shell_quoted(path) + "` writes what is known of it";
  if (!guess->problems.empty())
    return error_at({path}, "layout {}: {}; {}", guess->layout.key, guess->problems.front(), init);
  Result<Project> project = read_project(write_project(*guess, {path}), path);
  if (!project) return std::unexpected(project.error());
  std::vector<std::string> read;
  for (const auto& [name, formula] : guess->guesses)
    read.push_back(fmt::format("{} = {}", name, formula));
  say(Tone::kNote,
      fmt::format("{} is of layout {}: {}", path, guess->layout.key, fmt::join(read, ", ")));
  give_names_back();
  return fit_of(*project, path, init);
}

Result<void> add_project(const Command& command, Given& given, std::vector<std::string>& inputs) {
  const auto texts_of = [&](std::string_view name) -> std::vector<std::string> {
    const auto flag = std::ranges::find(command.flags, name, &Flag::name);
    return flag == command.flags.end()
               ? std::vector<std::string>()
               : given[static_cast<std::size_t>(flag - command.flags.begin())];
  };
  const std::vector<std::string> named = texts_of("--project");
  const auto takes = [&](std::size_t i) {
    const Flag& flag = command.flags[i];
    return flag.from_project && given[i].empty() &&
           (flag.with.empty() || !texts_of(flag.with).empty());
  };
  bool any = false;
  for (std::size_t i = 0; i < given.size(); ++i) any = any || takes(i);
  if (!any && !named.empty())
    say(Tone::kNote,
        fmt::format("nothing is taken from {}: the command line says it all", named[0]));
  std::error_code ignored;
  if (!any || !texts_of("--no-project").empty() || named.size() > 1 ||
      (named.empty() && !fs::is_regular_file(kProjectFile, ignored)))
    return {};
  const Result<Project> project = read_project_file(named.empty() ? kProjectFile : named[0]);
  if (!project) return std::unexpected(project.error());
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const Flag& flag = command.flags[i];
    if (!takes(i)) continue;
    given[i] = flag.from_project(*project);
    if (given[i].empty()) continue;
    inputs = project->runs;
    inputs.push_back(project->source);
    if (given[i] == file_of_project(*project)) continue;  // the fit of it says so
    keys.push_back(key_of(flag));
    for (const std::string& field : flag.fields) name_field(field, keys.back(), project->source);
  }
  if (keys.empty()) return {};
  say(Tone::kNote, fmt::format("{} gives {}; a flag wins over it, --no-project leaves it out",
                               project->source, fmt::join(keys, ", ")));
  return {};
}

}  // namespace isoflop::cli
