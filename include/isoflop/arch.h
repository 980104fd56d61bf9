// A model's architecture, from the config.json that Hugging Face's transformers writes, and what
// follows from it: parameters to the last weight, FLOPs a token, memory. And the way back:
// architectures of a wanted size.
//
//   Result<Architecture> model = read_architecture(text, "config.json");
//   ParameterCounts count = count_parameters(*model);       // count.total, count.active, ...
//   TokenFlops flops = flops_per_token(*model, 4096);       // flops.training()
//
// An Architecture says which matrices there are; the type of model that it was read from no longer
// matters. Sizes are whole numbers; a model that was read has less than 2^53 parameters, so that
// every count is exact in a double too.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "isoflop/result.h"

namespace isoflop {

// Attention of one layer: all layers have the same.
//
// kGrouped: `heads` queries share `key_value_heads` keys and values (equal: multi-head).
// kLatent (DeepSeek's MLA): keys and values are made from one vector of `key_value_rank`, and
// `rope_size` of a key is shared by all heads; queries are made from a vector of `query_rank`.
struct AttentionShape {
  enum class Kind : std::uint8_t { kGrouped, kLatent };
  enum class Norm : std::uint8_t { kNone, kEachHead, kAllHeads };
  Kind kind = Kind::kGrouped;
  std::uint64_t heads = 0;
  std::uint64_t key_value_heads = 0;
  std::uint64_t key_size = 0;        // of one query or key
  std::uint64_t value_size = 0;      // of one value
  std::uint64_t query_rank = 0;      // kLatent; 0: queries are made from the input
  std::uint64_t key_value_rank = 0;  // kLatent
  std::uint64_t rope_size = 0;       // kLatent; part of key_size
  // Biases: kGrouped, of queries, keys and values; kLatent, of the two matrices that make vectors
  // of a rank.
  bool input_bias = false;
  bool output_bias = false;
  Norm query_key_norm = Norm::kNone;  // gains over one head, shared, or over all of them
  bool sinks = false;                 // one learned logit a head
  std::uint64_t window = 0;           // keys that a query sees at most, in ...
  std::uint64_t windowed_layers = 0;  // ... so many of the layers; the others see all before it
};

// Two matrices, or three where a gate multiplies the first one's output.
struct MlpShape {
  std::uint64_t inner = 0;  // 0: there is none
  bool gated = true;
  bool bias = false;
};

// The mixture of experts of one layer that has one.
struct ExpertShape {
  std::uint64_t layers = 0;   // layers that have it; 0 for a dense model
  std::uint64_t experts = 0;  // routed experts, E
  std::uint64_t active = 0;   // routed experts that see a token, K
  MlpShape expert;
  MlpShape shared;              // of all shared experts together
  bool shared_gate = false;     // one number that multiplies the shared expert
  bool router_bias = false;     // added to the router's logits
  bool router_balance = false;  // DeepSeek-V3's correction of the choice, one number an expert
};

struct Architecture {
  std::string model_type;        // as in config.json: "llama", "deepseek_v3", ...
  std::uint64_t vocabulary = 0;  // rows of the embedding table
  std::uint64_t width = 0;       // of the residual stream
  std::uint64_t layers = 0;
  std::uint64_t max_context = 0;        // tokens that the model was made for
  std::uint64_t learned_positions = 0;  // 0: positions have no weights
  bool tied = false;                    // the output head is the embedding table
  std::uint64_t norms_per_layer = 2;
  bool norm_bias = false;
  AttentionShape attention;
  MlpShape mlp;  // of the layers without experts
  ExpertShape moe;

  // How it was read: fields that were not there, with what was taken ("4096", "false", "none");
  // fields that were not looked at; what else there is to know.
  std::vector<std::pair<std::string, std::string>> defaults;
  std::vector<std::string> ignored;
  std::vector<std::string> notes;
};

// The types of model that can be read, in alphabetical order.
std::vector<std::string> model_types();

// Reads a config.json; `source` names it in errors, which carry line and column, all at once. A
// field that a type may leave out takes the default of its class in transformers; the sizes that
// make a model what it is (vocabulary, width, layers, heads, inner sizes, numbers of experts) must
// be there: transformers' defaults for them are some other model's sizes. Errors: text that is not
// a JSON object; an unknown model_type; a size that is missing, not a whole number, or out of
// range; a field that is not understood and whose name says that it may change the count; sizes
// that contradict each other; 2^53 parameters or more.
Result<Architecture> read_architecture(std::string_view text, std::string_view source);

// The way back: a config.json that read_architecture() reads to the same counts. For the types that
// nearest_architectures() makes: llama and mixtral.
std::string write_config(const Architecture& model);

// Parameters: every weight, with biases and norms. Without layers that only predict tokens further
// ahead while training (DeepSeek-V3's multi-token prediction).
struct ParameterCounts {
  // The parts, of all layers together; their sum is `total`.
  std::uint64_t embedding = 0;  // table, learned positions, and the output head where it is its own
  std::uint64_t attention = 0;  // with its norms and sinks
  std::uint64_t mlp = 0;        // of the layers without experts
  std::uint64_t experts = 0;    // routed ones
  std::uint64_t shared = 0;     // shared experts, with their gates
  std::uint64_t router = 0;     // with biases and corrections
  std::uint64_t norms = 0;      // of the layers, and the last one
  std::uint64_t total = 0;      // P
  // N: all but the routed experts that do not see a token. The embedding table and the output head
  // count whole, once each; a model card may leave the table out.
  std::uint64_t active = 0;

  [[nodiscard]] double sparsity() const;  // S = 1 - N/P
};
ParameterCounts count_parameters(const Architecture& model);
// Sx = (E - K)/E; 0 for a dense model.
double expert_sparsity(const Architecture& model);

// What of a training step is counted, by whose convention.
struct FlopsOptions {
  // Keys that a query of a sequence is multiplied with: those up to itself, on average over the
  // sequence (what an attention kernel with a causal mask computes), or the whole context (Kaplan
  // et al. 2020 and most reports of utilisation count so). A window bounds both.
  enum class Keys : std::uint8_t { kCausal, kWhole };
  // A look-up of the embedding table multiplies nothing. kHead: the output head; kBoth: the table
  // too, as a product with a one-hot vector (Hoffmann et al. 2022, appendix F); kNeither.
  enum class Embeddings : std::uint8_t { kHead, kBoth, kNeither };
  // What the backward pass computes again: nothing; the products of attention; all layers.
  enum class Recompute : std::uint8_t { kNothing, kAttention, kLayers };
  Keys keys = Keys::kCausal;
  Embeddings embeddings = Embeddings::kHead;
  Recompute recompute = Recompute::kNothing;
};
// "causal", "whole"; "head", "both", "neither"; "nothing", "attention", "layers".
std::string to_text(FlopsOptions::Keys keys);
std::string to_text(FlopsOptions::Embeddings embeddings);
std::string to_text(FlopsOptions::Recompute recompute);
// Back from the text. The error names what was expected.
Result<FlopsOptions::Keys> parse_keys(std::string_view text);
Result<FlopsOptions::Embeddings> parse_embeddings(std::string_view text);
Result<FlopsOptions::Recompute> parse_recompute(std::string_view text);

// FLOPs of one token, mean over a sequence of `context` tokens. One multiplication with its
// addition is 2. Counted are products with weight matrices, 2 a weight that sees the token, and of
// queries with keys and of attention weights with values:
//
//   projections  2 * weights of attention
//   scores       2 * heads * (key_size + value_size) * keys,  summed over layers, where
//                keys = (n + 1)/2 for a context of n tokens (kCausal), or n (kWhole); in a layer
//                with a window w < n, (w (w + 1)/2 + (n - w) w)/n, or w
//   mlp          2 * weights of layers without experts
//   experts      2 * weights of the K routed experts that see the token
//   shared       2 * weights of the shared experts and their gates
//   router       2 * width * E in layers with experts
//   head         2 * width * vocabulary
//
// Not counted: biases, norms, activation functions, softmax, rotary positions, the optimiser's
// step. Latent attention is counted as in training, with keys and values made whole.
struct TokenFlops {
  double projections = 0;
  double scores = 0;
  double mlp = 0;
  double experts = 0;
  double shared = 0;
  double router = 0;
  double head = 0;        // with the table for kBoth
  double recomputed = 0;  // again, in the backward pass

  [[nodiscard]] double forward() const;
  // With respect to inputs and to weights: two products for each of the forward pass.
  [[nodiscard]] double backward() const { return 2 * forward(); }
  [[nodiscard]] double training() const { return forward() + backward() + recomputed; }
};
// `context` above 0, in tokens.
TokenFlops flops_per_token(const Architecture& model, double context,
                           const FlopsOptions& options = {});

struct MemoryOptions {
  double bytes_per_parameter = 2;  // of the weights, and of the gradients: 2 for bfloat16
  double bytes_per_key_value = 2;
  double sequences = 1;  // that are served at once, each of the whole context
  // For each parameter while training: with Adam a 4-byte master copy and two 4-byte moments
  // (Rajbhandari et al. 2020, arXiv:1910.02054: 16 bytes with weights and gradients).
  double optimizer_bytes_per_parameter = 12;
};

// Bytes. Not counted: activations, buffers, what a framework takes, copies on several devices.
struct Memory {
  double weights = 0;
  double gradients = 0;
  double optimizer = 0;
  double key_values = 0;  // of all sequences

  [[nodiscard]] double serving() const { return weights + key_values; }
  [[nodiscard]] double training() const { return weights + gradients + optimizer; }
};
// `context` above 0, in tokens. A layer with a window keeps the last `window` tokens alone.
Memory memory(const Architecture& model, double context, const MemoryOptions& options = {});
// What one more token stores in all layers while it is in their windows: keys and values, for
// latent attention the compressed vector and the shared part of the keys.
double kv_cache_bytes_per_token(const Architecture& model, double bytes_per_key_value = 2);

struct ArchitectureQuestion {
  std::uint64_t context = 0;  // tokens of a sequence; 0: 4096, or max_context where that is less
  FlopsOptions flops;
  MemoryOptions memory;
};

// All that follows from an architecture at one context.
struct ArchitectureFacts {
  std::uint64_t context = 0;
  ParameterCounts parameters;
  double expert_sparsity = 0;
  TokenFlops flops;
  double kv_cache_bytes_per_token = 0;
  Memory memory;
  std::vector<std::string> notes;  // of the reading, and of a context longer than max_context
};
// Errors: a context longer than there are learned positions.
Result<ArchitectureFacts> describe(const Architecture& model, const ArchitectureQuestion& question);

struct SizeQuestion {
  double N = 0;  // wanted active parameters
  double P = 0;  // wanted total parameters; 0, or the same as N: a dense model
  std::uint64_t vocabulary = 50304;
  std::uint64_t max_context = 8192;
  std::size_t count = 5;  // how many to give
};

// A model with the sizes that a question wants, or nearly.
struct NearArchitecture {
  Architecture model;
  ParameterCounts parameters;
  double distance = 0;  // sqrt(ln^2(N/wanted) + ln^2(P/wanted)); of a dense model |ln(N/wanted)|
};

// Enumerates sensible shapes, and gives the nearest first, no two with the same width and experts.
// Width is 32 to 160 times the depth, in steps of 256 and more; heads are of 64, from a width of
// 2048 on of 128, with 8 or 4 key-value heads; MLPs are gated, and 2 to 5 times as wide as the
// model, all experts of a token together; experts are 4, 6, 8, 12, ... 384, 512, of which 1, 2, 4
// or 8 see a token, at most half. Below 1B active parameters the output head is the embedding
// table. A dense model has type llama, others mixtral. Distances that differ by less than half a
// percent count as equal; there the shape nearest to a width of 90 times the depth and MLPs of 3.5
// times the width comes first. Errors: sizes that are not above 0, P below N, and sizes that no
// such shape comes within 20 % of.
Result<std::vector<NearArchitecture>> nearest_architectures(const SizeQuestion& question);

}  // namespace isoflop
