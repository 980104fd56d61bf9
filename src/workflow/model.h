// What plans, predictions and charts are made from: a law with values, and the fit behind it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/bootstrap.h"
#include "isoflop/fit_file.h"
#include "isoflop/law.h"
#include "isoflop/result.h"

namespace isoflop {

struct Model {
  std::string name;                     // in messages: the file or the key that it was read from
  Law law;                              // with values
  std::optional<FitRecord> fit{};       // none of a published set
  std::vector<std::string> warnings{};  // why the fit may be wrong: its search, its runs' units
};

// Of a published set. Errors: a law without values.
Result<Model> model_of(Law law);
// Of a fit. `source` names it in errors: a fit that is not usable.
Result<Model> model_of(FitRecord record, std::string_view source);

// "hoffmann2022:fit"; with its name, the file, where another of the models has the same.
std::vector<std::string> labels_of(std::span<const Model> models);

// The draws that a model's intervals are made from.
inline constexpr std::size_t kSandwichDraws = 1000;
struct ModelDraws {
  const Draws* bootstrap = nullptr;  // of the model's fit; null where it has none
  std::optional<Draws> sandwich;     // from the sandwich covariance, as Student's t
  double level = 0;                  // of the fit's own intervals
};
// Neither for a published set, for a fit without its runs or a covariance. The model must outlive
// the result.
ModelDraws draws_of(const Model& model);

// A law from a formula that a person wrote, with what its names were taken for.
struct FormulaLaw {
  Law law;
  std::vector<std::string> notes, warnings;
};
// The names that `columns` (Mapping::columns) defines are inputs too. `source` names the formula in
// errors and warnings.
Result<FormulaLaw> read_formula(const std::string& text, const std::string& columns,
                                std::string_view source);
bool is_own_formula(const Law& law);

// The names that a list of definitions (Mapping::columns) defines.
Result<std::vector<std::string>> defined_names(const std::string& columns);

// "'E + A/N^alhpa' has the coefficient alhpa; the book's hoffmann2022 calls it alpha: did you mean
// that?", one for each coefficient that no law of the book has and that differs from one of them by
// a single slip. A misspelt coefficient is a coefficient all the same: nothing but its likeness to
// the names of the book shows that another was meant.
std::vector<std::string> misspelt_coefficients(const Law& law);

}  // namespace isoflop
