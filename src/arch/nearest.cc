#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "base/error.h"
#include "base/number_text.h"
#include "base/value.h"
#include "isoflop/arch.h"

namespace isoflop {

namespace {

constexpr std::uint64_t kDeepest = 160;
constexpr double kNarrowest = 32, kWidest = 160, kUsualWidth = 90;    // times the depth
constexpr double kLeastInner = 2, kMostInner = 5, kUsualInner = 3.5;  // times the width
constexpr std::uint64_t kExperts[] = {64, 96, 128, 160, 192, 256, 320, 384, 512};
constexpr std::uint64_t kActive = 8;
constexpr std::uint64_t kFewExperts[] = {4, 6, 8, 12, 16, 24, 32, 48};
constexpr double kInnerStep = 64;
constexpr std::uint64_t kWideFrom = 2048;  // with heads of 128
constexpr double kTiedBelow = 1e9;
constexpr double kSameDistance = 0.005, kNear = 0.05, kFarthest = 0.182;  // ln 1.2

struct Sizes {
  double N = 0;
  double P = 0;
};

struct Candidate {
  Architecture model;
  double distance = 0;
  double shape = 0;  // distance from the usual shape, in logarithms
};

// The next width: a whole number of heads, four or more where the model is not tiny.
std::uint64_t next_width(std::uint64_t width) {
  if (width < 256) return width + 64;
  return width + (width < kWideFrom ? 256 : 512);
}

std::uint64_t fewer_heads(std::uint64_t heads) {
  for (const std::uint64_t fewer : {8, 4})
    if (heads % fewer == 0) return fewer;
  return heads;
}

// All but the MLPs.
Architecture skeleton(const SizeQuestion& question, std::uint64_t layers, std::uint64_t width) {
  Architecture model;
  model.model_type = question.P > question.N ? "glm4_moe" : "llama";
  model.vocabulary = question.vocabulary;
  model.width = width;
  model.layers = layers;
  model.max_context = question.max_context;
  model.tied = question.N < kTiedBelow;
  model.key_size = width < kWideFrom ? 64 : 128;
  model.value_size = model.key_size;
  model.heads = width / model.key_size;
  model.key_value_heads = fewer_heads(model.heads);
  return model;
}

// The counts of a skeleton with MLPs or experts: what read_architecture() makes of write_config(),
// without the text in between.
Sizes sizes_of(const Architecture& model) {
  const auto width = static_cast<double>(model.width), layers = static_cast<double>(model.layers);
  const auto keys = static_cast<double>(model.key_size), heads = static_cast<double>(model.heads);
  const auto vocabulary = static_cast<double>(model.vocabulary);
  const double attention = 2 * width * keys * (heads + static_cast<double>(model.key_value_heads));
  const double around =
      width * (vocabulary * (model.tied ? 1 : 2) + 1) + layers * (attention + 2 * width);
  if (model.experts == 0) {
    const double all = around + layers * 3 * width * static_cast<double>(model.inner);
    return {all, all};
  }
  const auto experts = static_cast<double>(model.experts);
  const double expert = 3 * width * static_cast<double>(model.expert_inner);
  const double always = around + layers * 2 * keys +  // gains of queries and keys
                        3 * width * static_cast<double>(model.inner) +
                        (layers - 1) * (expert + (width + 1) * experts);
  return {always + (layers - 1) * static_cast<double>(model.active_experts) * expert,
          always + (layers - 1) * experts * expert};
}

class Search {
 public:
  explicit Search(const SizeQuestion& question)
      : question_(question), dense_(question.P <= question.N) {}

  std::vector<Candidate> run() {
    each_shape([&](Architecture& model) {
      if (dense_) add_sizes(model);
      for (const std::uint64_t experts : kExperts)
        if (!dense_) add_experts(model, experts, kActive);
    });
    if (!dense_ && std::ranges::none_of(found_, [](const Candidate& candidate) {
          return candidate.distance < kNear;
        }))
      each_shape([&](Architecture& model) {
        for (const std::uint64_t experts : kFewExperts)
          for (std::uint64_t active = 1; active <= kActive && 2 * active <= experts; active *= 2)
            add_experts(model, experts, active);
      });
    std::ranges::sort(found_, {}, [](const Candidate& candidate) {
      return std::tuple(std::floor(candidate.distance / kSameDistance), candidate.shape,
                        candidate.distance);
    });
    return std::move(found_);
  }

 private:
  template <class Add>
  void each_shape(Add add) {
    for (std::uint64_t layers = 2; layers <= kDeepest; ++layers) {
      const auto depth = static_cast<double>(layers);
      const auto widest = static_cast<std::uint64_t>(kWidest * depth);
      for (std::uint64_t width = 64; width <= widest; width = next_width(width)) {
        if (static_cast<double>(width) < kNarrowest * depth) continue;
        Architecture model = skeleton(question_, layers, width);
        add(model);
      }
    }
  }

  void add_experts(Architecture& model, std::uint64_t experts, std::uint64_t active) {
    model.expert_layers = model.layers - 1;
    model.experts = experts;
    model.active_experts = active;
    add_sizes(model);
  }

  // The inner sizes that meet N, P, and half-way between.
  void add_sizes(Architecture& model) {
    set_inner(model, 0);
    const Sizes none = sizes_of(model);
    set_inner(model, 1);
    const Sizes one = sizes_of(model);
    const double for_N = (question_.N - none.N) / (one.N - none.N);
    add(model, for_N);
    if (dense_) return;
    const double for_P = (question_.P - none.P) / (one.P - none.P);
    add(model, for_P);
    add(model, (for_N + for_P) / 2);
  }

  void add(Architecture& model, double inner) {
    const double unit = static_cast<double>(model.width) /
                        (dense_ ? 1 : static_cast<double>(model.active_experts + 1));
    const double wanted = std::clamp(inner, kLeastInner * unit, kMostInner * unit);
    const double rounded = std::max(1.0, std::round(wanted / kInnerStep)) * kInnerStep;
    set_inner(model, static_cast<std::uint64_t>(rounded));
    const Sizes sizes = sizes_of(model);
    const double off_P = dense_ ? 0 : std::log(sizes.P / question_.P);
    const double distance = std::hypot(std::log(sizes.N / question_.N), off_P);
    if (distance > kFarthest) return;
    const double aspect = static_cast<double>(model.width) / static_cast<double>(model.layers);
    const double shape =
        std::abs(std::log(aspect / kUsualWidth)) + std::abs(std::log(rounded / unit / kUsualInner));
    found_.push_back({model, distance, shape});
  }

  // The first layer has an MLP as wide as all experts of a token together.
  void set_inner(Architecture& model, std::uint64_t inner) const {
    model.inner = inner;
    if (dense_) return;
    model.expert_inner = inner;
    model.shared_inner = inner;
    model.inner = inner * (model.active_experts + 1);
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
  for (const Candidate& candidate : Search(question).run()) {
    if (nearest.size() == question.count) break;
    const Architecture& shape = candidate.model;
    if (!taken.insert({shape.width, shape.experts, shape.active_experts}).second) continue;
    Result<Architecture> model = read_architecture(write_config(shape), "config.json");
    if (!model) return std::unexpected(model.error());
    const ParameterCounts parameters = count_parameters(*model);
    nearest.push_back({*std::move(model), parameters, candidate.distance});
  }
  std::ranges::sort(nearest, {}, [](const NearArchitecture& each) {
    return std::tuple(each.distance, each.model.width, each.model.layers);
  });
  if (nearest.empty())
    return error("no sensible architecture comes within 20 % of N = {}{}, with a vocabulary of {}",
                 format_count(question.N),
                 question.P > question.N ? " and P = " + format_count(question.P) : "",
                 question.vocabulary);
  return nearest;
}

std::string write_config(const Architecture& model) {
  const bool moe = model.experts > 0;
  Value config = Value::object(
      {{"model_type", model.model_type},
       {"architectures", Value::array({moe ? "Glm4MoeForCausalLM" : "LlamaForCausalLM"})},
       {"vocab_size", as_value(model.vocabulary)},
       {"hidden_size", as_value(model.width)},
       {"intermediate_size", as_value(model.inner)},
       {"num_hidden_layers", as_value(model.layers)},
       {"num_attention_heads", as_value(model.heads)},
       {"num_key_value_heads", as_value(model.key_value_heads)},
       {"head_dim", as_value(model.key_size)}});
  if (moe) {
    config.set("use_qk_norm", true);
    config.set("moe_intermediate_size", as_value(model.expert_inner));
    config.set("n_routed_experts", as_value(model.experts));
    config.set("num_experts_per_tok", as_value(model.active_experts));
    config.set("n_shared_experts", as_value(model.shared_inner / model.expert_inner));
    config.set("first_k_dense_replace", as_value(model.layers - model.expert_layers));
    config.set("num_nextn_predict_layers", 0);
  }
  config.set("max_position_embeddings", as_value(model.max_context));
  config.set("tie_word_embeddings", model.tied);
  return write_json(config) + "\n";
}

}  // namespace isoflop
