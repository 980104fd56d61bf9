#include "isoflop/reproduce.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/spelling.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/data_set_argument.h"
#include "cli/progress_bar.h"
#include "cli/shared_flags.h"
#include "report/console/console.h"
#include "report/json/json.h"

namespace isoflop::cli {

namespace {

struct Options {
  std::vector<std::string> names;
  std::string folder;
  std::uint64_t threads = 0;
  bool json = false;
  bool markdown = false;
};

// What was asked for.
struct Selection {
  std::vector<DataSet> data_sets;
  std::vector<Claims> claims;
};

bool is_empty(const DataSet& data) {
  return data.fits.empty() && data.points.empty() && data.contests.empty();
}

Selection everything() {
  Selection all;
  for (const std::string& key : data_set_keys()) all.data_sets.push_back(must(find_data_set(key)));
  for (const std::string& key : claim_keys()) all.claims.push_back(must(find_claims(key)));
  return all;
}

// Without a folder the data sets whose files do not ship are left out, where something is left.
void leave_out(Selection& selection) {
  std::vector<DataSet> ships;
  std::vector<std::string> others;
  for (const DataSet& data : selection.data_sets) {
    if (shipped_file(data))
      ships.push_back(data);
    else
      others.push_back(data.key);
  }
  if (others.empty() || (ships.empty() && selection.claims.empty())) return;
  say(Tone::kNote, fmt::format("left out, as their files do not ship: {}; give --data DIR, a "
                               "folder that `isoflop datasets get` has filled, for these",
                               fmt::join(others, ", ")));
  selection.data_sets = std::move(ships);
}

// All that is about a law.
Result<Selection> about_law(const std::string& name) {
  Selection all = everything(), found;
  for (DataSet& data : all.data_sets)
    if (DataSet part = only_about(std::move(data), name); !is_empty(part))
      found.data_sets.push_back(std::move(part));
  for (Claims& claims : all.claims)
    if (claims.key == name) found.claims.push_back(std::move(claims));
  if (found.data_sets.empty() && found.claims.empty())
    return error("nothing published of {} is in the book: `isoflop datasets` lists what is", name);
  return found;
}

Result<void> add_name(Selection& selection, const std::string& name, const Options& options) {
  const std::vector<std::string> laws = book_keys();
  if (std::ranges::find(laws, name) != laws.end()) {
    Selection found = must(about_law(name));
    if (options.folder.empty()) leave_out(found);
    std::ranges::move(found.data_sets, std::back_inserter(selection.data_sets));
    std::ranges::move(found.claims, std::back_inserter(selection.claims));
    return {};
  }
  std::vector<std::string> known = data_set_keys();
  if (!is_data_set_file(name) && std::ranges::find(known, name) == known.end()) {
    known.insert(known.end(), laws.begin(), laws.end());
    return error("{} is neither a data set (`isoflop datasets`) nor a law (`isoflop laws`){}", name,
                 did_you_mean(name, known));
  }
  selection.data_sets.push_back(must(read_data_set_argument(name)));
  return {};
}

Selection select(const Options& options) {
  if (options.names.empty()) {
    Selection all = everything();
    if (options.folder.empty()) leave_out(all);
    return all;
  }
  Selection selection;
  for (const std::string& name : options.names) must(add_name(selection, name, options));
  return selection;
}

// What is wrong with a mapping is the fault of its data set, not of a flag.
Error in_data_set(Error error, const DataSet& data) {
  for (Problem& problem : error.problems)
    if (problem.source.starts_with("mapping."))
      problem.source = fmt::format("{}: {}", data.key, problem.source.substr(8));
  return error;
}

// The files of all data sets; what is missing of any of them is said at once.
Result<std::vector<std::string>> read_all(const Selection& selection, const std::string& folder) {
  Problems problems;
  std::vector<std::string> texts;
  for (const DataSet& data : selection.data_sets) {
    Result<std::string> text = read_data(data, folder);
    if (!text) problems.add(text.error());
    texts.push_back(text ? *std::move(text) : "");
  }
  if (!problems.empty()) return problems.take();
  return texts;
}

Result<Reproductions> reproduce_all(const Selection& selection, std::span<const std::string> texts,
                                    Work& work) {
  Reproductions all;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    Result<Reproduction> one = reproduce(selection.data_sets[i], texts[i], work.executor, work.bar);
    if (!one) return std::unexpected(in_data_set(one.error(), selection.data_sets[i]));
    all.data_sets.push_back(*std::move(one));
  }
  for (const Claims& claims : selection.claims) {
    Result<CheckedClaims> checked = check_claims(claims, work.executor, work.bar);
    if (!checked) return std::unexpected(checked.error());
    all.claims.push_back(*std::move(checked));
  }
  return all;
}

Result<int> run(const Options& options) {
  if (options.json && options.markdown)
    return error("--json and --markdown both print to standard output: leave one out");
  const Selection selection = select(options);
  const std::vector<std::string> texts = must(read_all(selection, options.folder));
  Work work(options.threads);
  const Result<Reproductions> all = reproduce_all(selection, texts, work);
  if (work.bar.stop_asked())
    return say_stopped(
        "it was stopped: fits that were cut short would say nothing of what was published, so none "
        "are shown");
  if (!all) return std::unexpected(all.error());
  const Result<int> done = print(options.json       ? reproduction_json(*all, work.seconds())
                                 : options.markdown ? with_flags(reproduction_markdown(*all))
                                                    : with_flags(reproduction_page(*all)));
  return done && tally(*all).unexplained > 0 ? 1 : done;
}

std::vector<Flag> flags(Options& options) {
  return {Flag("NAME", "",
               "data sets, data-set files (.toml) or laws; without one, all of the "
               "book",
               texts_into(options.names), {.repeats = true}),
          data_folder_flag(options.folder),
          Flag("--markdown", "", "print a page of Markdown, as in docs/reproduction.md",
               switch_into(options.markdown), {.group = "Output"}),
          json_flag(options.json), threads_flag(options.threads)};
}

}  // namespace

Command reproduce_command() {
  return with_options<Options>({.name = "reproduce",
                                .summary = "reproduce published results from public data",
                                .example = "isoflop reproduce hossain2025 --data data"},
                               flags, run);
}

}  // namespace isoflop::cli
