#include "arch/config_fields.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/book_data.h"
#include "base/number_text.h"
#include "law/graph.h"

namespace isoflop {

namespace {

constexpr double kLargest = 2147483647;  // 2^31 - 1; no size of a model comes near

// Whether a field that is not understood says that something is not there.
bool is_empty(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      return true;
    case Value::Kind::kBool:
      return !value.boolean();
    case Value::Kind::kNumber:
      return value.number() == 0;
    case Value::Kind::kString:
      return value.string().empty();
    case Value::Kind::kArray:
      return value.items().empty();
    case Value::Kind::kObject:
      return value.members().empty();
  }
  return false;
}

// Whether the name of a field says that it may change the count: it is a field of another type, or
// has a word of sizes in it.
bool may_change_count(std::string_view name) {
  for (const ModelType& type : *model_type_book())  // which has been read: `type_` is of it
    for (const Field& field : type.fields)
      if (!field.sets.empty() && (field.name == name || field.other_name == name)) return true;
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"size", "dim", "head", "layer", "expert", "rank", "bias", "norm", "tie", "num_", "n_embd",
       "cross_attention", "encoder", "adapter", "text_config", "vision", "audio"});
  return std::ranges::any_of(kWords, [&](std::string_view word) { return name.contains(word); });
}

// The place of a text in a field's list, where "a|b" is either; nothing where it is not there.
std::optional<double> place_of(const std::string& text, const std::vector<std::string>& texts) {
  for (std::size_t i = 0; i < texts.size(); ++i)
    if (!text.empty() && ("|" + texts[i] + "|").contains("|" + text + "|"))
      return static_cast<double>(i);
  return std::nullopt;
}

// "a" and "b"
std::string quoted_texts(const std::vector<std::string>& texts) {
  std::string list;
  for (std::string_view text : texts) {
    text = text.substr(0, text.find('|'));
    list += fmt::format("{}\"{}\"", list.empty() ? "" : " and ", text);
  }
  return list;
}

}  // namespace

ConfigFields::ConfigFields(const Value& config, const Value* outer, const ModelType& type,
                           DocumentErrors& errors)
    : config_(config), outer_(outer), type_(type), errors_(errors), reader_(config, errors) {
  for (const Field& field : type.fields) read(field);
  for (const auto* member : reader_.unread()) check_unknown(member->first, member->second);
}

const Value* ConfigFields::at(std::string_view sets) const {
  const auto found = got_.find(sets);
  return found == got_.end() ? nullptr : found->second.at;
}

std::string_view ConfigFields::name(std::string_view sets) const {
  const auto found = got_.find(sets);
  return found == got_.end() ? sets : std::string_view(found->second.field->name);
}

ConfigFields::Found ConfigFields::find_under(std::string_view name) {
  for (const Value* object : {&config_, outer_}) {
    if (object == nullptr) continue;
    std::string_view rest = name;
    for (std::size_t dot = rest.find('.'); dot != rest.npos && object != nullptr;
         dot = rest.find('.')) {
      reader_.find(rest.substr(0, dot));
      object = object->find(rest.substr(0, dot));
      rest.remove_prefix(dot + 1);
    }
    if (rest.size() == name.size()) reader_.find(rest);
    if (object == nullptr) continue;
    if (const Value* value = object->find(rest)) return {object, std::string(rest), value};
  }
  return {};
}

// The field under its own name or the other one.
ConfigFields::Found ConfigFields::find(const Field& field) {
  Found found = find_under(field.name);
  if (field.other_name.empty()) return found;
  Found other = find_under(field.other_name);
  if (found.value == nullptr) return other;
  if (other.value != nullptr && found.value->number() != other.value->number() &&
      other.value->is(Value::Kind::kNumber))
    errors_.add(*other.value, "\"{}\" and \"{}\" are the same size, and differ: keep one",
                field.name, field.other_name);
  return found;
}

void ConfigFields::read(const Field& field) {
  const Found found = find(field);
  if (field.sets.empty()) return;
  Got& got = got_[field.sets];
  got = {.field = &field, .standard = field.standard ? &*field.standard : nullptr};
  if (found.value == nullptr) {
    got.missing = true;
    if (got.standard == nullptr) {
      errors_.add(config_, "\"{}\" is missing, which every {} must have", field.name, type_.name);
      got.values = {1};
    }
  } else if (found.value->is(Value::Kind::kNull)) {
    if (field.of_null) got.standard = &*field.of_null;
    const bool plain = field.form == Field::Form::kCount || field.form == Field::Form::kTruth;
    if (got.standard == nullptr || (plain && !field.of_null && got.standard->children.empty() &&
                                    got.standard->kind == Ast::Kind::kNumber &&
                                    !(field.form == Field::Form::kCount && field.zero))) {
      errors_.add(*found.value, "\"{}\" is null, and must have a value", field.name);
      got.values = {1};
    }
  } else {
    got.at = found.value;
    read_value(found, got);
    if (got.values.empty() && got.standard == nullptr) got.values = {1};
  }
}

void ConfigFields::read_value(const Found& found, Got& got) {
  const Field& field = *got.field;
  ObjectReader reader(*found.parent, errors_);
  using Form = Field::Form;
  const bool list = found.value->is(Value::Kind::kArray);
  if (field.form == Form::kText && list) return read_texts(found, got);
  if (field.form == Form::kText && !field.letters.empty()) return read_letters(found, got);
  if (field.form == Form::kLayers) return read_layers(found, got);
  if (field.form == Form::kValues && list) {
    got.values = reader.numbers(found.member);
    got.by_layer = true;
    for (const double value : got.values)
      if (!(value >= 0 && value <= kLargest && value == std::floor(value)))
        return errors_.add(*found.value, "\"{}\" has {}, and must have whole numbers from 0 to {}",
                           field.name, value, kLargest);
  } else if (field.form == Form::kText) {
    const std::optional<double> place = place_of(found.value->string(), field.texts);
    if (!place)
      errors_.add(*found.value, "\"{}\" is \"{}\", and only {} are understood", field.name,
                  excerpt(found.value->string()), quoted_texts(field.texts));
    got.values = {place.value_or(0)};
  } else if (field.form == Form::kTruth) {
    got.values = {reader.truth(found.member) ? 1.0 : 0.0};
  } else if (found.value->is(Value::Kind::kObject)) {  // id2label
    got.values = {static_cast<double>(found.value->members().size())};
  } else {
    got.values = {reader.whole_number(found.member, field.zero ? 0 : 1, kLargest)};
  }
}

void ConfigFields::read_texts(const Found& found, Got& got) {
  const auto layers = static_cast<std::size_t>(value("layers"));
  const std::vector<Value>& items = found.value->items();
  if (items.size() != layers)
    errors_.add(*found.value, "\"{}\" has {} entries for {} layers", got.field->name, items.size(),
                layers);
  got.by_layer = true;
  for (const Value& item : items) {
    const std::optional<double> place = place_of(item.string(), got.field->texts);
    if (place) {
      got.values.push_back(*place);
      continue;
    }
    errors_.add(*found.value, "\"{}\" has \"{}\", and only {} are understood", got.field->name,
                excerpt(item.string()), quoted_texts(got.field->texts));
    return;
  }
}

void ConfigFields::read_letters(const Found& found, Got& got) {
  const std::string text = ObjectReader(*found.parent, errors_).text(found.member);
  const auto layers = static_cast<std::size_t>(value("layers"));
  if (text.size() != layers)
    errors_.add(*found.value, "\"{}\" has {} letters for {} layers", got.field->name, text.size(),
                layers);
  got.by_layer = true;
  for (const char letter : text) {
    const std::size_t place = got.field->letters.find(letter);
    if (place == std::string::npos)
      return errors_.add(*found.value, "\"{}\" is \"{}\", and only the letters {} are understood",
                         got.field->name, excerpt(text), got.field->letters);
    got.values.push_back(static_cast<double>(place));
  }
}

void ConfigFields::read_layers(const Found& found, Got& got) {
  const Value* list = ObjectReader(*found.parent, errors_).need(found.member, Value::Kind::kArray);
  if (list == nullptr) return;
  const double layers = value("layers");
  got.by_layer = true;
  for (const Value& item : list->items()) {
    const double index = item.number();
    if (!(index >= 0 && index < layers && index == std::floor(index)))
      return errors_.add(*found.value, "\"{}\" names layers by numbers from 0 to {}",
                         got.field->name, layers - 1);
    const auto layer = static_cast<std::size_t>(index);
    if (got.values.size() <= layer) got.values.resize(layer + 1);
    got.values[layer] = 1;
  }
  const auto listed = static_cast<std::size_t>(std::min(layers, 1e6));
  if (!list->items().empty() && got.values.size() < listed) got.values.resize(listed);
}

double ConfigFields::value_of(Got& got, double layer) {
  if (got.by_layer) varies_ = true;
  const auto index = got.by_layer ? static_cast<std::size_t>(layer) : 0;
  if (index < got.values.size()) return got.values[index];
  got.used = true;
  return got.standard == nullptr ? 0 : value(*got.standard, layer);
}

double ConfigFields::value(std::string_view name, double layer) {
  if (name == "layer") {
    varies_ = true;
    return layer;
  }
  if (const auto known = known_.find(name); known != known_.end()) return known->second;
  const bool varied = std::exchange(varies_, false);
  double result = 0;
  if (const auto field = got_.find(name); field != got_.end())
    result = value_of(field->second, layer);
  else if (const auto found = type_.definitions.find(name); found != type_.definitions.end())
    result = value(found->second, layer);
  if (!varies_) known_.emplace(name, result);
  varies_ = varies_ || varied;
  return result;
}

double ConfigFields::value(const Ast& formula, double layer) {
  if (formula.kind == Ast::Kind::kNumber) return formula.number;
  if (formula.kind == Ast::Kind::kName) return value(formula.text, layer);
  Graph graph;
  std::vector<NodeId> operands;
  for (const Ast& child : formula.children) {
    const double operand = value(child, layer);
    // What 0 multiplies is not looked at, so that its defaults do not count as taken.
    if (operand == 0 && formula.text == "*") return 0;
    operands.push_back(graph.number(operand));
  }
  return graph.node(build_node(operation_of(formula), graph, operands)).number;
}

std::vector<std::pair<std::string, std::string>> ConfigFields::defaults() const {
  std::vector<std::pair<std::string, std::string>> taken;
  for (const Field& field : type_.fields) {
    const auto found = got_.find(field.sets);
    if (found == got_.end() || !found->second.used || !found->second.missing) continue;
    const auto known = known_.find(field.sets);
    if (known == known_.end()) continue;  // of each layer
    if (field.form == Field::Form::kTruth)
      taken.emplace_back(field.name, known->second != 0 ? "true" : "false");
    else if (field.form == Field::Form::kCount && known->second != 0)
      taken.emplace_back(field.name, format_exact(known->second));
  }
  return taken;
}

void ConfigFields::check_unknown(const std::string& name, const Value& value) {
  if (std::ranges::find(ignored_config_fields(), name) != ignored_config_fields().end()) return;
  if (is_empty(value)) return;
  if (may_change_count(name))
    errors_.add(value,
                "\"{}\" is not a field of {} that is understood, and may change the count: take it "
                "out if it adds no weights",
                excerpt(name), type_.name);
  else
    ignored_.push_back(name);
}

}  // namespace isoflop
