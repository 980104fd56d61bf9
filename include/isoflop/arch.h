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

#include "isoflop/conventions.h"
#include "isoflop/result.h"

namespace isoflop {

// Blocks of a model that are alike: so many layers have this one.
struct LayerBlock {
  enum class Part : std::uint8_t {
    kEmbedding,   // table, learned positions
    kHead,        // the output head
    kAttention,   // with its norms and sinks
    kRecurrent,   // state-space layers and delta nets
    kMlp,         // of the layers without experts
    kExperts,     // routed ones
    kShared,      // shared experts, with their gates
    kRouter,      // with biases and corrections
    kNorms,       // of the layers, and the last one
    kNextTokens,  // modules that only predict tokens further ahead: no part of the total
  };
  Part part = Part::kAttention;
  double layers = 1;
  // Whole numbers, of one block:
  double weights = 0;   // of matrices, each multiplied once a token
  double vectors = 0;   // biases, gains and tables: weights that cost nothing
  double products = 0;  // further multiplications with additions of one token (a half of one: 3.5)
  double keys = 0;      // ... and for each key that it sees: heads * (key size + value size)
  double window = 0;    // keys that a query sees at most, the last ones; 0: all
  bool chunks = false;  // the window does not slide: tokens see those of their chunk
  double most_keys =
      0;  // keys that a query is multiplied with at most, of all that are kept; 0: all
  bool both_ways = false;  // queries see the keys after them too
  double cache = 0;        // numbers that one token leaves in the cache
  double state = 0;        // numbers that a sequence keeps, whatever its length
  double copies = 1;       // experts
  double active = 1;       // experts that see a token

  bool operator==(const LayerBlock&) const = default;
};
inline constexpr std::size_t kBlockParts =
    static_cast<std::size_t>(LayerBlock::Part::kNextTokens) + 1;

struct Architecture {
  std::string model_type;  // as in config.json: "llama", "deepseek_v3", ...
  std::vector<LayerBlock> blocks;

  // Its shape, as far as the type has it; 0 otherwise. Where layers differ, that of the first.
  std::uint64_t vocabulary = 0;  // rows of the embedding table
  std::uint64_t width = 0;       // of the residual stream
  std::uint64_t layers = 0;
  std::uint64_t max_context = 0;        // tokens that the model was made for; 0: any number
  std::uint64_t learned_positions = 0;  // 0: positions have no weights
  bool tied = false;                    // the output head is the embedding table
  std::uint64_t heads = 0;
  std::uint64_t key_value_heads = 0;
  std::uint64_t key_size = 0;          // of one query or key
  std::uint64_t value_size = 0;        // of one value
  std::uint64_t window = 0;            // keys that a query sees at most, in ...
  std::uint64_t windowed_layers = 0;   // ... so many of the layers
  std::uint64_t recurrent_layers = 0;  // state-space layers and delta nets
  std::uint64_t inner = 0;             // of the MLPs of layers without experts
  std::uint64_t expert_layers = 0;     // layers that have experts; 0 for a dense model
  std::uint64_t experts = 0;           // routed experts, E
  std::uint64_t active_experts = 0;    // routed experts that see a token, K
  std::uint64_t expert_inner = 0;
  std::uint64_t shared_inner = 0;  // of all shared experts together

  // How it was read: fields that were not there, with what was taken ("4096", "false", "none");
  // fields that were not looked at; what else there is to know.
  std::vector<std::pair<std::string, std::string>> defaults;
  std::vector<std::string> ignored;
  std::vector<std::string> notes;
};

// The types of model that can be read, in alphabetical order.
std::vector<std::string> model_types();

// A public model of a type, and what is published of it.
struct PublishedModel {
  std::string model_type;
  std::string name;
  std::string config;             // the fields of its config.json that change a count
  std::uint64_t total = 0;        // to the last weight
  std::uint64_t active = 0;       // 0: not known to the last weight
  std::uint64_t next_tokens = 0;  // 0: not known
  bool computed = false;          // from its modules in transformers, not published
  std::string source;
};
// At least one for each type, in the types' order.
Result<std::vector<PublishedModel>> published_models();

// Reads a config.json; `source` names it in errors, which carry line and column, all at once. A
// file of several models in one ("text_config") is read as its text model. A field that a type may
// leave out takes the default of its class in transformers; the sizes that
// make a model what it is (vocabulary, width, layers, heads, inner sizes, numbers of experts) must
// be there: transformers' defaults for them are some other model's sizes. Errors: text that is not
// a JSON object; an unknown model_type; a size that is missing, not a whole number, or out of
// range; a field that is not understood and whose name says that it may change the count; sizes
// that contradict each other; 2^53 parameters or more.
Result<Architecture> read_architecture(std::string_view text, std::string_view source);

// The way back: a config.json that read_architecture() reads to the same counts. For the types that
// nearest_architectures() makes: llama and glm4_moe.
std::string write_config(const Architecture& model);

// Parameters: every weight, with biases and norms.
struct ParameterCounts {
  // The parts, of all layers together; their sum is `total`. See LayerBlock::Part.
  std::uint64_t embedding = 0;  // with the output head where it is its own
  std::uint64_t attention = 0;
  std::uint64_t recurrent = 0;
  std::uint64_t mlp = 0;
  std::uint64_t experts = 0;
  std::uint64_t shared = 0;
  std::uint64_t router = 0;
  std::uint64_t norms = 0;
  std::uint64_t total = 0;  // P
  // N: all but the routed experts that do not see a token. The embedding table and the output head
  // count whole, once each; a model card may leave the table out.
  std::uint64_t active = 0;
  // Apart, in neither: modules that predict tokens further ahead while training, without what they
  // share with the model (DeepSeek-V3's multi-token prediction).
  std::uint64_t next_tokens = 0;

  [[nodiscard]] double sparsity() const;  // S = 1 - N/P
};
ParameterCounts count_parameters(const Architecture& model);
// The same two sums of those parameters that a convention counts; of all where it is unknown.
struct CountedParameters {
  std::uint64_t total = 0, active = 0;  // P, N
  [[nodiscard]] double sparsity() const;
};
CountedParameters count_parameters(const Architecture& model, ParameterCount which);
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
//                keys = (n + 1)/2 for a context of n tokens (kCausal), or n (kWhole, and where
//                queries see both ways); in a layer with a window w < n, (w (w + 1)/2 + (n - w)
//                w)/n, or w; with chunks of w, the mean over the chunks
//   recurrent    2 * weights of state-space layers and delta nets, and what their recurrence takes,
//                by Megatron-LM's counts: of Mamba 7 a number of the state, of a delta net 8
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
  double recurrent = 0;
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
// `context` above 0, in tokens. A layer with a window keeps the last `window` tokens alone, a
// recurrent one its state.
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
  // N and P by each convention of parameter_counts(), in their order.
  std::vector<CountedParameters> counted;
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

// Enumerates sensible shapes, and gives the best fit first, no two with the same width and experts.
// Width is 32 to 160 times the depth, in steps of 256 and more; heads are of 64, from a width of
// 2048 on of 128, with 8 or 4 key-value heads; MLPs are gated, and 2 to 5 times as wide as the
// model, all experts of a token together. Of 64 to 512 experts 8 see a token, beside a shared one;
// the first layer has none. Sizes that this does not come within 5 % of, with few parameters for
// each active one, get 8 to 48 experts of which 1 to 8 see a token. Below 1B active parameters the
// output head is the embedding table. A dense model has type llama, others glm4_moe. Of distances
// that differ by less than half a percent the shapes nearest to a width of 90 times the depth and
// MLPs of 3.5 times the width are taken. Errors: sizes that are not above 0, P below N, and sizes
// that no such shape comes within 20 % of.
Result<std::vector<NearArchitecture>> nearest_architectures(const SizeQuestion& question);

}  // namespace isoflop
