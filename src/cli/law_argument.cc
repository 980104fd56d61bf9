#include "cli/law_argument.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cli/console.h"
#include "cli/file.h"
#include "cli/misspelt_coefficient.h"
#include "cli/runs_argument.h"
#include "law/has_values.h"
#include "store/fit_file.h"

namespace isoflop::cli {

namespace {

constexpr std::string_view kOwnFormula = "formula";  // the key that Law::from_formula gives
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

Result<Law> read_formula(const std::string& text, const std::string& columns,
                         std::string_view flag) {
  const Result<std::vector<std::string>> names = defined_names(columns);
  if (!names) return std::unexpected(names.error());
  Result<Law> law = Law::from_formula(text, *names, flag);
  if (!law) return law;
  std::vector<std::string> inputs, coefficients;
  for (const Input& input : law->inputs()) inputs.push_back(input.name);
  for (const Coefficient& each : law->coefficients()) coefficients.push_back(each.name);
  say(Tone::kNote, fmt::format("the inputs of '{}' are {}; its coefficients are {}", text,
                               fmt::join(inputs, ", "), fmt::join(coefficients, ", ")));
  for (const std::string& misspelt : misspelt_coefficients(*law))
    say(Tone::kWarning, fmt::format("{}: {}", flag, misspelt));
  return law;
}

Result<Model> read_fit(const std::string& path) {
  const Result<std::string> text = read_file(path);
  if (!text) return std::unexpected(text.error());
  Result<FitRecord> record = read_fit_file(*text, path);
  if (!record) return std::unexpected(record.error());
  const Fit& fit = record->fit;
  if (!fit.usable)
    return error_at({path}, "the fit cannot be used ({}): fit again, with other ranges or starts",
                    fit.message);
  if (fit.status == FitStatus::kLimit)
    say(Tone::kWarning, fmt::format("{}: {}", path, fit.message));
  const Law law = fit.law;
  return Model{law, *std::move(record)};
}

}  // namespace

bool is_own_formula(const Law& law) { return law.key() == kOwnFormula; }

std::string file_of(const std::string& argument) {
  const std::optional<std::size_t> set = set_of_law_file(argument);
  return set ? argument.substr(0, *set - 1) : argument;
}

Result<Law> read_law(const std::string& text, const std::string& columns, std::string_view flag) {
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
  return read_formula(text, columns, flag);
}

Result<Law> read_model(const std::string& text) {
  Result<Model> model = read_model_with_fit(text);
  if (!model) return std::unexpected(model.error());
  return std::move(model->law);
}

Result<Model> read_model_with_fit(const std::string& text) {
  const bool is_fit = text.ends_with(kFitFile) || (!text.ends_with(kLawFile) && is_file(text));
  if (is_fit) return read_fit(text);
  if (!looks_like_key(text) && text.find(kLawFile) == std::string::npos)
    return error(
        "\"{}\" is not a fit file that is there, nor a law of the book, which `isoflop laws` lists",
        text);
  const Result<Law> law = read_law(text, "", "MODEL");
  if (!law) return std::unexpected(law.error());
  if (const Result<void> ok = check_has_values(*law); !ok) return std::unexpected(ok.error());
  return Model{*law};
}

}  // namespace isoflop::cli
