#include "arch/config_fields.h"

#include <algorithm>
#include <cmath>

#include "base/book_data.h"
#include "base/number_text.h"

namespace isoflop {

namespace {

constexpr double kLargest = 2147483647;  // 2^31 - 1; no size of a model comes near

// What null means in a field: not always what leaving it out means.
std::optional<Standard> standard_of_null(const Field& field) {
  switch (field.key) {
    case Key::kKeyValueHeads:
      return kSameAsHeads;
    case Key::kHeadSize:
      return kWidthOverHeads;
    case Key::kWindow:
    case Key::kQueryRank:
    case Key::kSharedExperts:
      return kNothing;
    default:
      break;
  }
  if (field.standard.kind == Standard::Kind::kRequired ||
      field.standard.kind == Standard::Kind::kNumber)
    return std::nullopt;
  return field.standard;
}

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
      if (field.name == name || field.other_name == name) return true;
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"size", "dim", "head", "layer", "expert", "rank", "bias", "norm", "tie", "num_", "n_embd",
       "cross_attention", "encoder", "adapter", "text_config", "vision", "audio"});
  return std::ranges::any_of(kWords, [&](std::string_view word) { return name.contains(word); });
}

std::string text_of(const Field& field, std::optional<double> number) {
  if (!number) return "none";
  if (field.form == Form::kTruth) return *number != 0 ? "true" : "false";
  return format_exact(*number);
}

}  // namespace

ConfigFields::ConfigFields(const Value& config, const ModelType& type, DocumentErrors& errors)
    : config_(config), type_(type), errors_(errors), reader_(config, errors) {
  for (const Field& field : type.fields) read(field);
  for (const auto* member : reader_.unread()) check_unknown(member->first, member->second);
}

std::uint64_t ConfigFields::count(Key key, std::uint64_t otherwise) const {
  const Got& field = got(key);
  return field.number ? static_cast<std::uint64_t>(*field.number) : otherwise;
}

bool ConfigFields::truth(Key key, bool otherwise) const {
  const Got& field = got(key);
  return field.number ? *field.number != 0 : otherwise;
}

// The field under its own name or the other one; null where the file has neither.
const Value* ConfigFields::find(const Field& field) {
  reader_.find(field.name);
  const Value* value = config_.find(field.name);
  if (field.other_name.empty()) return value;
  reader_.find(field.other_name);
  const Value* other = config_.find(field.other_name);
  if (value == nullptr || other == nullptr) return value != nullptr ? value : other;
  if (value->number() != other->number())
    errors_.add(*other, "\"{}\" and \"{}\" are the same size, and differ: keep one", field.name,
                field.other_name);
  return value;
}

void ConfigFields::read(const Field& field) {
  Got& here = got(field.key);
  here.name = field.name;
  const Value* value = find(field);
  if (field.form == Form::kAny) return;
  if (value == nullptr) {
    take_standard(field, field.standard, field.form != Form::kList);
    return;
  }
  if (value->is(Value::Kind::kNull)) {
    if (const std::optional<Standard> standard = standard_of_null(field))
      take_standard(field, *standard, false);
    else
      errors_.add(*value, "\"{}\" is null, and must have a value", field.name);
    return;
  }
  here.at = value;
  const std::string_view name = config_.find(field.name) != nullptr ? field.name : field.other_name;
  if (field.form == Form::kTruth)
    here.number = reader_.truth(name) ? 1 : 0;
  else if (field.form == Form::kList)
    here.list = reader_.need(name, Value::Kind::kArray);
  else
    here.number = reader_.whole_number(name, field.form == Form::kCount ? 1 : 0, kLargest);
}

void ConfigFields::take_standard(const Field& field, Standard standard, bool listed) {
  std::optional<double>& number = got(field.key).number;
  const auto heads = static_cast<double>(count(Key::kHeads, 1));
  const auto width = static_cast<double>(count(Key::kWidth, 1));
  switch (standard.kind) {
    case Standard::Kind::kRequired:
      number = 1;
      errors_.add(config_, "\"{}\" is missing, which every {} must have", field.name, type_.name);
      return;
    case Standard::Kind::kNumber:
      number = standard.number;
      break;
    case Standard::Kind::kNone:
      break;
    case Standard::Kind::kHeads:
      number = heads;
      break;
    case Standard::Kind::kWidthOverHeads:
      number = std::floor(width / heads);
      break;
    case Standard::Kind::kFourWidths:
      number = 4 * width;
      break;
  }
  if (listed && field.key != Key::kNextTokens)
    defaults_.emplace_back(std::string(field.name), text_of(field, number));
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
