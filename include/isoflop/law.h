// A scaling law: a formula for the loss of a training run, with named inputs and coefficients.
//
// A law is data. The book of published laws is one TOML file each (`laws/` in the source tree,
// embedded in the library); a file or a formula of your own works in the same way:
//
//   Result<Law> published = find_law("hossain2025:moe");  // book key, one of its published sets
//   Result<Law> own = Law::from_formula("E + A/N^alpha + B/D^beta");
//
// Symbols, everywhere in this project:
//   N  active parameters (MoE: seen by one token; pruned: non-zero; dense: all)
//   P  total parameters; N = P (1 - S)          S  parameter sparsity in [0, 1)
//   Sx expert sparsity (E - K)/E                D  training tokens (U unique tokens)
//   C  training FLOPs, 6 N D                    experts  number of experts
//
// The library finds out by itself how to evaluate a formula fast, its exact derivatives, and which
// coefficients enter linearly.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/conventions.h"
#include "isoflop/result.h"

namespace isoflop {

struct Range {
  double low = 0;
  double high = 0;
  [[nodiscard]] bool contains(double x) const { return low <= x && x <= high; }
};

// What a coefficient does in its formula; found by analysis of the formula, never declared.
enum class Role : std::uint8_t {
  kScale,     // multiplies or divides (A of A/N^alpha), or is a size that an input is divided by
  kConstant,  // a term of its own: an irreducible loss
  kExponent,  // inside a power or an exponential together with an input
  kLogScale,  // the logarithm of a scale: a term of its own inside an exponential (a of exp(a -
              // b*log(N)))
};

struct Coefficient {
  std::string name;
  Range range;  // always finite, so that every fit has an optimum
  std::string unit;
  std::string meaning;
  Role role = Role::kScale;
  bool linear = false;         // the formula is linear in all coefficients so marked, jointly
  std::vector<double> starts;  // the published grid of starts, where one was published
};

struct Input {
  std::string name;
  std::string meaning;
  std::optional<Range> usual;  // where its values lie in practice, for an input of the law's own
};

// A part of the formula that has a name: "Eh" for "1/(1/(experts - 1 + ...) + 1/Em)".
struct Part {
  std::string name;
  std::string formula;  // as written; may use the parts before it
};

// A set of coefficients: published, or fitted again to published runs.
struct CoefficientSet {
  std::string name;
  std::string cite;
  std::string note;
  std::vector<double> values;              // in the order of Law::coefficients()
  std::map<std::string, Range> fitted_on;  // range of each input over its runs, where known
  // What one more in the last printed digit is worth, in the order of the values; 0 for a value
  // that was not rounded, and empty where none was.
  std::vector<double> last_digit;
  bool refitted_here = false;  // by this project, to published runs; not published
  // The set that a later fit to the same runs gave, and that disagrees with this one; or "".
  // Predictions and plans from this set say by how much.
  std::string disputed_by;
};

// A formula of the law's file that gives the compute-optimal value of an input in closed form, for
// training FLOPs C = 6 N D; it may use coefficients, C and the sparsities.
struct Optimum {
  std::string input;
  std::string formula;
};

// Where others searched for the coefficients: ranges narrower than the law's own.
struct PublishedBox {
  std::string cite;
  std::map<std::string, Range> ranges;  // of some coefficients or all
};

class Definition;  // what all copies of a law share; see src/law/definition.h

class Law {
 public:
  // Reads a law file. `source` names the text in errors. Errors carry line and column.
  static Result<Law> from_toml(std::string_view text, std::string_view source);
  // A law from a formula alone. Names among `inputs` and the standard ones above are inputs, every
  // other name is a coefficient whose range follows from its role: scales [0, 1e15], constants [0,
  // 100], exponents [0, 2], logarithms of scales [-50, 50]; fit() widens them for tables of other
  // magnitudes. `source` names the text in errors, which carry the character.
  static Result<Law> from_formula(std::string_view formula,
                                  std::span<const std::string> inputs = {},
                                  std::string_view source = "formula");

  [[nodiscard]] const std::string& key() const;
  [[nodiscard]] const std::string& title() const;
  [[nodiscard]] const std::string& cite() const;
  // What kind of model it is for: "dense", "pruned", "MoE", ...; "" where its file does not say.
  [[nodiscard]] const std::string& group() const;
  [[nodiscard]] const std::string& note() const;  // what to know before it is used; may be ""
  // Which parameters the N and P of its values count: those of the runs that it was fitted to, or
  // else the published set's or the file's `counts`. Unknown where nobody said.
  [[nodiscard]] ParameterCount parameter_count() const;
  // Which ones its formula was made for, whatever it was fitted to: the file's `counts`.
  [[nodiscard]] ParameterCount own_parameter_count() const;
  // False for the laws that leave embeddings and the output head out, as Kaplan et al. 2020 do.
  [[nodiscard]] bool counts_embeddings() const;
  [[nodiscard]] const std::string& formula() const;
  [[nodiscard]] std::span<const Part> parts() const;  // of the formula; the file's `let`
  [[nodiscard]] std::span<const Input> inputs() const;
  [[nodiscard]] std::span<const Coefficient> coefficients() const;
  [[nodiscard]] std::span<const CoefficientSet> sets() const;
  [[nodiscard]] std::span<const Optimum> optima() const;
  [[nodiscard]] const std::optional<PublishedBox>& box() const;
  [[nodiscard]] bool has_input(std::string_view name) const;
  [[nodiscard]] std::optional<std::size_t> coefficient_index(std::string_view name) const;
  // The whole law as a TOML file that from_toml() reads back to the same law.
  [[nodiscard]] const std::string& toml() const;

  // A law may carry values for its coefficients: a published set, or those of a fit.
  [[nodiscard]] bool has_values() const { return !values_.empty(); }
  [[nodiscard]] std::span<const double> values() const { return values_; }  // or empty
  [[nodiscard]] const std::string& set_name() const { return set_; }        // or ""
  // What is known of the ranges of the inputs over the runs that the values come from.
  [[nodiscard]] const std::map<std::string, Range>& fitted_on() const { return fitted_on_; }
  // "hossain2025:moe", or the key alone where the law has no values.
  [[nodiscard]] std::string label() const;
  // The set that the values are; null where they are of a fit.
  [[nodiscard]] const CoefficientSet* set() const;
  // All values that print as those of a rounded set: a range for each coefficient, of no width
  // where it was not rounded. Empty where nothing was.
  [[nodiscard]] std::vector<Range> rounding() const;
  // The same law with the set that disputes this one, where there is one.
  [[nodiscard]] std::optional<Law> disputed_by() const;

  // The same law with a published set; the error lists the sets that there are.
  [[nodiscard]] Result<Law> with_set(std::string_view name) const;
  // The same law with values, one for each coefficient and all finite.
  [[nodiscard]] Result<Law> with_values(std::string set_name, std::vector<double> values,
                                        std::map<std::string, Range> fitted_on = {}) const;
  // The same law before it was fitted: no values, and nothing of what goes with them.
  [[nodiscard]] Law without_values() const;

  // For the library itself.
  [[nodiscard]] const Definition& definition() const { return *definition_; }
  [[nodiscard]] Law with_definition(Definition definition) const;

 private:
  explicit Law(std::shared_ptr<const Definition> definition);
  std::shared_ptr<const Definition> definition_;
  std::vector<double> values_;
  std::string set_;
  std::map<std::string, Range> fitted_on_;
};

// A law of the book by "key" (with its first set, where it has any) or "key:set". The error names
// what is close.
Result<Law> find_law(std::string_view spec);
// Whether `text` has the form of a book key, with or without a set ("abc2025", "abc2025:xyz").
bool looks_like_key(std::string_view text);
// The keys of the book, in alphabetical order.
std::vector<std::string> book_keys();

}  // namespace isoflop
