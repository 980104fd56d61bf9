#include <algorithm>
#include <cmath>
#include <set>

#include "arch/config_fields.h"
#include "arch/count.h"
#include "arch/model_type.h"
#include "base/error.h"
#include "base/spelling.h"
#include "base/value.h"
#include "isoflop/arch.h"

namespace isoflop {

namespace {

// Values that a double counts one by one.
constexpr double kExactCounts = 9007199254740992;  // 2^53

std::uint64_t rounded_up(std::uint64_t value, std::uint64_t divisor) {
  return (value + divisor - 1) / divisor;
}

// Makes the architecture that the fields describe; contradictions among them are problems.
class Builder {
 public:
  Builder(const ConfigFields& fields, const ModelType& type) : fields_(fields), type_(type) {}

  Architecture build() {
    Architecture model;
    model.model_type = type_.name;
    model.vocabulary = fields_.count(Key::kVocabulary);
    model.width = fields_.count(Key::kWidth);
    model.layers = fields_.count(Key::kLayers);
    model.max_context = fields_.count(Key::kMaxContext);
    model.learned_positions = type_.learned_positions ? model.max_context : 0;
    model.tied = fields_.truth(Key::kTied);
    model.norms_per_layer = type_.norms_per_layer;
    model.norm_bias = type_.norm_bias;
    model.defaults = fields_.defaults();
    model.ignored = fields_.ignored();
    model.mlp = {.inner = fields_.count(Key::kInner),
                 .gated = type_.gated,
                 .bias = fields_.truth(Key::kMlpBias, type_.mlp_bias)};
    add_attention(model);
    add_windows(model);
    if (fields_.count(Key::kExperts) > 0) add_experts(model);
    if (const std::uint64_t further = fields_.count(Key::kNextTokens); further > 0)
      model.notes.push_back(fmt::format("{} {} for tokens further ahead ({}) not counted", further,
                                        further == 1 ? "layer" : "layers",
                                        fields_.name(Key::kNextTokens)));
    return model;
  }

 private:
  void add_attention(Architecture& model) {
    AttentionShape& attention = model.attention;
    attention.kind = type_.attention;
    attention.heads = fields_.count(Key::kHeads);
    attention.key_value_heads = fields_.count(Key::kKeyValueHeads, attention.heads);
    attention.query_key_norm = type_.query_key_norm;
    attention.sinks = type_.sinks;
    const bool bias = fields_.truth(Key::kAttentionBias, type_.attention_bias);
    attention.input_bias = bias;
    attention.output_bias = bias && type_.output_bias;
    if (attention.kind == AttentionShape::Kind::kLatent) {
      attention.rope_size = fields_.count(Key::kRopeSize);
      attention.key_size = fields_.count(Key::kNopeSize) + attention.rope_size;
      attention.value_size = fields_.count(Key::kValueSize);
      attention.query_rank = fields_.count(Key::kQueryRank);
      attention.key_value_rank = fields_.count(Key::kKeyValueRank);
      return;
    }
    attention.key_size = fields_.count(Key::kHeadSize, model.width / attention.heads);
    attention.value_size = attention.key_size;
    if (attention.heads % attention.key_value_heads != 0)
      fields_.problem_at(Key::kKeyValueHeads, "\"{}\" is {}{}, which does not divide the {} heads",
                         fields_.name(Key::kKeyValueHeads), attention.key_value_heads,
                         fields_.given(Key::kKeyValueHeads) ? "" : " by default", attention.heads);
    if (!fields_.given(Key::kHeadSize) && attention.key_size * attention.heads != model.width &&
        attention.key_size == model.width / attention.heads)
      fields_.problem_at(Key::kHeads, "\"{}\" is {}, which does not divide the width {}",
                         fields_.name(Key::kHeads), attention.heads, model.width);
  }

  // Layers with a window by the type's own rule.
  [[nodiscard]] std::uint64_t windowed_layers(std::uint64_t layers) const {
    const std::uint64_t first = std::min(fields_.count(Key::kFirstWindowed), layers);
    switch (type_.windowed) {
      case WindowedLayers::kNone:
        break;
      case WindowedLayers::kAll:
        return layers;
      case WindowedLayers::kEven:
        return rounded_up(layers, 2);
      case WindowedLayers::kFromFirst:
        return layers - first;
      case WindowedLayers::kEvenUntilFirst:
        return rounded_up(first, 2);
    }
    return 0;
  }

  void add_windows(Architecture& model) {
    const std::uint64_t window = fields_.count(Key::kWindow);
    const bool used = window > 0 && fields_.truth(Key::kUseWindow, true);
    const Value* types = fields_.list(Key::kLayerTypes);
    const std::uint64_t windowed =
        types != nullptr ? windowed_in(*types, model.layers) : windowed_layers(model.layers);
    if (windowed == 0 || !used)  // then these defaults mean nothing
      std::erase_if(model.defaults, [&](const auto& standard) {
        return standard.first == fields_.name(Key::kWindow) ||
               standard.first == fields_.name(Key::kFirstWindowed);
      });
    if (windowed == 0) return;
    if (used) {
      model.attention.window = window;
      model.attention.windowed_layers = windowed;
    } else if (types != nullptr) {
      fields_.problem_at(Key::kLayerTypes,
                         "\"{}\" has layers with a window, and other fields say that there is none",
                         fields_.name(Key::kLayerTypes));
    }
  }

  std::uint64_t windowed_in(const Value& types, std::uint64_t layers) {
    if (types.items().size() != layers)
      fields_.problem_at(Key::kLayerTypes, "\"{}\" has {} entries for {} layers",
                         fields_.name(Key::kLayerTypes), types.items().size(), layers);
    std::uint64_t windowed = 0;
    for (const Value& type : types.items()) {
      if (type.string() == "sliding_attention") {
        ++windowed;
      } else if (type.string() != "full_attention") {
        fields_.problem_at(
            Key::kLayerTypes,
            "\"{}\" has \"{}\", and only \"full_attention\" and \"sliding_attention\" "
            "are understood",
            fields_.name(Key::kLayerTypes), excerpt(type.string()));
        break;
      }
    }
    return windowed;
  }

  void add_experts(Architecture& model) {
    ExpertShape& moe = model.moe;
    moe.layers = layers_with_experts(model.layers);
    moe.experts = fields_.count(Key::kExperts);
    moe.active = fields_.count(Key::kActiveExperts);
    moe.expert = model.mlp;
    moe.expert.inner = fields_.count(Key::kExpertInner, model.mlp.inner);
    moe.shared = moe.expert;
    moe.shared.inner =
        fields_.count(Key::kSharedInner, fields_.count(Key::kSharedExperts) * moe.expert.inner);
    moe.shared_gate = type_.shared_gate;
    moe.router_bias = type_.router_bias;
    moe.router_balance = type_.router_balance;
    if (type_.inner_is_expert) model.mlp.inner = 0;
    if (moe.active > moe.experts)
      fields_.problem_at(Key::kActiveExperts, "\"{}\" is {}, and there are {} experts",
                         fields_.name(Key::kActiveExperts), moe.active, moe.experts);
  }

  std::uint64_t layers_with_experts(std::uint64_t layers) {
    const std::uint64_t first = std::min(fields_.count(Key::kFirstDense), layers);
    const std::uint64_t every = fields_.count(Key::kExpertsEvery, 1);
    const std::uint64_t step = fields_.count(Key::kSparseStep, 1);
    const std::uint64_t without = type_.inner_is_expert ? 0 : listed_dense(layers, step);
    // Types have one rule or the other: those with a step start at layer 0 and count in ones.
    const std::uint64_t by_rule =
        step > 1 ? layers / step : rounded_up(layers, every) - rounded_up(first, every);
    return by_rule - without;
  }

  // Layers of the list that would have experts otherwise.
  std::uint64_t listed_dense(std::uint64_t layers, std::uint64_t step) {
    const Value* list = fields_.list(Key::kDenseLayers);
    if (list == nullptr) return 0;
    std::set<double> dense;
    for (const Value& layer : list->items()) {
      const double index = layer.number();
      const bool there =
          index >= 0 && index < static_cast<double>(layers) && index == std::floor(index);
      if (!there)
        fields_.problem_at(Key::kDenseLayers, "\"{}\" names layers by numbers from 0 to {}",
                           fields_.name(Key::kDenseLayers), layers - 1);
      else if ((static_cast<std::uint64_t>(index) + 1) % step == 0)
        dense.insert(index);
    }
    return dense.size();
  }

  const ConfigFields& fields_;
  const ModelType& type_;
};

Result<const ModelType*> find_type(const Value& config, std::string_view source) {
  const Place start{std::string(source), config.line, config.column};
  if (!config.is(Value::Kind::kObject))
    return error_at(start, "a config.json is one object: {{\"model_type\": \"llama\", ...}}");
  const Value* name = config.find("model_type");
  if (name == nullptr)
    return error_at(start, "\"model_type\" is missing; it is one of {}",
                    fmt::join(model_types(), ", "));
  const Result<std::vector<ModelType>>& types = model_type_book();
  if (!types) return std::unexpected(types.error());
  for (const ModelType& type : *types)
    if (name->string() == type.name) return &type;
  const std::vector<std::string> known = model_types();
  return error_at({std::string(source), name->line, name->column},
                  "the model_type \"{}\" is not one of {}{}", excerpt(name->string()),
                  fmt::join(known, ", "), did_you_mean(name->string(), known));
}

}  // namespace

Result<Architecture> read_architecture(std::string_view text, std::string_view source) {
  const Result<Value> config = read_json(text, source);
  if (!config) return std::unexpected(config.error());
  const Result<const ModelType*> type = find_type(*config, source);
  if (!type) return std::unexpected(type.error());
  DocumentErrors errors(source, DocumentErrors::Format::kJson);
  const ConfigFields fields(*config, **type, errors);
  if (!errors.ok()) return errors.take();
  Architecture model = Builder(fields, **type).build();
  if (!errors.ok()) return errors.take();
  // In doubles a sum of whole numbers that comes out below 2^53 was exact all the way.
  if (!(count_in_doubles(model).total < kExactCounts))
    return error_at(
        {std::string(source)},
        "these sizes make a model of 2^53 parameters or more: is one of them mistyped?");
  return model;
}

}  // namespace isoflop
