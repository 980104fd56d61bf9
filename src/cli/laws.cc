#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/console.h"
#include "cli/law_argument.h"
#include "cli/shared_flags.h"
#include "isoflop/law.h"
#include "report/console.h"
#include "report/json.h"

namespace isoflop::cli {

namespace {

struct Options {
  std::string law;
  bool json = false;
};

Result<int> list_laws(const Options& options) {
  std::vector<Law> laws;
  for (const std::string& key : book_keys()) {
    Result<Law> law = find_law(key);
    if (!law) return std::unexpected(law.error());
    laws.push_back(*std::move(law));
  }
  return print(options.json ? laws_json(laws) : laws_page(laws));
}

Result<int> show_law(const Options& options) {
  const Result<Law> law = read_law(options.law);
  if (!law) return std::unexpected(law.error());
  const std::optional<Example> example = worked_example(*law);
  return print(options.json ? law_json(*law, example) : law_page(*law, example));
}

}  // namespace

Command laws_command() {
  const auto options = std::make_shared<Options>();
  return {.name = "laws",
          .summary = "list the book of laws, or show one law",
          .example = "isoflop laws hossain2025",
          .flags = {{.name = "LAW",
                     .help = "a key, key:set, a law file (.toml) or a formula",
                     .read = text_into(options->law)},
                    json_flag(options->json)},
          .run = [options](const std::string&) {
            return options->law.empty() ? list_laws(*options) : show_law(*options);
          }};
}

}  // namespace isoflop::cli
