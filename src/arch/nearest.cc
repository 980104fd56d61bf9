#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "arch/count.h"
#include "base/error.h"
#include "base/number_text.h"
#include "base/value.h"
#include "isoflop/arch.h"

namespace isoflop {

namespace {

constexpr std::uint64_t kDeepest = 160;
constexpr double kNarrowest = 32, kWidest = 160, kUsualWidth = 90;    // times the depth
constexpr double kLeastInner = 2, kMostInner = 5, kUsualInner = 3.5;  // times the width
constexpr std::uint64_t kExperts[] = {4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512};
constexpr double kInnerStep = 64;
constexpr std::uint64_t kWideFrom = 2048;  // with heads of 128
constexpr double kTiedBelow = 1e9;
constexpr double kSameDistance = 0.005, kFarthest = 0.182;  // ln 1.2

struct Candidate {
  Architecture model;
  PartCounts count;
  double distance = 0;
  double shape = 0;  // distance from the usual shape, in logarithms
};

// The next width: a whole number of heads, four or more where the model is not tiny.
std::uint64_t next_width(std::uint64_t width) {
  if (width < 256) return width + 64;
  return width + (width < kWideFrom ? 256 : 512);
}

std::uint64_t key_value_heads(std::uint64_t heads) {
  for (const std::uint64_t fewer : {8, 4})
    if (heads % fewer == 0) return fewer;
  return heads;
}

// All but the MLPs.
Architecture skeleton(const SizeQuestion& question, std::uint64_t layers, std::uint64_t width) {
  Architecture model;
  model.vocabulary = question.vocabulary;
  model.width = width;
  model.layers = layers;
  model.max_context = question.max_context;
  model.tied = question.N < kTiedBelow;
  AttentionShape& attention = model.attention;
  attention.key_size = width < kWideFrom ? 64 : 128;
  attention.value_size = attention.key_size;
  attention.heads = width / attention.key_size;
  attention.key_value_heads = key_value_heads(attention.heads);
  return model;
}

double share_active(const PartCounts& count) { return count.total - count.idle; }

class Search {
 public:
  explicit Search(const SizeQuestion& question)
      : question_(question), dense_(question.P <= question.N) {}

  std::vector<Candidate> run() {
    for (std::uint64_t layers = 2; layers <= kDeepest; ++layers) {
      const auto depth = static_cast<double>(layers);
      const auto widest = static_cast<std::uint64_t>(kWidest * depth);
      for (std::uint64_t width = 64; width <= widest; width = next_width(width))
        if (static_cast<double>(width) >= kNarrowest * depth) add_shapes(layers, width);
    }
    std::ranges::sort(found_, {}, [](const Candidate& candidate) {
      return std::tuple(std::floor(candidate.distance / kSameDistance), candidate.shape,
                        candidate.distance);
    });
    return std::move(found_);
  }

 private:
  void add_shapes(std::uint64_t layers, std::uint64_t width) {
    Architecture model = skeleton(question_, layers, width);
    model.model_type = dense_ ? "llama" : "mixtral";
    if (dense_) {
      add_sizes(model, 1, 1);
      return;
    }
    model.moe.layers = layers;
    for (const std::uint64_t experts : kExperts)
      for (std::uint64_t active = 1; active <= 8 && 2 * active <= experts; active *= 2) {
        model.moe.experts = experts;
        model.moe.active = active;
        add_sizes(model, experts, active);
      }
  }

  // The inner sizes that meet N, P, and half-way between.
  void add_sizes(Architecture& model, std::uint64_t experts, std::uint64_t active) {
    set_inner(model, 0);
    const PartCounts without = count_in_doubles(model);
    const double layer_unit = 3 * static_cast<double>(model.width * model.layers);
    const double for_N =
        (question_.N - share_active(without)) / (layer_unit * static_cast<double>(active));
    if (dense_) {
      add(model, for_N, active);
      return;
    }
    const double for_P =
        (question_.P - without.total) / (layer_unit * static_cast<double>(experts));
    for (const double inner : {for_N, for_P, (for_N + for_P) / 2}) add(model, inner, active);
  }

  void add(Architecture& model, double inner, std::uint64_t active) {
    const double unit = static_cast<double>(model.width) / static_cast<double>(active);
    const double wanted = std::clamp(inner, kLeastInner * unit, kMostInner * unit);
    const double rounded = std::max(1.0, std::round(wanted / kInnerStep)) * kInnerStep;
    const double times = rounded / unit;
    set_inner(model, static_cast<std::uint64_t>(rounded));
    const PartCounts count = count_in_doubles(model);
    const double off_N = std::log(share_active(count) / question_.N);
    const double off_P = dense_ ? 0 : std::log(count.total / question_.P);
    const double distance = std::hypot(off_N, off_P);
    if (distance > kFarthest) return;
    const double aspect = static_cast<double>(model.width) / static_cast<double>(model.layers);
    const double shape =
        std::abs(std::log(aspect / kUsualWidth)) + std::abs(std::log(times / kUsualInner));
    found_.push_back({model, count, distance, shape});
  }

  void set_inner(Architecture& model, std::uint64_t inner) const {
    (dense_ ? model.mlp : model.moe.expert).inner = inner;
  }

  const SizeQuestion& question_;
  bool dense_;
  std::vector<Candidate> found_;
};

Value as_value(std::uint64_t count) { return static_cast<double>(count); }

Result<void> check(const SizeQuestion& question) {
  if (!(question.N > 0) || !std::isfinite(question.N) || !std::isfinite(question.P))
    return error("N is {}, and must be above 0", format_number(question.N));
  if (question.P != 0 && question.P < question.N)
    return error("P is {} and below N, {}: total parameters include the active ones",
                 format_count(question.P), format_count(question.N));
  if (question.vocabulary == 0 || question.max_context == 0)
    return error("the vocabulary and the context must be above 0");
  return {};
}

}  // namespace

Result<std::vector<NearArchitecture>> nearest_architectures(const SizeQuestion& question) {
  if (const auto ok = check(question); !ok) return std::unexpected(ok.error());
  std::set<std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>> taken;
  std::vector<NearArchitecture> nearest;
  for (Candidate& candidate : Search(question).run()) {
    if (nearest.size() == question.count) break;
    const Architecture& model = candidate.model;
    if (!taken.insert({model.width, model.moe.experts, model.moe.active}).second) continue;
    const ParameterCounts parameters = count_parameters(model);
    nearest.push_back({std::move(candidate.model), parameters, candidate.distance});
  }
  if (nearest.empty())
    return error("no sensible architecture comes within 20 % of N = {}{}, with a vocabulary of {}",
                 format_count(question.N),
                 question.P > question.N ? " and P = " + format_count(question.P) : "",
                 question.vocabulary);
  return nearest;
}

std::string write_config(const Architecture& model) {
  const bool moe = model.moe.layers > 0;
  const AttentionShape& attention = model.attention;
  Value config = Value::object(
      {{"model_type", model.model_type},
       {"architectures", Value::array({moe ? "MixtralForCausalLM" : "LlamaForCausalLM"})},
       {"vocab_size", as_value(model.vocabulary)},
       {"hidden_size", as_value(model.width)},
       {"intermediate_size", as_value(moe ? model.moe.expert.inner : model.mlp.inner)},
       {"num_hidden_layers", as_value(model.layers)},
       {"num_attention_heads", as_value(attention.heads)},
       {"num_key_value_heads", as_value(attention.key_value_heads)},
       {"head_dim", as_value(attention.key_size)}});
  if (moe) {
    config.set("num_local_experts", as_value(model.moe.experts));
    config.set("num_experts_per_tok", as_value(model.moe.active));
  }
  config.set("max_position_embeddings", as_value(model.max_context));
  config.set("tie_word_embeddings", model.tied);
  return write_json(config) + "\n";
}

}  // namespace isoflop
