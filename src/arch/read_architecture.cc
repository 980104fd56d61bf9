#include <algorithm>
#include <cmath>
#include <optional>

#include "arch/config_fields.h"
#include "arch/count.h"
#include "arch/model_type.h"
#include "base/error.h"
#include "base/value.h"
#include "isoflop/arch.h"

namespace isoflop {

namespace {

// Values that a double counts one by one.
constexpr double kExactCounts = 9007199254740992;  // 2^53

constexpr double kMostLayers = 10000;  // that are looked at one by one

// Makes the architecture that the fields describe; contradictions among them are problems.
class Builder {
 public:
  Builder(ConfigFields& fields, const ModelType& type) : fields_(fields), type_(type) {}

  Architecture build() {
    check_sizes();
    for (const PartFormulas& part : type_.parts) add(part);
    model_.model_type = type_.name;
    model_.vocabulary = size("vocabulary");
    model_.width = size("width");
    model_.layers = size("layers");
    model_.max_context = size("max_context");
    model_.learned_positions = size("positions") > 0 ? model_.max_context : 0;
    model_.tied = size("tied") > 0;
    describe_blocks();
    if (model_.window == 0 && fields_.given("sliding") && slides())
      fields_.problem_at("sliding",
                         "\"{}\" has layers with a window, and other fields say that there is none",
                         fields_.name("sliding"));
    model_.defaults = fields_.defaults();
    model_.ignored = fields_.ignored();
    return std::move(model_);
  }

 private:
  std::uint64_t size(std::string_view name) {
    return static_cast<std::uint64_t>(std::max(fields_.value(name), 0.0));
  }

  void check_sizes() {
    const double heads = fields_.value("heads"), kv_heads = fields_.value("kv_heads");
    if (heads > 0 && kv_heads > 0 && std::fmod(heads, kv_heads) != 0)
      fields_.problem_at("kv_heads", "\"{}\" is {}{}, which does not divide the {} heads",
                         fields_.name("kv_heads"), kv_heads,
                         fields_.given("kv_heads") ? "" : " by default", heads);
    const double width = fields_.value("width"), head_size = fields_.value("head_size");
    if (heads > 0 && !fields_.given("head_size") && head_size == std::floor(width / heads) &&
        head_size * heads != width)
      fields_.problem_at("heads", "\"{}\" is {}, which does not divide the width {}",
                         fields_.name("heads"), heads, width);
    if (fields_.value("active_experts") > fields_.value("experts"))
      fields_.problem_at("active_experts", "\"{}\" is {}, and there are {} experts",
                         fields_.name("active_experts"), fields_.value("active_experts"),
                         fields_.value("experts"));
  }

  LayerBlock block(const PartFormulas& part, double layer) {
    const auto value = [&](PartTerm term, double otherwise) {
      const std::optional<Ast>& formula = part.terms[static_cast<std::size_t>(term)];
      const double result = formula ? fields_.value(*formula, layer) : otherwise;
      if (!(result >= 0)) odd_ = true;
      return result;
    };
    if (value(PartTerm::kWhere, 1) == 0) return {.part = part.part, .layers = 0};
    const double copies = value(PartTerm::kCopies, 1);
    return {.part = part.part,
            .weights = value(PartTerm::kWeights, 0),
            .vectors = value(PartTerm::kVectors, 0),
            .products = value(PartTerm::kProducts, 0),
            .keys = value(PartTerm::kKeys, 0),
            .window = value(PartTerm::kWindow, 0),
            .chunks = value(PartTerm::kChunks, 0) > 0,
            .most_keys = value(PartTerm::kMostKeys, 0),
            .both_ways = value(PartTerm::kBothWays, 0) > 0,
            .cache = value(PartTerm::kCache, 0),
            .state = value(PartTerm::kState, 0),
            .copies = copies,
            .active = value(PartTerm::kActive, copies)};
  }

  // Adds the blocks of a part, those of the modules for tokens further ahead apart: these have a
  // layer each, as one more layer of the model would be.
  void add(const PartFormulas& part) {
    const std::optional<Ast>& of = part.terms[static_cast<std::size_t>(PartTerm::kOf)];
    const double times = of ? fields_.value(*of, 0) : fields_.value("layers");
    const double further = of ? 0 : fields_.value("next_tokens");
    (void)fields_.take_varies();
    LayerBlock first = block(part, 0);
    const bool alike = !fields_.take_varies();
    if (further > kMostLayers || (!alike && times > kMostLayers)) {
      fields_.problem_at("layers", "{} layers that differ: at most {} can be counted",
                         std::max(times, further), kMostLayers);
      return;
    }
    if (alike) {
      first.layers *= times;
      keep(first);
    } else {
      for (double layer = 0; layer < times; ++layer) keep(block(part, layer));
    }
    for (double layer = times; layer < times + further; ++layer) {
      LayerBlock apart = block(part, layer);
      apart.part = BlockPart::kNextTokens;
      apart.keys = apart.products = apart.cache = apart.state = 0;
      keep(apart);
    }
  }

  void keep(const LayerBlock& block) {
    if (block.layers == 0) return;
    if (odd_)
      fields_.problem_at("layers",
                         "the sizes contradict one another: a part has less than nothing");
    odd_ = false;
    for (LayerBlock& other : model_.blocks) {
      LayerBlock alike = block;
      alike.layers = other.layers;
      if (alike != other) continue;
      other.layers += block.layers;
      return;
    }
    model_.blocks.push_back(block);
  }

  void describe_blocks() {
    for (const LayerBlock& block : model_.blocks) {
      const auto layers = static_cast<std::uint64_t>(block.layers);
      if (block.part == BlockPart::kAttention && block.keys > 0) {
        model_.heads = size("heads");
        model_.key_value_heads = size("kv_heads");
        model_.key_size = size("key_size");
        model_.value_size = size("value_size");
        if (block.window > 0) {
          model_.window = static_cast<std::uint64_t>(block.window);
          model_.windowed_layers += layers;
        }
      } else if (block.part == BlockPart::kRecurrent) {
        model_.recurrent_layers += layers;
      } else if (block.part == BlockPart::kMlp) {
        model_.inner = size("inner");
      } else if (block.part == BlockPart::kExperts && block.copies > 0) {
        model_.expert_layers += layers;
        model_.experts = static_cast<std::uint64_t>(block.copies);
        model_.active_experts = static_cast<std::uint64_t>(block.active);
        model_.expert_inner = size("expert_inner");
        model_.shared_inner = size("shared_inner");
      }
    }
  }

  bool slides() {
    for (double layer = 0; layer < std::min(fields_.value("layers"), kMostLayers); ++layer)
      if (fields_.value("sliding", layer) != 0) return true;
    return false;
  }

  ConfigFields& fields_;
  const ModelType& type_;
  Architecture model_;
  bool odd_ = false;
};

// The object of a file that describes its language model: the file itself, or its text model.
const Value& text_model(const Value& config) {
  const Value* text = config.find("text_config");
  return text != nullptr && text->is(Value::Kind::kObject) ? *text : config;
}

Result<const ModelType*> find_type(const Value& config, std::string_view source) {
  const Place start{std::string(source), config.line, config.column};
  if (!config.is(Value::Kind::kObject))
    return error_at(start, "a config.json is one object: {{\"model_type\": \"llama\", ...}}");
  const Value* name = text_model(config).find("model_type");
  if (name == nullptr) name = config.find("model_type");
  if (name == nullptr)
    return error_at(start, "\"model_type\" is missing; it is one of {}",
                    fmt::join(model_types(), ", "));
  const Result<std::vector<ModelType>>& types = model_type_book();
  if (!types) return std::unexpected(types.error());
  for (const ModelType& type : *types)
    if (name->string() == type.name) return &type;
  // Without "did you mean": a type of a similar name has other weights.
  return error_at(
      {std::string(source), name->line, name->column},
      "the model_type \"{}\" is not known, and none of the known ones stands for it: {}",
      excerpt(name->string()), fmt::join(model_types(), ", "));
}

}  // namespace

Result<Architecture> read_architecture(std::string_view text, std::string_view source) {
  const Result<Value> config = read_json(text, source);
  if (!config) return std::unexpected(config.error());
  const Result<const ModelType*> type = find_type(*config, source);
  if (!type) return std::unexpected(type.error());
  const Value& described = text_model(*config);
  const bool nested = &described != &*config;
  DocumentErrors errors(source, DocumentErrors::Format::kJson);
  ConfigFields fields(described, nested ? &*config : nullptr, **type, errors);
  if (!errors.ok()) return errors.take();
  Architecture model = Builder(fields, **type).build();
  if (!errors.ok()) return errors.take();
  // In doubles a sum of whole numbers that comes out below 2^53 was exact all the way.
  if (!(total_weights(model) < kExactCounts))
    return error_at(
        {std::string(source)},
        "these sizes make a model of 2^53 parameters or more: is one of them mistyped?");
  if (nested)
    model.notes.emplace_back(
        "the text model (text_config) alone: what reads images or sound is not counted");
  return model;
}

}  // namespace isoflop
