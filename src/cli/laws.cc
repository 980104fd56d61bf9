#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/spelling.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/shared_flags.h"
#include "isoflop/law.h"
#include "law/law_text.h"
#include "report/console/law_page.h"
#include "report/json/json.h"

namespace isoflop::cli {

namespace {

struct Options {
  std::string law;
  std::string group;
  bool json = false;
  bool markdown = false;
};

std::vector<Law> read_book() {
  std::vector<Law> laws;
  for (const std::string& key : book_keys()) laws.push_back(must(find_law(key)));
  return laws;
}

Result<std::vector<Law>> group_of(std::span<const Law> book, const std::string& name) {
  std::vector<std::string> names;
  for (const LawGroup& group : grouped(book)) {
    if (group.name == name) return group.laws;
    names.push_back(group.name);
  }
  return error_at({"--group"}, "the book has no group \"{}\"; it has \"{}\"{}", name,
                  fmt::join(names, "\", \""), did_you_mean(name, names));
}

Result<int> list_laws(const Options& options) {
  std::vector<Law> laws = read_book();
  if (!options.group.empty()) laws = must(group_of(laws, options.group));
  if (options.json) return print(laws_json(laws));
  return print(options.markdown ? with_flags(laws_markdown(laws))
                                : laws_page(laws) + "\nisoflop laws LAW shows one of them.\n");
}

Result<int> show_law(const Options& options) {
  if (!options.group.empty())
    return error_at({"--group"}, "it lists laws: leave it out, or {}", options.law);
  const Law law = must(read_law(options.law, "", "LAW"));
  if (options.markdown) return print(with_flags(laws_markdown({&law, 1})));
  const std::optional<Example> example =
      looks_like_key(options.law) ? worked_example(law) : worked_example(law, options.law);
  return print(options.json ? law_json(law, example) : with_flags(law_page(law, example)));
}

Result<int> run(const Options& options) {
  return options.law.empty() ? list_laws(options) : show_law(options);
}

std::vector<Flag> flags(Options& options) {
  return {Flag("LAW", "", "a law: KEY, KEY:SET, a law file (.toml) or a formula",
               text_into(options.law)),
          Flag("--group", "GROUP", "list one group of laws only: dense, pruned, MoE, ...",
               text_into(options.group), {.group = "Output"}),
          Flag("--markdown", "", "print a page of Markdown, as in docs/laws.md",
               switch_into(options.markdown), {.group = "Output"}),
          json_flag(options.json)};
}

}  // namespace

Command laws_command() {
  return with_options<Options>({.name = "laws",
                                .summary = "list the law book, or show one law",
                                .example = "isoflop laws hossain2025"},
                               flags, run);
}

}  // namespace isoflop::cli
