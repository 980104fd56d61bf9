#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.h"
#include "cli/console.h"
#include "cli/file.h"
#include "cli/progress_bar.h"
#include "cli/shared_flags.h"
#include "isoflop/fit_file.h"
#include "isoflop/part_file.h"
#include "report/console/console.h"
#include "report/json/json.h"
#include "workflow/merge_parts.h"

namespace isoflop::cli {

namespace {

struct Options {
  std::vector<std::string> parts;
  std::string output;
  bool json = false;
};

// The words of a command line that shell_quoted() made.
std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\'')
      quoted = !quoted;
    else if (line[i] == ' ' && !quoted)
      words.emplace_back();
    else if (line[i] == '\\' && !quoted)
      words.back() += line[++i];
    else
      words.back() += line[i];
  }
  return words;
}

// The value of a flag in the words: it stands behind the name, after = or as the next word.
struct FlagValue {
  std::size_t first = 0, count = 0;  // words; none where the flag is not there
};
FlagValue find_flag(std::span<const std::string> words, std::string_view name) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == name) return {i, std::min<std::size_t>(2, words.size() - i)};
    if (words[i].starts_with(std::string(name) + "=")) return {i, 1};
  }
  return {};
}

// The command line of the whole bootstrap: that of a part without its shard, and with the file that
// it writes.
std::string whole_command(const std::string& part, const std::string& output, bool with_threads) {
  std::vector<std::string> words = words_of(part);
  for (const std::string_view name : {"--shard", "--threads"}) {
    if (with_threads && name == "--threads") continue;
    const FlagValue flag = find_flag(words, name);
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(flag.first),
                words.begin() + static_cast<std::ptrdiff_t>(flag.first + flag.count));
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool is_short = words[i].starts_with("-o"), is_long = words[i].starts_with("--output=");
    if (i > 0 && (words[i - 1] == "-o" || words[i - 1] == "--output"))
      words[i] = output;
    else if (is_short && words[i].size() > 2)
      words[i] = "-o" + output;
    else if (is_long)
      words[i] = "--output=" + output;
  }
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + shell_quoted(word);
  return line;
}

Result<int> run(const Options& options) {
  const Work work;
  const std::vector<std::string> paths = must(expand_paths(options.parts));
  std::vector<PartRecord> parts;
  for (const std::string& path : paths)
    parts.push_back(must(read_part_file(must(read_file(path)), path)));
  const std::string whole = whole_command(parts[0].record.command, options.output, true);
  const auto asked = [&](const PartRecord& part) {  // on whatever number of threads
    return whole_command(part.record.command, options.output, false);
  };
  const std::string first = asked(parts[0]);
  for (PartRecord& part : parts) {
    const std::string own = asked(part);
    part.record.command = own == first ? whole : own;
  }
  const FitRecord record = must(merged(parts, paths));
  const std::string output = must(write_result(options.output, write_fit_file(record)));
  if (options.output != "-")
    must(print(options.json ? fit_json(record, work.seconds(), output)
                            : with_flags(fit_page(record, output))));
  say_all(Tone::kWarning, warnings_on(record));
  say_all(Tone::kNote, record.fit.notes);
  return 0;
}

std::vector<Flag> flags(Options& options) {
  return {Flag("PARTS", "", "part files of `isoflop fit --shard`, all of one fit",
               texts_into(options.parts), {.required = true, .repeats = true}),
          required(output_flag(options.output, "the fit file to write")), json_flag(options.json)};
}

}  // namespace

Command merge_command() {
  return with_options<Options>(
      {.name = "merge",
       .summary = "make the fit file of a bootstrap that was refitted in parts",
       .example = "isoflop merge part-*.json -o fit.json"},
      flags, run);
}

}  // namespace isoflop::cli
