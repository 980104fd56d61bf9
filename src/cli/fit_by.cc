#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cli/arguments.h"
#include "cli/console.h"
#include "cli/file.h"
#include "cli/fit_options.h"
#include "cli/progress_bar.h"
#include "isoflop/fit_file.h"
#include "isoflop/output.h"
#include "report/console/console.h"
#include "report/json/json.h"
#include "workflow/fit_runs.h"

namespace isoflop::cli {

namespace {

constexpr std::string_view kGroup = "{group}";

// A note of all groups once, others with their group's name.
void say_notes(const std::vector<FitGroup>& groups) {
  const auto of_all = [&](const std::string& note) {
    return std::ranges::all_of(groups, [&](const FitGroup& group) {
      return std::ranges::find(group.record.fit.notes, note) != group.record.fit.notes.end();
    });
  };
  say_all(Tone::kWarning, groups.front().record.data.warnings);  // they are of the whole file
  for (const std::string& note : groups.front().record.fit.notes)
    if (of_all(note)) say(Tone::kNote, note);
  for (const FitGroup& group : groups) {
    const Fit& fit = group.record.fit;
    if (!fit.usable) say(Tone::kWarning, fmt::format("{}: {}", group.name, fit.message));
    if (group.record.confidence)
      for (const Finding& finding : group.record.confidence->findings)
        say(Tone::kWarning, fmt::format("{}: {}", group.name, finding.text));
    for (const std::string& note : fit.notes)
      if (!of_all(note)) say(Tone::kNote, fmt::format("{}: {}", group.name, note));
  }
}

// A group's name as a part of a file's: what is no letter, digit or plain sign becomes %2F, so that
// no name leaves its folder and no two are one file.
std::string output_of(const std::string& pattern, std::string_view group) {
  std::string name;
  for (const char c : group) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = std::isalnum(byte) != 0 || byte >= 0x80 ||
                       std::string_view("-_+=@,").find(c) != std::string_view::npos ||
                       (c == '.' && !name.empty());
    name += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  std::string path = pattern;
  for (std::size_t at = 0; (at = path.find(kGroup, at)) != std::string::npos; at += name.size())
    path.replace(at, kGroup.size(), name);
  return path;
}

}  // namespace

Result<int> fit_by(const FitOptions& options, const std::string& line) {
  const bool writes = !options.output.empty();
  if (writes && options.output.find(kGroup) == std::string::npos)
    return error_at({"--output"},
                    "a fit file holds one fit, and --by makes several: name a file each, as "
                    "'fits/{}.json', or fit one group alone with --where",
                    kGroup);
  const Law law =
      with_mapping(must(read_law(options.law, options.mapping.columns, "--law")), options.mapping);
  const RunsFile file = must(read_runs_file(options.runs, law, options.mapping));
  std::vector<RunsGroup> groups =
      must(group_runs(file, law, options.mapping, options.by, response_for(options.recipe)));

  std::vector<Output> outputs;
  for (const RunsGroup& group : groups)
    if (writes) outputs.push_back({"--output", output_of(options.output, group.name)});
  std::vector<std::string> inputs = must(expand_paths(options.runs));
  inputs.push_back(file_of(options.law));
  must(check_outputs(outputs, inputs));

  Work work(options.threads);
  FitGroups fits = must(fit_groups(law, std::move(groups), options.by, options.recipe,
                                   intervals_of(options), line, work.executor, work.bar));
  const double seconds = work.seconds();

  for (std::size_t i = 0; i < outputs.size(); ++i)
    fits.groups[i].output =
        must(write_result(outputs[i].path, write_fit_file(fits.groups[i].record)));
  const Result<int> done =
      print(options.json ? fit_groups_json(fits, seconds) : with_flags(fit_groups_page(fits)));
  say_notes(fits.groups);
  if (!done) return done;
  if (fits.stopped) return say_stopped("these fits are incomplete: they were stopped early");
  return std::ranges::all_of(fits.groups, [](const FitGroup& g) { return g.record.fit.usable; })
             ? 0
             : 1;
}

}  // namespace isoflop::cli
