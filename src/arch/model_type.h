// The types of model as data: which fields a config.json of a type has, what each sets, and what
// the type has without saying so. A new type is one row.
//
// Fields and defaults are those of the configuration classes of transformers
// (src/transformers/models/TYPE/configuration_TYPE.py), biases and norms those of the modules
// beside them (modeling_TYPE.py). Sizes that make a model what it is are required here: see
// read_architecture() in isoflop/arch.h.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "isoflop/arch.h"

namespace isoflop {

// What a field sets.
enum class Key : std::uint8_t {
  kVocabulary,
  kWidth,
  kLayers,
  kHeads,
  kKeyValueHeads,
  kHeadSize,
  kInner,
  kMaxContext,
  kTied,
  kAttentionBias,
  kMlpBias,
  kUseWindow,
  kWindow,
  kFirstWindowed,  // the first layer with a window, or the first without: see WindowedLayers
  kLayerTypes,     // a list of texts, one a layer
  kExperts,
  kActiveExperts,
  kExpertInner,
  kSharedExperts,  // how many, each of kExpertInner
  kSharedInner,    // of all together
  kFirstDense,     // so many layers have no experts
  kExpertsEvery,   // layers i with i % value == 0 have experts
  kSparseStep,     // layers i with (i + 1) % value == 0 have experts
  kDenseLayers,    // a list of layers without experts
  kQueryRank,
  kKeyValueRank,
  kNopeSize,
  kRopeSize,
  kValueSize,
  kNextTokens,  // layers that predict further ahead; not counted
  kNoEffect,    // understood, and of no weight here
};
inline constexpr std::size_t kKeys = static_cast<std::size_t>(Key::kNoEffect) + 1;

// What is taken where a field is not there.
struct Standard {
  enum class Kind : std::uint8_t {
    kRequired,
    kNumber,  // for true and false 1 and 0
    kNone,    // no list, no window, no rank
    kHeads,   // as many as heads
    kWidthOverHeads,
    kFourWidths,
  };
  Kind kind = Kind::kRequired;
  double number = 0;
};
inline constexpr Standard kRequired{};
inline constexpr Standard kNothing{Standard::Kind::kNone};
inline constexpr Standard kSameAsHeads{Standard::Kind::kHeads};
inline constexpr Standard kWidthOverHeads{Standard::Kind::kWidthOverHeads};
inline constexpr Standard kFourWidths{Standard::Kind::kFourWidths};
constexpr Standard standard(double number) { return {Standard::Kind::kNumber, number}; }

struct Field {
  std::string_view name;
  Key key;
  Standard standard = kRequired;
  std::string_view other_name = {};  // that transformers takes as well
};

// Which layers have a window, where a type has one and `layer_types` does not say.
enum class WindowedLayers : std::uint8_t {
  kNone,
  kAll,
  kEven,           // 0, 2, 4, ...
  kFromFirst,      // from kFirstWindowed on
  kEvenUntilFirst  // 0, 2, 4, ... below kFirstWindowed
};

struct ModelType {
  std::string_view name;
  std::span<const Field> sizes;  // fields that several types have under the same names
  std::span<const Field> fields;
  // What every model of the type has.
  AttentionShape::Kind attention = AttentionShape::Kind::kGrouped;
  AttentionShape::Norm query_key_norm = AttentionShape::Norm::kNone;
  bool attention_bias = false;  // always; of other types kAttentionBias says it
  bool output_bias = true;      // of attention, where that has biases
  bool sinks = false;
  WindowedLayers windowed = WindowedLayers::kNone;
  bool gated = true;
  bool mlp_bias = false;
  std::uint64_t norms_per_layer = 2;
  bool norm_bias = false;
  bool learned_positions = false;  // as many as kMaxContext
  bool inner_is_expert = false;    // kInner is the experts' size, and all layers have experts
  bool shared_gate = false;
  bool router_bias = false;
  bool router_balance = false;
};

std::span<const ModelType> model_type_table();

// A field of config.json that changes no count, of whatever type.
bool is_harmless(std::string_view field);

}  // namespace isoflop
