#include "lab/sizes.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.h"
#include "base/number_text.h"

namespace isoflop::lab {

namespace {

constexpr std::uint64_t kHeadSize = 16;
constexpr std::uint64_t kInnerStep = 8;

std::uint64_t rounded_up(std::uint64_t value, std::uint64_t step) {
  return (value + step - 1) / step * step;
}

std::uint64_t usual_inner(std::uint64_t width) {
  return rounded_up((8 * width + 2) / 3, kInnerStep);
}

// Parameters that see a token and are not zero.
double kept(const Architecture& model, double sparsity) {
  const ParameterCounts count = count_parameters(model);
  const auto dense = static_cast<double>(count.embedding + count.router + count.norms);
  return dense + (static_cast<double>(count.active) - dense) * (1 - sparsity);
}

// What the model multiplies and keeps, as isoflop counts it.
std::vector<LayerBlock> blocks_of(const Architecture& model) {
  using Part = LayerBlock::Part;
  const auto layers = static_cast<double>(model.layers), width = static_cast<double>(model.width);
  const double head = width * static_cast<double>(model.vocabulary);
  const auto gated = [&](std::uint64_t inner) { return 3 * width * static_cast<double>(inner); };
  std::vector<LayerBlock> blocks = {
      {.part = Part::kEmbedding, .vectors = head},
      {.part = Part::kHead, .weights = model.tied ? 0 : head, .products = model.tied ? head : 0},
      {.part = Part::kAttention,
       .layers = layers,
       .weights = 4 * width * width,
       .keys = 2 * width,
       .cache = 2 * width},
      {.part = Part::kNorms, .layers = layers, .vectors = 2 * width},
      {.part = Part::kNorms, .vectors = width}};
  if (model.experts == 0) {
    blocks.push_back({.part = Part::kMlp, .layers = layers, .weights = gated(model.inner)});
    return blocks;
  }
  blocks.push_back({.part = Part::kExperts,
                    .layers = layers,
                    .weights = gated(model.expert_inner),
                    .copies = static_cast<double>(model.experts),
                    .active = static_cast<double>(model.active_experts)});
  blocks.push_back({.part = Part::kShared, .layers = layers, .weights = gated(model.shared_inner)});
  blocks.push_back({.part = Part::kRouter,
                    .layers = layers,
                    .weights = width * static_cast<double>(model.experts)});
  return blocks;
}

}  // namespace

Architecture architecture(const ModelSizes& sizes) {
  const std::uint64_t width = sizes.width;
  const std::uint64_t heads = sizes.heads > 0          ? sizes.heads
                              : width % kHeadSize == 0 ? width / kHeadSize
                                                       : 1;
  const std::uint64_t head_size = heads == 0 ? 0 : width / heads;
  const std::uint64_t inner = sizes.inner > 0 ? sizes.inner : usual_inner(width);
  Architecture model;
  model.model_type = sizes.experts > 0 ? "mixtral" : "llama";
  model.vocabulary = sizes.vocabulary;
  model.width = width;
  model.layers = sizes.layers;
  model.tied = sizes.tied;
  model.heads = model.key_value_heads = heads;
  model.key_size = model.value_size = head_size;
  model.inner = inner;
  if (sizes.experts > 0) {
    const std::uint64_t active = std::max<std::uint64_t>(sizes.active_experts, 1);
    model.expert_layers = sizes.layers;
    model.experts = sizes.experts;
    model.active_experts = sizes.active_experts;
    model.expert_inner = sizes.expert_inner > 0
                             ? sizes.expert_inner
                             : std::max<std::uint64_t>(
                                   1, (inner - std::min(inner - 1, sizes.shared_inner)) / active);
    model.shared_inner = sizes.shared_inner;
  }
  model.blocks = blocks_of(model);
  return model;
}

Result<ModelSizes> sizes_of(double N, double sparsity, const ModelSizes& sizes) {
  // The smallest sizes are up to 30 % apart.
  constexpr double kFarthest = 0.2;
  // What counts as equal: there the shape nearest to a width of 16 times the layers wins.
  constexpr double kEqual = 0.02;
  double lowest = 0;
  ModelSizes best;
  bool found = false;
  for (std::uint64_t width = kHeadSize; width <= 1024; width += kHeadSize)
    for (std::uint64_t layers = std::max<std::uint64_t>(1, width / 32);
         layers <= std::max<std::uint64_t>(1, width / 8); ++layers)
      for (int step = -3; step <= 3; ++step) {
        const auto inner = static_cast<std::int64_t>(usual_inner(width)) +
                           step * static_cast<std::int64_t>(kInnerStep);
        if (inner < static_cast<std::int64_t>(width) ||
            inner > 4 * static_cast<std::int64_t>(width))
          continue;
        ModelSizes candidate = sizes;
        candidate.width = width, candidate.layers = layers,
        candidate.inner = static_cast<std::uint64_t>(inner);
        const double off = std::abs(std::log(kept(architecture(candidate), sparsity) / N));
        if (off > kFarthest) continue;
        const double ratio = static_cast<double>(width) / static_cast<double>(layers) / 16;
        const double rank =
            std::max(off, kEqual) + 0.02 * std::abs(std::log(ratio)) + 1e-3 * std::abs(step);
        if (!found || rank < lowest) lowest = rank, best = candidate, found = true;
      }
  if (!found)
    return error("no model of the lab has N = {} parameters: give width and layers",
                 format_count(N));
  return best;
}

}  // namespace isoflop::lab
