#include "isoflop/law.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/book_data.h"
#include "base/error.h"
#include "base/number_text.h"
#include "base/spelling.h"
#include "law/definition.h"
#include "law/law_file.h"
#include "law/lower.h"
#include "law/token.h"

namespace isoflop {

namespace {

std::vector<std::string> names_of_sets(std::span<const CoefficientSet> sets) {
  std::vector<std::string> names;
  for (const CoefficientSet& set : sets) names.push_back(set.name);
  return names;
}

std::string quote_toml(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

std::string output_line(const Output& output) {
  return fmt::format("output = {{ name = {}, unit = {}, lowest_is_best = {} }}\n",
                     quote_toml(output.name), quote_toml(output.unit), output.lowest_is_best);
}

std::string runs_count_line(ParameterCount count) {
  return fmt::format("runs_count = {}\n", quote_toml(to_text(count)));
}

// The file of a law that was given as a formula.
std::string write_toml(const Definition& definition) {
  std::string text =
      fmt::format("key = \"formula\"\ntitle = \"A formula of your own\"\nformula = {}\n",
                  quote_toml(definition.formula));
  if (definition.output) text += output_line(*definition.output);
  if (definition.runs_count != ParameterCount::kUnknown)
    text += runs_count_line(definition.runs_count);
  text += "\n[inputs]\n";
  for (const Input& input : definition.inputs)
    text += fmt::format("{} = \"\"\n", quote_toml(input.name));
  text += "\n[coefficients]\n";
  for (const Coefficient& coefficient : definition.coefficients)
    text += fmt::format("{} = {{ range = [{}, {}] }}\n", quote_toml(coefficient.name),
                        format_exact(coefficient.range.low), format_exact(coefficient.range.high));
  return text;
}

constexpr std::pair<std::string_view, std::string_view> kReserved[] = {
    {"loss", "the measured loss, which the law predicts"},
    {"weight", "how much a run counts in a fit"},
    {"cluster", "which runs a bootstrap draws together"}};

// "; did you mean N for n?": inputs in small letters are coefficients to fit.
std::string meant_inputs(const Definition& definition) {
  std::string text;
  for (const Coefficient& coefficient : definition.coefficients)
    if (const auto input = closest(coefficient.name, standard_inputs()))
      text += fmt::format("{} {} for {}", text.empty() ? "; did you mean" : ",", *input,
                          coefficient.name);
  return text.empty() ? "" : text + "?";
}

}  // namespace

std::optional<std::string> reserved_problem(std::string_view name) {
  for (const auto& [reserved, meaning] : kReserved)
    if (name == reserved)
      return fmt::format("'{}' is {}, in every table: call the input or coefficient otherwise",
                         name, meaning);
  return std::nullopt;
}

Law::Law(std::shared_ptr<const Definition> definition) : definition_(std::move(definition)) {
  if (!definition_->sets.empty()) {
    const CoefficientSet& first = definition_->sets.front();
    values_ = first.values;
    set_ = first.name;
    fitted_on_ = first.fitted_on;
  }
}

Result<Law> Law::from_toml(std::string_view text, std::string_view source) {
  Result<Definition> definition = read_law_file(text, source);
  if (!definition) return std::unexpected(definition.error());
  return Law(std::make_shared<const Definition>(std::move(*definition)));
}

Result<Law> Law::from_formula(std::string_view formula, std::span<const std::string> inputs,
                              std::string_view source) {
  Result<Ast> expression = parse_formula(formula, source);
  if (!expression) return std::unexpected(expression.error());
  if (const Ast* part = undefined_part(*expression))
    return error_at({std::string(source), 0, part->column}, "'{}' is not a finite number",
                    print(*part));
  Definition definition;
  definition.key = "formula";
  definition.title = "A formula of your own";
  definition.formula = formula;
  definition.expression = std::move(*expression);
  for (const std::string& name : names_of(definition.expression)) {
    if (const auto problem = reserved_problem(name))
      return error_at({std::string(source)}, "{}", *problem);
    const bool standard = is_nonnegative_input(name);
    if (standard || std::ranges::find(inputs, name) != inputs.end())
      definition.inputs.push_back({name, "", {}});
    else
      definition.coefficients.emplace_back().name = name;
  }
  if (definition.inputs.empty())
    return error_at(
        {std::string(source)},
        "'{}' has no input: it should use one of N, P, S, Sx, D, U, C, G, experts, or a "
        "name that mapping.columns defines{}",
        formula, meant_inputs(definition));
  if (definition.coefficients.empty())
    return error_at({std::string(source)},
                    "'{}' has no coefficient to fit: every name in it is an input", formula);
  definition.default_ranges = true;
  analyse(definition);
  definition.toml = write_toml(definition);
  return Law(std::make_shared<const Definition>(std::move(definition)));
}

const std::string& Law::key() const { return definition_->key; }
const std::string& Law::title() const { return definition_->title; }
const std::string& Law::cite() const { return definition_->cite; }
const std::string& Law::group() const { return definition_->group; }
const std::string& Law::note() const { return definition_->note; }
ParameterCount Law::own_parameter_count() const { return definition_->counts; }
bool Law::counts_embeddings() const {
  const ParameterCount count = parameter_count();
  return count != ParameterCount::kNonEmbedding && count != ParameterCount::kMatrices;
}
const std::string& Law::formula() const { return definition_->formula; }
const std::string& Law::toml() const { return definition_->toml; }
std::span<const Part> Law::parts() const { return definition_->parts; }
std::span<const Input> Law::inputs() const { return definition_->inputs; }
std::span<const Coefficient> Law::coefficients() const { return definition_->coefficients; }
std::span<const CoefficientSet> Law::sets() const { return definition_->sets; }
std::span<const Optimum> Law::optima() const { return definition_->optima; }
const std::optional<PublishedBox>& Law::box() const { return definition_->box; }

bool Law::has_input(std::string_view name) const {
  return std::ranges::find(definition_->inputs, name, &Input::name) != definition_->inputs.end();
}

std::optional<std::size_t> Law::coefficient_index(std::string_view name) const {
  const std::vector<Coefficient>& all = definition_->coefficients;
  const auto found = std::ranges::find(all, name, &Coefficient::name);
  if (found == all.end()) return std::nullopt;
  return static_cast<std::size_t>(found - all.begin());
}

std::string Law::label() const { return set_.empty() ? key() : key() + ":" + set_; }

const CoefficientSet* Law::set() const {
  const auto found = std::ranges::find(sets(), set_, &CoefficientSet::name);
  return found != sets().end() && found->values == values_ ? &*found : nullptr;
}

ParameterCount Law::parameter_count() const {
  const CoefficientSet* own = set();
  for (std::size_t i = 0; i < sets().size(); ++i)
    if (&sets()[i] == own && definition_->set_counts[i] != ParameterCount::kUnknown)
      return definition_->set_counts[i];
  const bool fitted = own == nullptr && definition_->runs_count != ParameterCount::kUnknown;
  return fitted ? definition_->runs_count : definition_->counts;
}

std::vector<Range> Law::rounding() const {
  const CoefficientSet* printed = set();
  if (printed == nullptr || printed->last_digit.empty()) return {};
  std::vector<Range> alike;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const double half = printed->last_digit[i] / 2;
    const auto& [low, high] = coefficients()[i].range;
    alike.push_back({std::max(values_[i] - half, low), std::min(values_[i] + half, high)});
  }
  return alike;
}

std::optional<Law> Law::disputed_by() const {
  const CoefficientSet* own = set();
  if (own == nullptr || own->disputed_by.empty()) return std::nullopt;
  Result<Law> other = with_set(own->disputed_by);
  return other ? std::optional(*std::move(other)) : std::nullopt;
}

Result<Law> Law::with_set(std::string_view name) const {
  const auto set = std::ranges::find(sets(), name, &CoefficientSet::name);
  if (set == sets().end()) {
    const std::vector<std::string> names = names_of_sets(sets());
    return error("{} has no set '{}'; {}{}", key(), name,
                 names.empty() ? "no values were published for it"
                               : fmt::format("its sets are {}", fmt::join(names, ", ")),
                 did_you_mean(name, names));
  }
  return with_values(set->name, set->values, set->fitted_on);
}

Result<Law> Law::with_values(std::string set_name, std::vector<double> values,
                             std::map<std::string, Range> fitted_on) const {
  if (values.size() != coefficients().size())
    return error("{} has {} coefficients, not {}", key(), coefficients().size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i]))
      return error("{}: the value of {} is not a finite number", key(), coefficients()[i].name);
  Law law = *this;
  law.values_ = std::move(values);
  law.set_ = std::move(set_name);
  law.fitted_on_ = std::move(fitted_on);
  return law;
}

Law Law::with_definition(Definition definition) const {
  Law law = *this;
  law.definition_ = std::make_shared<const Definition>(std::move(definition));
  return law;
}

Law Law::without_values() const {
  Law law = *this;
  law.values_.clear();
  law.set_.clear();
  law.fitted_on_.clear();
  return law;
}

Law with_ranges(const Law& law, std::span<const Range> ranges) {
  Definition definition = law.definition();
  for (std::size_t i = 0; i < ranges.size(); ++i) definition.coefficients[i].range = ranges[i];
  Result<Law> changed = Law::from_toml(write_toml(definition), "formula");
  return changed ? *std::move(changed) : law;
}

Output output_of(const Law& law) {
  const Definition& definition = law.definition();
  Output output = definition.output.value_or(Output{});
  for (std::size_t i = 0; i < definition.sets.size(); ++i)
    if (&definition.sets[i] == law.set() && !definition.set_units[i].empty())
      output.unit = definition.set_units[i];
  return output;
}

Law with_mapping(const Law& law, const Mapping& mapping) {
  Definition definition = law.definition();
  const Result<LossUnits> units = parse_loss_unit(mapping.loss_unit);
  const LossUnit* unit = units ? units->fitted : nullptr;
  if (!definition.output && (unit != nullptr || !mapping.response.empty())) {
    Output output{.name = mapping.response, .unit = "", .lowest_is_best = true};
    if (output.name.starts_with('{') && output.name.ends_with('}'))
      output.name = output.name.substr(1, output.name.size() - 2);
    if (unit != nullptr) {
      if (output.name.empty()) output.name = unit->output;
      output.unit = unit->unit;
      output.lowest_is_best = unit->lowest_is_best;
    }
    if (!output.is_loss() || output.unit != Output{}.unit) {
      definition.output = output;
      definition.toml = output_line(output) + definition.toml;
    }
  }
  if (definition.runs_count == ParameterCount::kUnknown &&
      mapping.params_count != ParameterCount::kUnknown) {
    definition.runs_count = mapping.params_count;
    definition.toml = runs_count_line(mapping.params_count) + definition.toml;
  }
  return law.with_definition(std::move(definition));
}

std::string unit_of(const Law& law, const Coefficient& coefficient) {
  if (coefficient.unit != Output{}.unit) return coefficient.unit;
  const Output output = output_of(law);
  return output.unit.empty() ? output.name : output.unit;
}

std::string in_unit(const Output& output, std::string_view number) {
  return fmt::format("{}{}{}", number, output.unit.empty() ? "" : " ", output.unit);
}

std::string named_value(const Output& output, std::string_view number) {
  const bool usual = output.is_loss() && output.unit == Output{}.unit;
  return fmt::format("{} {}", output.name, usual ? std::string(number) : in_unit(output, number));
}

Result<void> check_has_values(const Law& law) {
  if (law.has_values()) return {};
  std::vector<std::string> sets;
  for (const CoefficientSet& set : law.sets()) sets.push_back(law.key() + ":" + set.name);
  return error(
      "{} has no values for its coefficients: fit it first{}", law.key(),
      sets.empty() ? ", and use the fit" : fmt::format(", or give {}", fmt::join(sets, " or ")));
}

bool looks_like_key(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view key = text.substr(0, colon);
  // A formula of one name would be no law.
  return is_identifier(key) && (colon == std::string_view::npos || colon + 1 < text.size());
}

std::vector<std::string> book_keys() { return keys_of(law_book()); }

Result<Law> find_law(std::string_view spec) {
  const std::string_view key = spec.substr(0, spec.find(':'));
  const auto entry = std::ranges::find(law_book(), key, &BookEntry::key);
  if (entry == law_book().end()) {
    const std::vector<std::string> keys = book_keys();
    const std::string meant = did_you_mean(key, keys);
    return error("the book has no law '{}'{}", key,
                 meant.empty() ? fmt::format("; it has {}", fmt::join(keys, ", ")) : meant);
  }
  Result<Law> law = Law::from_toml(entry->toml, fmt::format("laws/{}.toml", key));
  if (!law || key.size() == spec.size()) return law;
  return law->with_set(spec.substr(key.size() + 1));
}

}  // namespace isoflop
