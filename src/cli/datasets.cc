#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/data_set_argument.h"
#include "cli/download.h"
#include "cli/file.h"
#include "cli/parse_value.h"
#include "cli/shared_flags.h"
#include "report/console/console.h"
#include "report/json/json.h"

namespace isoflop::cli {

namespace {

constexpr double kTimeout = 600;  // seconds

struct Options {
  std::vector<std::string> words;  // nothing, a data set, or "get" and a data set
  std::string folder;
  std::string ca_file;
  std::optional<double> timeout;  // seconds
  bool json = false;
};

bool is_get(const Options& options) { return !options.words.empty() && options.words[0] == "get"; }

Result<void> check_words(const Options& options) {
  const std::size_t most = is_get(options) ? 2 : 1;
  if (options.words.size() > most)
    return error("\"{}\" is one argument too many: one data set at a time", options.words[most]);
  if (is_get(options) && options.words.size() == 1)
    return error("get what? `isoflop datasets` lists the data sets");
  if (is_get(options) && options.folder.empty())
    return error("get needs --data DIR, the folder that it writes to");
  if (is_get(options)) return {};
  if (!options.folder.empty())
    return error("--data is for `isoflop datasets get`: leave it out, or get a data set");
  if (!options.ca_file.empty())
    return error("--ca-file is for `isoflop datasets get`: leave it out, or get a data set");
  if (options.timeout)
    return error("--timeout is for `isoflop datasets get`: leave it out, or get a data set");
  return {};
}

// The bytes of its file: those that ship, else from the network.
Result<std::string> bytes_of(const DataSet& data, const Options& options) {
  if (const auto shipped = shipped_file(data)) return std::string(*shipped);
  if (!options.ca_file.empty()) must(read_file(options.ca_file));
  std::string bytes = must(download(data.url, options.ca_file, options.timeout.value_or(kTimeout)));
  if (const auto ok = check_bytes(data, bytes, data.url); !ok) {
    Error error = ok.error();
    error.kind = Error::Kind::kWork;
    error.problems[0].what += "; nothing was written";
    return std::unexpected(std::move(error));
  }
  return bytes;
}

Result<int> get(const Options& options) {
  const DataSet data = must(read_data_set_argument(options.words[1]));
  if (!data.made.empty() && !shipped_file(data))
    return error("{} cannot be downloaded as it is: {}", data.key, remedy(data));
  if (!std::filesystem::is_directory(options.folder))
    return error_at({"--data"}, "there is no folder {}: make it first", options.folder);
  const std::string path = path_in(options.folder, data);
  if (read_copy(data, options.folder))
    return print(options.json
                     ? data_sets_json({&data, 1})
                     : fmt::format("{} is there, with the SHA-256 of {}\n", path, data.key));
  const Output output[] = {{"--data", path}};
  const std::string inputs[] = {options.words[1], options.ca_file};
  must(check_outputs(output, inputs));
  must(write_file(path, must(bytes_of(data, options))));
  return print(options.json ? data_sets_json({&data, 1}) : downloaded_page(data, path));
}

Result<int> run(const Options& options) {
  must(check_words(options));
  if (is_get(options)) return get(options);
  const bool one = !options.words.empty();
  std::vector<DataSet> data_sets;
  for (const std::string& name : one ? options.words : data_set_keys())
    data_sets.push_back(must(read_data_set_argument(name)));
  if (options.json) return print(data_sets_json(data_sets));
  return print(one ? data_set_page(data_sets[0])
                   : data_sets_page(data_sets) +
                         "\nisoflop datasets DATASET shows one of them, `isoflop datasets get "
                         "DATASET --data DIR` writes or downloads its file, and isoflop reproduce "
                         "fits what was published.\n");
}

std::vector<Flag> flags(Options& options) {
  return {
      Flag("DATASET", "",
           "a data set: KEY or a data-set file (.toml); `get DATASET` writes its file, which ships "
           "or is downloaded",
           texts_into(options.words), {.repeats = true}),
      data_folder_flag(options.folder),
      Flag("--ca-file", "FILE", "certificates (PEM) that get trusts, in place of the system's",
           text_into(options.ca_file), {.group = "Data"}),
      Flag("--timeout", "TIME", "longest time that get takes: 60s, 2m",
           parsed_into(options.timeout, parse_duration), {.standard = "10m", .group = "Data"}),
      json_flag(options.json)};
}

}  // namespace

Command datasets_command() {
  return with_options<Options>({.name = "datasets",
                                .summary = "list the data sets, show one, or get its file",
                                .example = "isoflop datasets get frantar2023_t5 --data ."},
                               flags, run);
}

}  // namespace isoflop::cli
