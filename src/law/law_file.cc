#include "law/law_file.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <utility>

#include "base/error.h"
#include "base/object_reader.h"
#include "base/spelling.h"
#include "base/value.h"
#include "law/lower.h"

namespace isoflop {

namespace {

using Kind = Value::Kind;

// Stands in for a range that is wrong, so that the values in it are not reported too.
constexpr Range kAnyRange{-std::numeric_limits<double>::infinity(),
                          std::numeric_limits<double>::infinity()};

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

const NamedFormula* find(std::span<const NamedFormula> definitions, const Ast& ast) {
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

}  // namespace

void substitute(Ast& ast, std::span<const NamedFormula> definitions) {
  if (const NamedFormula* definition = find(definitions, ast)) {
    ast = definition->formula;
    return;
  }
  for (Ast& child : ast.children) substitute(child, definitions);
}

namespace {

class LawFileReader {
 public:
  explicit LawFileReader(std::string_view source)
      : errors_(source, DocumentErrors::Format::kToml) {}

  Result<Definition> read(const Value& root, std::string_view text) {
    ObjectReader file(root, errors_, "a law file");
    law_.toml = text;
    law_.key = file.text("key");
    law_.title = file.text("title");
    law_.cite = file.text("cite", "");
    law_.group = file.text("group", "");
    law_.note = file.text("note", "");
    law_.counts = read_count(file, "counts");
    law_.runs_count = read_count(file, "runs_count");
    // The older way to say so.
    if (!file.truth("embeddings", true)) law_.counts = ParameterCount::kNonEmbedding;
    if (file.has("output"))
      read_output(file.object("output", "it", "{ name = \"...\", unit = \"...\" }"));
    read_inputs(file.object("inputs", "it", "a table of name = \"meaning\""));
    read_coefficients(file.object("coefficients", "it", "a table of name = { range = ... }"));
    read_lets(file);
    read_formula(file);
    if (file.has("optimum"))
      read_optimum(file.object("optimum", "it", "a table of input = \"formula\""));
    for (const NamedFormula& definition : lets_)
      if (!contains(used_, definition.name))
        file.problem_at("let", "'{}' is defined, but no formula has it", definition.name);
    std::vector<ObjectReader> sets = file.objects_if_any("set", "a set");
    for (const ObjectReader& set : sets) law_.sets.push_back(read_set(set));
    check_disputes(sets);
    for (const ObjectReader& fixed : file.objects_if_any("special_cases", "a special case"))
      read_special_case(fixed);
    if (file.has("box")) read_box(file.object("box", "a box"));
    file.check_unknown();
    if (!errors_.ok()) return errors_.take();
    analyse(law_);
    return std::move(law_);
  }

 private:
  static ParameterCount read_count(ObjectReader& object, const char* member) {
    const std::string text = object.text(member, "");
    const Result<ParameterCount> count = parse_parameter_count(text);
    if (count) return *count;
    object.problem_at(member, "{}", count.error().text());
    return ParameterCount::kUnknown;
  }

  void read_output(ObjectReader output) {
    Output& read = law_.output.emplace();
    read.name = output.text("name");
    read.unit = output.text("unit", "");
    read.lowest_is_best = output.truth("lowest_is_best", read.is_loss());
    if (output.has("name") && read.name.empty())
      output.problem_at("name", "an output needs a name, such as \"learning rate\"");
    output.check_unknown();
  }

  void read_inputs(ObjectReader inputs) {
    for (const auto& [name, entry] : inputs.members()) {
      // Its meaning alone, or { meaning = "...", usual = [low, high] }.
      Input input{name, entry.string(), {}};
      if (!entry.is(Kind::kString)) {
        ObjectReader fields = inputs.object(name, "an input", "\"meaning\"");
        input.meaning = fields.text("meaning");
        if (fields.has("usual")) input.usual = fields.range("usual");
        fields.check_unknown();
      }
      check_name(entry, name);
      law_.inputs.push_back(std::move(input));
      names_.push_back(name);
    }
  }

  void read_coefficients(ObjectReader coefficients) {
    for (const auto& [name, entry] : coefficients.members()) {
      if (contains(names_, name))
        errors_.add(entry, "'{}' is an input already: remove one of them", name);
      check_name(entry, name);
      law_.coefficients.push_back(
          read_coefficient(name, coefficients.object(name, "a coefficient")));
      names_.push_back(name);
    }
  }

  void check_name(const Value& at, const std::string& name) {
    if (const auto problem = reserved_problem(name)) errors_.add(at, "{}", *problem);
  }

  static Coefficient read_coefficient(const std::string& name, ObjectReader fields) {
    Coefficient coefficient;
    coefficient.name = name;
    coefficient.range = fields.range("range").value_or(kAnyRange);
    coefficient.unit = fields.text("unit", "");
    coefficient.meaning = fields.text("meaning", "");
    if (fields.has("starts")) coefficient.starts = fields.numbers("starts");
    if (fields.has("ln_starts"))
      for (const double logarithm : fields.numbers("ln_starts"))
        coefficient.starts.push_back(std::exp(logarithm));
    fields.check_unknown();
    return coefficient;
  }

  void check_declared(const Value& at, const Ast& ast, const std::vector<std::string>& declared) {
    for (const std::string& name : names_of(ast)) {
      if (contains(declared, name)) continue;
      errors_.add(at, "'{}' is not an input or a coefficient of this law{}", name,
                  did_you_mean(name, declared));
      names_known_ = false;
    }
  }

  void read_lets(ObjectReader& file) {
    if (!file.has("let")) return;
    const Value* list = file.need("let", Kind::kArray, "[\"name = formula\", ...]");
    if (list == nullptr) return;
    for (const Value& item : list->items()) {
      Result<std::vector<NamedFormula>> definitions =
          parse_definitions(item.string(), errors_.source());
      if (!definitions) {
        errors_.add_inside(item, definitions.error());
        continue;
      }
      for (NamedFormula& definition : *definitions) add_let(item, std::move(definition));
    }
  }

  void add_let(const Value& at, NamedFormula definition) {
    const std::string& name = definition.name;
    const bool declared = contains(names_, name);
    if (declared || is_nonnegative_input(name))
      errors_.add(at, "'{}' is an input or a coefficient already: give the definition another name",
                  name);
    if (std::ranges::find(lets_, name, &NamedFormula::name) != lets_.end())
      errors_.add(at, "'{}' is defined twice: remove one", name);
    if (declared) return;
    law_.parts.push_back({name, print(definition.formula)});
    put_in(at, definition.formula, names_);
    lets_.push_back(std::move(definition));
  }

  // Puts definitions in the place of names, all of which must then be declared.
  void put_in(const Value& at, Ast& formula, const std::vector<std::string>& declared) {
    for (const std::string& name : names_of(formula)) used_.push_back(name);
    if (size_of(formula, lets_) > kMostNodes) {
      errors_.add(at, "with its definitions put in, the formula has more than {} parts: shorten it",
                  kMostNodes);
      names_known_ = false;
      formula = Ast();
      return;
    }
    substitute(formula, lets_);
    check_declared(at, formula, declared);
  }

  void read_formula(ObjectReader& file) {
    law_.formula = file.text("formula");
    if (law_.formula.empty()) return;
    const Value& text = *file.find("formula");
    Result<Ast> formula = parse_formula(law_.formula, errors_.source());
    if (!formula) return errors_.add_inside(text, formula.error());
    put_in(text, *formula, names_);
    const std::vector<std::string> names = names_of(*formula);
    for (const std::string& name : names_)
      if (names_known_ && !contains(names, name))
        errors_.add(text, "'{}' is declared, but the formula has none: remove it", name);
    if (const Ast* part = undefined_part(*formula))
      errors_.add(text, "'{}' is not a finite number", print(*part));
    law_.expression = std::move(*formula);
  }

  void read_optimum(ObjectReader optimum) {
    std::vector<std::string> known = names_;
    known.insert(known.end(), {"C", "S", "Sx"});
    for (const auto& [input, text] : optimum.members()) {
      law_.optima.push_back({input, optimum.text(input)});
      Result<Ast> formula = parse_formula(text.string(), errors_.source());
      if (!formula) {
        errors_.add_inside(text, formula.error());
        continue;
      }
      put_in(text, *formula, known);
      law_.optimum_expressions.push_back(std::move(*formula));
    }
  }

  void read_special_case(ObjectReader fixed) {
    std::map<std::string, double>& values = law_.special_cases.emplace_back();
    for (const Coefficient& coefficient : law_.coefficients) {
      if (!fixed.has(coefficient.name)) continue;
      const double value = values[coefficient.name] = fixed.number(coefficient.name);
      const auto& [low, high] = coefficient.range;
      if (!coefficient.range.contains(value))
        fixed.problem_at(coefficient.name,
                         "{} is outside the range of '{}', [{}, {}]: correct one of them", value,
                         coefficient.name, low, high);
    }
    fixed.check_unknown();
  }

  void read_box(ObjectReader box) {
    law_.box = PublishedBox{box.text("cite", law_.cite), {}};
    ObjectReader ranges = box.object("ranges", "this law", "{ coefficient = [low, high], ... }");
    for (const Coefficient& coefficient : law_.coefficients) {
      const auto& [low, high] = coefficient.range;
      if (!ranges.has(coefficient.name)) continue;
      const Range within = ranges.range(coefficient.name).value_or(coefficient.range);
      if (within.low < low || within.high > high)
        ranges.problem_at(coefficient.name,
                          "the box of '{}' leaves its range, [{}, {}]: correct one of them",
                          coefficient.name, low, high);
      law_.box->ranges[coefficient.name] = within;
    }
    ranges.check_unknown();
    box.check_unknown();
  }

  CoefficientSet read_set(ObjectReader entry) {
    CoefficientSet set;
    set.name = entry.text("name");
    set.cite = entry.text("cite", law_.cite);
    set.note = entry.text("note", "");
    law_.set_units.push_back(entry.text("unit", ""));
    law_.set_counts.push_back(read_count(entry, "counts"));
    if (std::ranges::find(law_.sets, set.name, &CoefficientSet::name) != law_.sets.end())
      entry.problem("the set '{}' is there twice: rename one", set.name);
    if (entry.has("fitted_on")) set.fitted_on = entry.named_ranges("fitted_on");
    set.values = read_values(entry.object("values", "this law", "{ name = number, ... }"));
    if (entry.has("last_digit"))
      set.last_digit =
          read_last_digit(entry.object("last_digit", "this law", "{ name = number, ... }"));
    set.refitted_here = entry.truth("refitted_here", false);
    set.disputed_by = entry.text("disputed_by", "");
    entry.check_unknown();
    return set;
  }

  std::vector<double> read_last_digit(ObjectReader table) {
    std::vector<double> digits;
    for (const auto& coefficient : law_.coefficients) {
      digits.push_back(table.number(coefficient.name, 0));
      if (table.has(coefficient.name) && !(digits.back() > 0))
        table.problem_at(coefficient.name, "'last_digit' of {} must be above 0", coefficient.name);
    }
    table.check_unknown();
    return digits;
  }

  // A set may name one that comes after it.
  void check_disputes(std::vector<ObjectReader>& sets) {
    for (std::size_t i = 0; i < sets.size(); ++i) {
      const std::string& by = law_.sets[i].disputed_by;
      std::vector<std::string> others;
      for (const CoefficientSet& set : law_.sets)
        if (set.name != law_.sets[i].name) others.push_back(set.name);
      if (!by.empty() && !contains(others, by))
        sets[i].problem_at("disputed_by", "'{}' is no other set of this law{}", by,
                           did_you_mean(by, others));
    }
  }

  std::vector<double> read_values(ObjectReader table) {
    std::vector<double> values;
    for (const auto& coefficient : law_.coefficients) {
      const auto& [low, high] = coefficient.range;
      const Value* value = table.need(coefficient.name, Kind::kNumber);
      values.push_back(value == nullptr ? 0 : table.number(coefficient.name));
      if (value != nullptr && !coefficient.range.contains(values.back()))
        errors_.add(*value, "{} is outside the range of '{}', [{}, {}]: correct one of them",
                    values.back(), coefficient.name, low, high);
    }
    table.check_unknown();
    return values;
  }

  DocumentErrors errors_;
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
