#include "law/law_file.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/spelling.h"
#include "base/toml_fields.h"
#include "base/value.h"

namespace isoflop {

namespace {

using Kind = Value::Kind;

// Stands in for a range that is wrong, so that the values in it are not reported too.
constexpr Range kAnyRange{-std::numeric_limits<double>::infinity(),
                          std::numeric_limits<double>::infinity()};

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// Definitions that use one another twice double in size each time: a short text could fill the
// memory.
constexpr std::size_t kMostNodes = 4000;

const NamedFormula* find(const std::vector<NamedFormula>& definitions, const Ast& ast) {
  if (ast.kind != Ast::Kind::kName) return nullptr;
  const auto found = std::ranges::find(definitions, ast.text, &NamedFormula::name);
  return found == definitions.end() ? nullptr : &*found;
}

// How many nodes the formula will have with definitions in the place of names.
std::size_t size_of(const Ast& ast, const std::vector<NamedFormula>& definitions) {
  if (const NamedFormula* definition = find(definitions, ast))
    return size_of(definition->formula, {});
  std::size_t size = 1;
  for (const Ast& child : ast.children) size += size_of(child, definitions);
  return size;
}

void substitute(Ast& ast, const std::vector<NamedFormula>& definitions) {
  if (const NamedFormula* definition = find(definitions, ast)) {
    ast = definition->formula;
    return;
  }
  for (Ast& child : ast.children) substitute(child, definitions);
}

class LawFileReader : private TomlFields {
 public:
  using TomlFields::TomlFields;

  Result<Definition> read(const Value& file, std::string_view text) {
    law_.toml = text;
    check_names(file, "a law file",
                {"key", "title", "cite", "group", "note", "embeddings", "formula", "let", "inputs",
                 "coefficients", "optimum", "set", "box"});
    law_.key = need_text(file, "key");
    law_.title = need_text(file, "title");
    law_.cite = text_or(file, "cite", "");
    law_.group = text_or(file, "group", "");
    law_.note = text_or(file, "note", "");
    law_.counts_embeddings = truth_or(file, "embeddings", true);
    read_inputs(file);
    read_coefficients(file);
    read_lets(file);
    read_formula(file);
    read_optimum(file);
    for (const NamedFormula& definition : lets_)
      if (!contains(used_, definition.name))
        problem(*file.find("let"), "'{}' is defined, but no formula has it", definition.name);
    read_sets(file);
    read_box(file);
    if (!ok()) return take();
    analyse(law_);
    return std::move(law_);
  }

 private:
  void read_inputs(const Value& file) {
    const Value* inputs = need(file, "inputs", Kind::kObject, "a table of name = \"meaning\"");
    if (inputs == nullptr) return;
    for (const auto& [name, entry] : inputs->members()) {
      law_.inputs.push_back(read_input(name, entry));
      names_.push_back(name);
    }
  }

  // Its meaning alone, or { meaning = "...", usual = [low, high] }.
  Input read_input(const std::string& name, const Value& entry) {
    Input input{name, "", {}};
    if (entry.is(Kind::kString)) {
      input.meaning = entry.string();
    } else if (entry.is(Kind::kObject)) {
      check_names(entry, "an input", {"meaning", "usual"});
      input.meaning = need_text(entry, "meaning");
      if (entry.find("usual") != nullptr) input.usual = range(entry, "usual", name);
    } else {
      problem(entry, "'{}' must have the form {} = \"meaning\"", name, name);
    }
    return input;
  }

  void read_coefficients(const Value& file) {
    const Value* table =
        need(file, "coefficients", Kind::kObject, "a table of name = { range = ... }");
    if (table == nullptr) return;
    for (const auto& [name, entry] : table->members()) {
      if (contains(names_, name))
        problem(entry, "'{}' is an input already: remove one of them", name);
      law_.coefficients.push_back(read_coefficient(name, entry));
      names_.push_back(name);
    }
  }

  Coefficient read_coefficient(const std::string& name, const Value& entry) {
    Coefficient coefficient;
    coefficient.name = name;
    check_names(entry, "a coefficient", {"range", "unit", "meaning", "starts", "ln_starts"});
    coefficient.range = range(entry, "range", name).value_or(kAnyRange);
    coefficient.unit = text_or(entry, "unit", "");
    coefficient.meaning = text_or(entry, "meaning", "");
    coefficient.starts = numbers(entry, "starts");
    for (const double logarithm : numbers(entry, "ln_starts"))
      coefficient.starts.push_back(std::exp(logarithm));
    return coefficient;
  }

  void check_declared(const Value& at, const Ast& ast, const std::vector<std::string>& declared) {
    for (const std::string& name : names_of(ast)) {
      if (contains(declared, name)) continue;
      problem(at, "'{}' is not an input or a coefficient of this law{}", name,
              did_you_mean(name, declared));
      names_known_ = false;
    }
  }

  void read_lets(const Value& file) {
    if (file.find("let") == nullptr) return;
    const Value* list = need(file, "let", Kind::kArray, "[\"name = formula\", ...]");
    if (list == nullptr) return;
    for (const Value& item : list->items()) {
      Result<std::vector<NamedFormula>> definitions = parse_definitions(item.string(), source());
      if (!definitions) {
        problem_inside(item, definitions.error());
        continue;
      }
      for (NamedFormula& definition : *definitions) add_let(item, std::move(definition));
    }
  }

  void add_let(const Value& at, NamedFormula definition) {
    const std::string& name = definition.name;
    const bool declared = contains(names_, name);
    if (declared || is_nonnegative_input(name))
      problem(at, "'{}' is an input or a coefficient already: give the definition another name",
              name);
    if (std::ranges::find(lets_, name, &NamedFormula::name) != lets_.end())
      problem(at, "'{}' is defined twice: remove one", name);
    if (declared) return;
    law_.parts.push_back({name, print(definition.formula)});
    put_in(at, definition.formula, names_);
    lets_.push_back(std::move(definition));
  }

  // Puts definitions in the place of names, all of which must then be declared.
  void put_in(const Value& at, Ast& formula, const std::vector<std::string>& declared) {
    for (const std::string& name : names_of(formula)) used_.push_back(name);
    if (size_of(formula, lets_) > kMostNodes) {
      problem(at, "with its definitions put in, the formula has more than {} parts: shorten it",
              kMostNodes);
      names_known_ = false;
      formula = Ast();
      return;
    }
    substitute(formula, lets_);
    check_declared(at, formula, declared);
  }

  void read_formula(const Value& file) {
    law_.formula = need_text(file, "formula");
    const Value* text = file.find("formula");
    if (text == nullptr || law_.formula.empty()) return;
    Result<Ast> formula = parse_formula(law_.formula, source());
    if (!formula) return problem_inside(*text, formula.error());
    put_in(*text, *formula, names_);
    const std::vector<std::string> names = names_of(*formula);
    for (const std::string& name : names_)
      if (names_known_ && !contains(names, name))
        problem(*text, "'{}' is declared, but the formula has none: remove it", name);
    law_.expression = std::move(*formula);
  }

  void read_optimum(const Value& file) {
    if (file.find("optimum") == nullptr) return;
    const Value* table = need(file, "optimum", Kind::kObject, "a table of input = \"formula\"");
    if (table == nullptr) return;
    std::vector<std::string> known = names_;
    known.insert(known.end(), {"C", "S", "Sx"});
    for (const auto& [input, text] : table->members()) {
      law_.optima.push_back({input, need_text(*table, input)});
      Result<Ast> formula = parse_formula(text.string(), source());
      if (!formula) {
        problem_inside(text, formula.error());
        continue;
      }
      put_in(text, *formula, known);
      law_.optimum_expressions.push_back(std::move(*formula));
    }
  }

  void read_sets(const Value& file) {
    if (file.find("set") == nullptr) return;
    const Value* list = need(file, "set", Kind::kArray, "[[set]]");
    if (list == nullptr) return;
    for (const Value& entry : list->items()) law_.sets.push_back(read_set(entry));
  }

  void read_box(const Value& file) {
    if (file.find("box") == nullptr) return;
    const Value* entry = need(file, "box", Kind::kObject, "a table of cite and ranges");
    if (entry == nullptr) return;
    check_names(*entry, "a box", {"cite", "ranges"});
    law_.box = PublishedBox{text_or(*entry, "cite", law_.cite), {}};
    const Value* ranges =
        need(*entry, "ranges", Kind::kObject, "{ coefficient = [low, high], ... }");
    if (ranges == nullptr) return;
    std::vector<std::string> names;
    for (const Coefficient& coefficient : law_.coefficients) names.push_back(coefficient.name);
    for (const auto& [name, ends] : ranges->members()) {
      const std::optional<Range> within = range(*ranges, name, name);
      const auto known = std::ranges::find(law_.coefficients, name, &Coefficient::name);
      if (known == law_.coefficients.end())
        problem(ends, "'{}' is not a coefficient of this law{}", name, did_you_mean(name, names));
      else if (within &&
               !(known->range.contains(within->low) && known->range.contains(within->high)))
        problem(ends, "the box of '{}' leaves its range, [{}, {}]: correct one of them", name,
                known->range.low, known->range.high);
      law_.box->ranges[name] = within.value_or(Range{});
    }
  }

  CoefficientSet read_set(const Value& entry) {
    check_names(entry, "a set", {"name", "cite", "note", "fitted_on", "values"});
    CoefficientSet set;
    set.name = need_text(entry, "name");
    set.cite = text_or(entry, "cite", law_.cite);
    set.note = text_or(entry, "note", "");
    if (std::ranges::find(law_.sets, set.name, &CoefficientSet::name) != law_.sets.end())
      problem(entry, "the set '{}' is there twice: rename one", set.name);
    if (const Value* ranges = entry.find("fitted_on"); ranges != nullptr) {
      for (const auto& [input, ends] : ranges->members())
        set.fitted_on[input] = range(*ranges, input, input).value_or(Range{});
    }
    if (const Value* values = need(entry, "values", Kind::kObject, "{ name = number, ... }"))
      set.values = read_values(*values);
    return set;
  }

  std::vector<double> read_values(const Value& table) {
    std::vector<std::string> names;
    std::vector<double> values;
    for (const Coefficient& coefficient : law_.coefficients) {
      names.push_back(coefficient.name);
      const Value* value = need(table, coefficient.name, Kind::kNumber, "a number");
      values.push_back(value == nullptr ? 0 : value->number());
      if (value != nullptr && !std::isfinite(value->number()))
        problem(*value, "'{}' must be a finite number", coefficient.name);
      else if (value != nullptr && !coefficient.range.contains(value->number()))
        problem(*value, "{} is outside the range of '{}', [{}, {}]: correct one of them",
                value->number(), coefficient.name, coefficient.range.low, coefficient.range.high);
    }
    for (const auto& [name, value] : table.members())
      if (!contains(names, name))
        problem(value, "'{}' is not a coefficient of this law{}", name, did_you_mean(name, names));
    return values;
  }

  Definition law_;
  std::vector<std::string> names_;  // inputs and coefficients
  std::vector<NamedFormula> lets_;  // each with those before it put in
  std::vector<std::string> used_;   // names that formulas mention
  bool names_known_ = true;         // in all formulas; what is unused cannot be told without
};

}  // namespace

Result<Definition> read_law_file(std::string_view text, std::string_view source) {
  Result<Value> file = read_toml(text, source);
  if (!file) return std::unexpected(file.error());
  return LawFileReader(source).read(*file, text);
}

}  // namespace isoflop
