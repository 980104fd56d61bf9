#include "arch/model_type.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "base/book_data.h"
#include "base/object_reader.h"
#include "base/spelling.h"

namespace isoflop {

namespace {

// Sets `value` to what the text of a member stands for, where there is the member.
template <class T>
void read_name(ObjectReader& from, std::string_view member, T& value,
               std::initializer_list<std::pair<std::string_view, T>> names) {
  const std::string text = from.has(member) ? from.filled_text(member) : "";
  if (text.empty()) return;
  std::vector<std::string> known;
  for (const auto& [name, meaning] : names) {
    known.emplace_back(name);
    if (text == name) value = meaning;
  }
  if (std::ranges::find(known, text) == known.end())
    from.problem_at(member, "'{}' is \"{}\", and must be one of {}{}", member, excerpt(text),
                    fmt::join(known, ", "), did_you_mean(text, known));
}

struct Target {
  Key key = Key::kNothing;
  Form form = Form::kCount;
};

Target read_target(ObjectReader& field) {
  Target target;
  if (!field.has("sets")) field.need("sets", Value::Kind::kString);
  read_name(field, "sets", target,
            {{"vocabulary", {Key::kVocabulary}},
             {"width", {Key::kWidth}},
             {"layers", {Key::kLayers}},
             {"heads", {Key::kHeads}},
             {"key_value_heads", {Key::kKeyValueHeads}},
             {"head_size", {Key::kHeadSize}},
             {"inner", {Key::kInner}},
             {"max_context", {Key::kMaxContext}},
             {"tied", {Key::kTied, Form::kTruth}},
             {"attention_bias", {Key::kAttentionBias, Form::kTruth}},
             {"mlp_bias", {Key::kMlpBias, Form::kTruth}},
             {"use_window", {Key::kUseWindow, Form::kTruth}},
             {"window", {Key::kWindow}},
             {"first_windowed", {Key::kFirstWindowed, Form::kCountOrZero}},
             {"layer_types", {Key::kLayerTypes, Form::kList}},
             {"experts", {Key::kExperts}},
             {"active_experts", {Key::kActiveExperts}},
             {"expert_inner", {Key::kExpertInner}},
             {"shared_experts", {Key::kSharedExperts, Form::kCountOrZero}},
             {"shared_inner", {Key::kSharedInner}},
             {"first_dense", {Key::kFirstDense, Form::kCountOrZero}},
             {"experts_every", {Key::kExpertsEvery}},
             {"sparse_step", {Key::kSparseStep}},
             {"dense_layers", {Key::kDenseLayers, Form::kList}},
             {"query_rank", {Key::kQueryRank}},
             {"key_value_rank", {Key::kKeyValueRank}},
             {"nope_size", {Key::kNopeSize}},
             {"rope_size", {Key::kRopeSize}},
             {"value_size", {Key::kValueSize}},
             {"next_tokens", {Key::kNextTokens, Form::kCountOrZero}},
             {"nothing", {Key::kNothing, Form::kAny}}});
  return target;
}

Standard read_standard(ObjectReader& field) {
  const Value* value = field.find("default");
  if (value == nullptr) return kRequired;
  if (value->is(Value::Kind::kBool)) return {Standard::Kind::kNumber, value->boolean() ? 1.0 : 0.0};
  if (value->is(Value::Kind::kNumber)) return {Standard::Kind::kNumber, field.number("default")};
  Standard standard;
  read_name(field, "default", standard,
            {{"none", kNothing},
             {"heads", kSameAsHeads},
             {"width/heads", kWidthOverHeads},
             {"4*width", {Standard::Kind::kFourWidths}}});
  return standard;
}

Field read_field(const std::string& name, ObjectReader from) {
  const Target target = read_target(from);
  Field field{name, target.key, target.form, read_standard(from), from.text("other_name", "")};
  from.check_unknown();
  return field;
}

}  // namespace

Result<ModelType> read_model_type(std::string_view text, std::string_view name) {
  const std::string source = fmt::format("architectures/{}.toml", name);
  const Result<Value> document = read_toml(text, source);
  if (!document) return std::unexpected(document.error());
  DocumentErrors errors(source, DocumentErrors::Format::kToml);
  ObjectReader file(*document, errors, "a model type");
  ModelType type{.name = std::string(name)};
  ObjectReader fields = file.object("fields");
  for (const auto& [field, value] : fields.members())
    type.fields.push_back(read_field(field, fields.object(field, "a field")));
  using Attention = AttentionShape;
  read_name(file, "attention", type.attention,
            {{"grouped", Attention::Kind::kGrouped}, {"latent", Attention::Kind::kLatent}});
  read_name(file, "query_key_norm", type.query_key_norm,
            {{"none", Attention::Norm::kNone},
             {"each_head", Attention::Norm::kEachHead},
             {"all_heads", Attention::Norm::kAllHeads}});
  read_name(file, "windowed", type.windowed,
            {{"none", WindowedLayers::kNone},
             {"all", WindowedLayers::kAll},
             {"even", WindowedLayers::kEven},
             {"from_first", WindowedLayers::kFromFirst},
             {"even_until_first", WindowedLayers::kEvenUntilFirst}});
  type.attention_bias = file.truth("attention_bias", type.attention_bias);
  type.output_bias = file.truth("output_bias", type.output_bias);
  type.sinks = file.truth("sinks", type.sinks);
  type.gated = file.truth("gated", type.gated);
  type.mlp_bias = file.truth("mlp_bias", type.mlp_bias);
  type.norms_per_layer = file.count("norms_per_layer", type.norms_per_layer);
  type.norm_bias = file.truth("norm_bias", type.norm_bias);
  type.learned_positions = file.truth("learned_positions", type.learned_positions);
  type.inner_is_expert = file.truth("inner_is_expert", type.inner_is_expert);
  type.shared_gate = file.truth("shared_gate", type.shared_gate);
  type.router_bias = file.truth("router_bias", type.router_bias);
  type.router_balance = file.truth("router_balance", type.router_balance);
  file.check_unknown();
  if (!errors.ok()) return errors.take();
  return type;
}

const Result<std::vector<ModelType>>& model_type_book() {
  static const Result<std::vector<ModelType>> kBook = []() -> Result<std::vector<ModelType>> {
    std::vector<ModelType> types;
    for (const BookEntry& entry : architecture_book()) {
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
  for (const BookEntry& entry : architecture_book()) names.emplace_back(entry.key);
  return names;
}

}  // namespace isoflop
