#include "arch/model_type.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/book_data.h"
#include "base/enum_names.h"
#include "base/object_reader.h"

namespace isoflop {

namespace {

constexpr std::array<std::string_view, kTerms> kTermNames = {
    "of",     "where",     "weights",   "vectors", "products", "keys",   "window",
    "chunks", "most_keys", "both_ways", "cache",   "state",    "copies", "active"};
constexpr std::array<std::string_view, kBlockParts> kPartNames = {
    "embedding", "head",   "attention", "recurrent", "mlp",
    "experts",   "shared", "router",    "norms",     "next_tokens"};

// A formula, or a number or truth that stands for one; none where there is no such member.
std::optional<Ast> read_formula(ObjectReader& from, std::string_view member) {
  const Value* value = from.find(member);
  if (value == nullptr) return std::nullopt;
  if (value->is(Value::Kind::kBool)) return Ast{.number = value->boolean() ? 1.0 : 0.0};
  if (value->is(Value::Kind::kNumber)) return Ast{.number = from.number(member)};
  Result<Ast> formula = parse_formula(from.text(member), "");
  if (formula) return *std::move(formula);
  from.errors().add_inside(*value, formula.error());
  return Ast{};
}

Field read_field(const std::string& name, ObjectReader from) {
  Field field{.name = name, .sets = from.text("sets", "")};
  field.other_name = from.text("other_name", "");
  field.standard = read_formula(from, "default");
  field.of_null = read_formula(from, "null");
  const auto is_zero = [](const std::optional<Ast>& formula) {
    return formula && formula->kind == Ast::Kind::kNumber && formula->number == 0;
  };
  field.zero = from.truth("zero", false) || is_zero(field.standard) || is_zero(field.of_null);
  using Form = Field::Form;
  const Value* standard = from.find("default");
  if (standard != nullptr && standard->is(Value::Kind::kBool)) field.form = Form::kTruth;
  if (from.truth("layers", false)) field.form = Form::kLayers;
  if (from.truth("values", false)) field.form = Form::kValues;
  if (from.has("texts")) {
    field.form = Form::kText;
    field.texts = from.texts("texts");
    field.letters = from.text("letters", "");
  }
  from.check_unknown();
  return field;
}

PublishedModel read_model(ObjectReader from) {
  PublishedModel model{.name = from.filled_text("name"),
                       .config = from.filled_text("config"),
                       .total = from.count("total"),
                       .active = from.count("active", 0),
                       .next_tokens = from.count("next_tokens", 0),
                       .computed = from.truth("computed", false),
                       .source = from.filled_text("source")};
  from.check_unknown();
  return model;
}

void read_part(const std::string& name, ObjectReader from, ModelType& type) {
  auto found = std::ranges::find(type.parts, name, &PartFormulas::name);
  if (found == type.parts.end()) {
    type.parts.push_back({.name = name});
    found = type.parts.end() - 1;
    const std::string part = from.text("part", name);
    const auto known = enum_value<LayerBlock::Part>(kPartNames, part);
    if (known)
      found->part = *known;
    else
      from.problem_at("part", "\"{}\" is not a part of a model: one of {}", excerpt(part),
                      fmt::join(kPartNames, ", "));
  }
  for (std::size_t i = 0; i < kTerms; ++i)
    if (std::optional<Ast> formula = read_formula(from, kTermNames[i]))
      found->terms[i] = std::move(formula);
  from.check_unknown();
}

// Every name of a formula is a field, a definition or the layer.
void check_names(const ModelType& type, ObjectReader& file) {
  std::set<std::string, std::less<>> known = {"layer"};
  for (const Field& field : type.fields) known.insert(field.sets);
  for (const auto& [name, formula] : type.definitions) known.insert(name);
  const auto check = [&](const std::optional<Ast>& formula, const std::string& where) {
    if (formula)
      for (const std::string& name : names_of(*formula))
        if (!known.contains(name))
          file.problem("{}: '{}' is neither a definition nor set by a field", where, name);
  };
  for (const Field& field : type.fields) {
    check(field.standard, field.name);
    check(field.of_null, field.name);
  }
  for (const auto& [name, formula] : type.definitions) check(formula, name);
  for (const PartFormulas& part : type.parts)
    for (const std::optional<Ast>& formula : part.terms) check(formula, part.name);
}

const BookEntry* find_entry(std::string_view name) {
  for (const BookEntry& entry : architecture_book())
    if (entry.key == name) return &entry;
  return nullptr;
}

bool is_type(const BookEntry& entry) { return !entry.key.starts_with("_"); }

}  // namespace

Result<ModelType> read_model_type(std::string_view text, std::string_view name) {
  const std::string source = fmt::format("architectures/{}.toml", name);
  const Result<Value> document = read_toml(text, source);
  if (!document) return std::unexpected(document.error());
  DocumentErrors errors(source, DocumentErrors::Format::kToml);
  ObjectReader file(*document, errors, "a model type");
  ModelType type;
  if (file.has("like")) {
    const std::string like = file.text("like");
    if (const BookEntry* entry = find_entry(like)) {
      Result<ModelType> read = read_model_type(entry->toml, like);
      if (!read) return read;
      type = *std::move(read);
    } else {
      file.problem_at("like", "there is no architectures/{}.toml", excerpt(like));
    }
  }
  type.name = name;
  type.models.clear();
  for (const auto& [member, value] : document->members()) {
    if (member == "like") continue;
    if (member == "model") {
      for (const ObjectReader& model : file.objects("model", "a model"))
        type.models.push_back(read_model(model));
      continue;
    }
    ObjectReader table = file.object(member, "a part");
    if (member == "fields") {
      type.fields.clear();
      for (const auto& [field, description] : value.members())
        type.fields.push_back(read_field(field, table.object(field, "a field")));
    } else if (member == "let") {
      for (const auto& [definition, formula] : value.members())
        type.definitions.insert_or_assign(definition,
                                          read_formula(table, definition).value_or(Ast{}));
    } else {
      read_part(member, table, type);
    }
  }
  if (!name.starts_with("_")) check_names(type, file);
  if (!errors.ok()) return errors.take();
  return type;
}

const Result<std::vector<ModelType>>& model_type_book() {
  static const Result<std::vector<ModelType>> kBook = []() -> Result<std::vector<ModelType>> {
    std::vector<ModelType> types;
    for (const BookEntry& entry : architecture_book()) {
      if (!is_type(entry)) continue;
      Result<ModelType> type = read_model_type(entry.toml, entry.key);
      if (!type) return std::unexpected(type.error());
      types.push_back(*std::move(type));
    }
    return types;
  }();
  return kBook;
}

std::vector<std::string> model_types() {
  std::vector<std::string> names;
  for (const BookEntry& entry : architecture_book())
    if (is_type(entry)) names.emplace_back(entry.key);
  return names;
}

Result<std::vector<PublishedModel>> published_models() {
  const Result<std::vector<ModelType>>& types = model_type_book();
  if (!types) return std::unexpected(types.error());
  std::vector<PublishedModel> models;
  for (const ModelType& type : *types)
    for (PublishedModel model : type.models) {
      model.model_type = type.name;
      models.push_back(std::move(model));
    }
  return models;
}

}  // namespace isoflop
