#include "cli/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/spelling.h"
#include "cli/console.h"
#include "cli/file.h"
#include "cli/project.h"
#include "isoflop/fit_file.h"
#include "isoflop/gzip.h"
#include "isoflop/output.h"
#include "store/document.h"

namespace isoflop::cli {

namespace {

constexpr std::string_view kLawFile = ".toml";
constexpr std::string_view kFitFile = ".json";

bool is_file(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

// Where the set starts in "own.toml:set"; nothing for what is no law file with a set.
std::optional<std::size_t> set_of_law_file(const std::string& text) {
  const std::size_t end = text.rfind(std::string(kLawFile) + ":");
  if (end == std::string::npos) return std::nullopt;
  return end + kLawFile.size() + 1;
}

// A law of a file; `set` is "" for its first one, where it has any.
Result<Law> read_law_file(const std::string& path, std::string_view set) {
  const Result<std::string> text = read_file(path);
  if (!text) return std::unexpected(text.error());
  const Result<Law> law = Law::from_toml(*text, path);
  return law && !set.empty() ? law->with_set(set) : law;
}

Result<Model> read_fit(const std::string& path) {
  const Result<std::string> text = read_file(path);
  if (!text) return std::unexpected(text.error());
  Result<FitRecord> record = read_fit_file(*text, path);
  if (!record) return std::unexpected(record.error());
  return model_of(*std::move(record), path);
}

std::vector<std::string> split_outside_parentheses(const std::string& text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char c : text) {
    if (c == '(' || c == '{') ++depth;
    if (c == ')' || c == '}') --depth;
    if (c == ',' && depth == 0)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

// "loss in nats", "perplexity".
std::string with_unit(const isoflop::Output& output) {
  return output.unit.empty() ? output.name : in_unit(output, output.name + " in");
}

// The laws of the book that predict a loss; of several with one formula the first.
std::vector<std::string> keys_of_losses() {
  std::vector<std::string> keys = book_keys(), formulas;
  std::erase_if(keys, [&](const std::string& key) {
    const Law law = must(find_law(key));
    if (!output_of(law).is_loss() || std::ranges::find(formulas, law.formula()) != formulas.end())
      return true;
    formulas.emplace_back(law.formula());
    return false;
  });
  return keys;
}

// Sets of one law are the same law to a fit.
bool same(const Law& a, const Law& b) { return a.key() == b.key() && a.formula() == b.formula(); }

void warn_of_columns(const Law& law, const RawTable& file) {
  for (const Coefficient& coefficient : law.coefficients())
    if (file.find(coefficient.name))
      say(Tone::kWarning,
          fmt::format("{0} is a coefficient of the formula and a column of {1}; if it is meant as "
                      "an input, define it: --columns '{0}={0}'",
                      coefficient.name, file.source()));
}

}  // namespace

std::string file_of(const std::string& argument) {
  const std::optional<std::size_t> set = set_of_law_file(argument);
  return set ? argument.substr(0, *set - 1) : argument;
}

Result<Law> read_law(const std::string& given, const std::string& columns, std::string_view flag) {
  const std::string text(trimmed(given));
  if (text.ends_with(kLawFile)) return read_law_file(text, "");
  if (const std::optional<std::size_t> set = set_of_law_file(text))
    return read_law_file(file_of(text), std::string_view(text).substr(*set));
  if (looks_like_key(text)) return find_law(text);
  if (text.ends_with(kFitFile) || is_file(text))
    return error_at(
        {std::string(flag)},
        "\"{}\" is {}, not a law: give a key of the book, which `isoflop laws` lists, a "
        "law file (.toml) or a formula",
        text, text.ends_with(kFitFile) ? "a fit file or other JSON" : "a file");
  Result<FormulaLaw> read = read_formula(text, columns, flag);
  if (!read) return std::unexpected(read.error());
  say_all(Tone::kNote, read->notes);
  say_all(Tone::kWarning, read->warnings);
  return std::move(read->law);
}

Result<Model> read_model(const std::string& text) {
  if (is_project_file(text)) {
    Result<Model> model = fit_project(text);
    if (model) say_all(Tone::kWarning, model->warnings);
    return model;
  }
  const bool is_fit = text.ends_with(kFitFile) || (!text.ends_with(kLawFile) && is_file(text));
  if (is_fit) {
    Result<Model> model = read_fit(text);
    if (!model)
      if (std::optional<Result<Model>> runs = fit_known_layout(text)) model = *std::move(runs);
    if (model) say_all(Tone::kWarning, model->warnings);
    return model;
  }
  if (!looks_like_key(text) && text.find(kLawFile) == std::string::npos)
    return error(
        "\"{}\" is not a fit file that is there, nor a law of the book, which `isoflop laws` lists",
        text);
  Result<Law> law = read_law(text, "", "MODEL");
  if (!law) return std::unexpected(law.error());
  Result<Model> model = model_of(*std::move(law));
  if (model) model->name = text;
  return model;
}

Result<std::vector<Model>> read_models(std::span<const std::string> texts) {
  std::vector<Model> models;
  for (const std::string& text : texts) {
    Result<Model> model = read_model(text);
    if (!model) return std::unexpected(model.error());
    models.push_back(*std::move(model));
    const isoflop::Output first = output_of(models.front().law), own = output_of(models.back().law);
    if (first.name != own.name || first.unit != own.unit)
      say(Tone::kWarning,
          fmt::format("{} predicts {} and {} predicts {}: do not compare them", models.front().name,
                      with_unit(first), models.back().name, with_unit(own)));
  }
  return models;
}

Result<std::vector<Candidate>> read_law_list(const std::string& text, const std::string& columns,
                                             const std::string& flag) {
  std::vector<Candidate> laws;
  Problems problems;
  for (const std::string& part :
       text == "all" ? keys_of_losses() : split_outside_parentheses(text)) {
    const std::string name(trimmed(part));
    if (name.empty()) {
      problems.add({flag}, "a name is missing in \"{}\"", text);
      continue;
    }
    const Result<Law> law = read_law(name, columns, flag);
    if (!law)
      problems.add(law.error());
    else if (std::ranges::any_of(laws, [&](const Candidate& c) { return same(c.law, *law); }))
      problems.add({flag}, "{} is there twice: remove one", name);
    else
      laws.push_back(
          {.name = is_own_formula(*law) ? name : law->key(), .law = law->without_values()});
  }
  if (!problems.empty()) return problems.take();
  return laws;
}

std::optional<std::string> comparison_file_text(const std::string& text) {
  if (!is_file(text)) return std::nullopt;
  Result<std::string> content = read_file(text);
  if (!content || !is_comparison_file(*content)) return std::nullopt;
  return *std::move(content);
}

Result<std::optional<ComparisonSummary>> read_if_comparison(const std::string& text) {
  const std::optional<std::string> content = comparison_file_text(text);
  if (!content) return std::nullopt;
  return read_comparison_file(*content, text);
}

Result<RunsFile> read_runs_file(std::span<const std::string> files, const Law& law,
                                const Mapping& mapping) {
  const Result<std::vector<std::string>> paths = expand_paths(files);
  if (!paths) return std::unexpected(paths.error());
  std::vector<std::string> texts;
  for (const std::string& path : *paths) {
    Result<std::string> text = read_file(path);
    if (!text) return std::unexpected(text.error());
    texts.push_back(*std::move(text));
  }
  std::string digest =
      sha256(texts.size() == 1 ? texts[0] : fmt::format("{}", fmt::join(texts, "")));
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (!is_gzip(texts[i])) continue;
    Result<std::string> text = unpack_gzip(texts[i], source_text((*paths)[i]));
    if (!text) return std::unexpected(text.error());
    texts[i] = *std::move(text);
  }
  Result<RunsFile> file =
      isoflop::read_runs_file(std::move(texts), *paths, fmt::format("{}", fmt::join(files, ", ")),
                              std::move(digest), mapping);
  if (file && is_own_formula(law)) warn_of_columns(law, *file->table);
  return file;
}

Result<Runs> read_runs(std::span<const std::string> files, const Law& law, const Mapping& mapping,
                       Response response) {
  const Result<RunsFile> file = read_runs_file(files, law, mapping);
  if (!file) return std::unexpected(file.error());
  return map_runs(*file, law, mapping, response);
}

Result<NamedArchitecture> read_architecture_file(const std::string& path) {
  const Result<std::string> text = read_file(path);
  if (!text) return std::unexpected(text.error());
  Result<Architecture> model = read_architecture(*text, path);
  if (!model) return std::unexpected(model.error());
  return NamedArchitecture{path, *std::move(model)};
}

}  // namespace isoflop::cli
