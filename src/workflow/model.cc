#include "workflow/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/listed.h"
#include "isoflop/covariance.h"
#include "isoflop/normal_draws.h"
#include "law/ast.h"
#include "law/definition.h"

namespace isoflop {

namespace {

constexpr std::string_view kOwnFormula = "formula";  // the key that Law::from_formula gives

}  // namespace

Result<Model> model_of(Law law) {
  if (const Result<void> ok = check_has_values(law); !ok) return std::unexpected(ok.error());
  std::string name = law.label();
  return Model{.name = std::move(name), .law = std::move(law)};
}

Result<Model> model_of(FitRecord record, std::string_view source) {
  const Fit& fit = record.fit;
  if (!fit.usable)
    return error_at({std::string(source)},
                    "the fit cannot be used ({}): fit again, with other ranges or starts",
                    fit.message);
  Model model{.name = std::string(source), .law = fit.law};
  if (fit.status == FitStatus::kLimit)
    model.warnings.push_back(fmt::format("{}: {}", source, fit.message));
  for (const std::string& warning : warnings_on(record))
    model.warnings.push_back(fmt::format("{}: its runs: {}", source, warning));
  // Files of version 0.1.0 kept no long table.
  if (fit.table.rows() == 0)
    model.warnings.push_back(
        fmt::format("{}: the fit came without its runs, so that only a bootstrap gives intervals: "
                    "fit again",
                    source));
  model.fit = std::move(record);
  return model;
}

std::vector<std::string> labels_of(std::span<const Model> models) {
  std::vector<std::string> labels;
  for (const Model& model : models) {
    const std::string label = model.law.label();
    const auto same = [&](const Model& other) { return other.law.label() == label; };
    const bool shared = std::ranges::count_if(models, same) > 1;
    labels.push_back(shared ? fmt::format("{} ({})", label, model.name) : label);
  }
  return labels;
}

ModelDraws draws_of(const Model& model) {
  ModelDraws result;
  if (!model.fit) return result;
  const FitRecord& record = *model.fit;
  if (record.confidence && record.fit.table.rows() > 0) {
    result.level = record.confidence->level;
    if (const Result<Covariance> V = covariance(record.fit))
      result.sandwich = normal_draws(record.fit, *V, kSandwichDraws, record.fit.recipe.seed);
  }
  if (record.bootstrap) {
    result.level = record.bootstrap->level;
    result.bootstrap = &record.bootstrap->draws;
  }
  return result;
}

Result<FormulaLaw> read_formula(const std::string& text, const std::string& columns,
                                std::string_view source) {
  const Result<std::vector<std::string>> names = defined_names(columns);
  if (!names) return std::unexpected(names.error());
  Result<Law> law = Law::from_formula(text, *names, source);
  if (!law) return std::unexpected(law.error());
  FormulaLaw read{.law = *std::move(law)};
  read.notes.push_back(fmt::format("the inputs of '{}' are {}; its coefficients are {}", text,
                                   joined(read.law.inputs(), ", ", &Input::name),
                                   joined(read.law.coefficients(), ", ", &Coefficient::name)));
  for (const std::string& misspelt : misspelt_coefficients(read.law))
    read.warnings.push_back(fmt::format("{}: {}", source, misspelt));
  return read;
}

bool is_own_formula(const Law& law) { return law.key() == kOwnFormula; }

Result<std::vector<std::string>> defined_names(const std::string& columns) {
  std::vector<std::string> names;
  if (columns.empty()) return names;
  const auto definitions =
      parse_definitions(columns, "mapping.columns", {.suffixes = true, .texts = true});
  if (!definitions) return std::unexpected(definitions.error());
  for (const NamedFormula& definition : *definitions) names.push_back(definition.name);
  return names;
}

}  // namespace isoflop
