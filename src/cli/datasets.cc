#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/console.h"
#include "cli/data_set_argument.h"
#include "cli/shared_flags.h"
#include "report/reproduction.h"

namespace isoflop::cli {

namespace {

struct Options {
  std::string name;
  bool json = false;
};

Result<int> run(const Options& options) {
  std::vector<std::string> names = data_set_keys();
  if (!options.name.empty()) names = {options.name};
  std::vector<DataSet> data_sets;
  for (const std::string& name : names) {
    Result<DataSet> data = read_data_set_argument(name);
    if (!data) return std::unexpected(data.error());
    data_sets.push_back(*std::move(data));
  }
  if (options.json) return print(data_sets_json(data_sets));
  return print(options.name.empty() ? data_sets_page(data_sets) : data_set_page(data_sets[0]));
}

}  // namespace

Command datasets_command() {
  const auto options = std::make_shared<Options>();
  return {.name = "datasets",
          .summary = "list the book of data sets, or show one of them",
          .example = "isoflop datasets chinchilla_epoch2024",
          .flags = {{.name = "DATASET",
                     .help = "a key, or a data-set file (.toml)",
                     .read = text_into(options->name)},
                    json_flag(options->json)},
          .run = [options](const std::string&) { return run(*options); }};
}

}  // namespace isoflop::cli
