// The types of model: which fields a config.json of a type has, what each sets, and what the type
// has without saying so. Each is a file of the book, architectures/TYPE.toml:
//
//   windowed = "all"    # members of ModelType; one that is not here has its default
//
//   [fields]            # in the order in which they are read: a default may use sizes above it
//   num_hidden_layers = { sets = "layers" }   # required
//   num_key_value_heads = { sets = "key_value_heads", default = 8 }
//   num_local_experts = { sets = "experts", other_name = "num_experts" }
//
// Fields and defaults are those of the configuration classes of transformers
// (src/transformers/models/TYPE/configuration_TYPE.py), biases and norms those of the modules
// beside them (modeling_TYPE.py). Sizes that make a model what it is are required here: see
// read_architecture() in isoflop/arch.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/arch.h"

namespace isoflop {

// What a field sets: "vocabulary", "key_value_heads", ...
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
  kNothing,     // understood, and of no weight here
};
inline constexpr std::size_t kKeys = static_cast<std::size_t>(Key::kNothing) + 1;

// What a field is in a config.json.
enum class Form : std::uint8_t { kCount, kCountOrZero, kTruth, kList, kAny };

// What is taken where a field is not there.
struct Standard {
  enum class Kind : std::uint8_t {
    kRequired,        // an error
    kNumber,          // 4096, false; for true and false 1 and 0
    kNone,            // "none": no list, no window, no rank
    kHeads,           // "heads": as many as heads
    kWidthOverHeads,  // "width/heads"
    kFourWidths,      // "4*width"
  };
  Kind kind = Kind::kRequired;
  double number = 0;
};
inline constexpr Standard kRequired{};
inline constexpr Standard kNothing{Standard::Kind::kNone};
inline constexpr Standard kSameAsHeads{Standard::Kind::kHeads};
inline constexpr Standard kWidthOverHeads{Standard::Kind::kWidthOverHeads};

struct Field {
  std::string name;
  Key key = Key::kNothing;
  Form form = Form::kAny;  // follows from `key`
  Standard standard;
  std::string other_name;  // that transformers takes as well
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
  std::string name;
  std::vector<Field> fields;
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

// Reads architectures/NAME.toml. Errors: all problems of the file, with line and column.
Result<ModelType> read_model_type(std::string_view text, std::string_view name);

// The types of the book in alphabetical order, read on first use. An error means that the library
// was built with a file that is not as described above.
const Result<std::vector<ModelType>>& model_type_book();

}  // namespace isoflop
