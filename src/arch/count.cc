#include "arch/count.h"

namespace isoflop {

namespace {

using Part = LayerBlock::Part;

double weights(const LayerBlock& block) { return block.layers * (block.weights + block.vectors); }

std::uint64_t whole(double count) { return static_cast<std::uint64_t>(count); }

}  // namespace

double weights_of(const Architecture& model, Part part) {
  double sum = 0;
  for (const LayerBlock& block : model.blocks)
    if (block.part == part) sum += weights(block) * block.copies;
  return sum;
}

double total_weights(const Architecture& model) {
  double sum = 0;
  for (const LayerBlock& block : model.blocks)
    if (block.part != Part::kNextTokens) sum += weights(block) * block.copies;
  return sum;
}

double active_weights(const Architecture& model) {
  double sum = 0;
  for (const LayerBlock& block : model.blocks)
    if (block.part != Part::kNextTokens) sum += weights(block) * block.active;
  return sum;
}

double ParameterCounts::sparsity() const {
  return static_cast<double>(total - active) / static_cast<double>(total);
}

ParameterCounts count_parameters(const Architecture& model) {
  const auto of = [&](Part part) { return whole(weights_of(model, part)); };
  return {.embedding = of(Part::kEmbedding) + of(Part::kHead),
          .attention = of(Part::kAttention),
          .recurrent = of(Part::kRecurrent),
          .mlp = of(Part::kMlp),
          .experts = of(Part::kExperts),
          .shared = of(Part::kShared),
          .router = of(Part::kRouter),
          .norms = of(Part::kNorms),
          .total = whole(total_weights(model)),
          .active = whole(active_weights(model)),
          .next_tokens = of(Part::kNextTokens)};
}

double expert_sparsity(const Architecture& model) {
  if (model.expert_layers == 0) return 0;
  const auto experts = static_cast<double>(model.experts);
  return (experts - static_cast<double>(model.active_experts)) / experts;
}

}  // namespace isoflop
