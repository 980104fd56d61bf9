#include "arch/count.h"

namespace isoflop {

namespace {

double weights(const LayerBlock& block) { return block.layers * (block.weights + block.vectors); }

std::uint64_t whole(double count) { return static_cast<std::uint64_t>(count); }

}  // namespace

double weights_of(const Architecture& model, BlockPart part) {
  double sum = 0;
  for (const LayerBlock& block : model.blocks)
    if (block.part == part) sum += weights(block) * block.copies;
  return sum;
}

double total_weights(const Architecture& model) {
  double sum = 0;
  for (const LayerBlock& block : model.blocks)
    if (block.part != BlockPart::kNextTokens) sum += weights(block) * block.copies;
  return sum;
}

double active_weights(const Architecture& model) {
  double sum = 0;
  for (const LayerBlock& block : model.blocks)
    if (block.part != BlockPart::kNextTokens) sum += weights(block) * block.active;
  return sum;
}

double ParameterCounts::sparsity() const {
  return static_cast<double>(total - active) / static_cast<double>(total);
}

double CountedParameters::sparsity() const {
  return static_cast<double>(total - active) / static_cast<double>(total);
}

CountedParameters count_parameters(const Architecture& model, ParameterCount which) {
  using enum ParameterCount;
  double total = 0, active = 0;
  for (const LayerBlock& block : model.blocks) {
    if (block.part == BlockPart::kNextTokens) continue;
    const bool table = block.part == BlockPart::kEmbedding;
    const bool left_out = table || block.part == BlockPart::kHead;
    double of_block = weights(block);
    // A head that is the table multiplies all the same.
    if (table && which == kWithHead)
      of_block = model.tied ? static_cast<double>(model.vocabulary * model.width) : 0;
    if (left_out && (which == kNonEmbedding || which == kMatrices)) of_block = 0;
    if (!left_out && which == kMatrices) of_block = block.layers * block.weights;
    total += of_block * block.copies;
    active += of_block * block.active;
  }
  return {whole(total), whole(active)};
}

ParameterCounts count_parameters(const Architecture& model) {
  const auto of = [&](BlockPart part) { return whole(weights_of(model, part)); };
  return {.embedding = of(BlockPart::kEmbedding) + of(BlockPart::kHead),
          .attention = of(BlockPart::kAttention),
          .recurrent = of(BlockPart::kRecurrent),
          .mlp = of(BlockPart::kMlp),
          .experts = of(BlockPart::kExperts),
          .shared = of(BlockPart::kShared),
          .router = of(BlockPart::kRouter),
          .norms = of(BlockPart::kNorms),
          .total = whole(total_weights(model)),
          .active = whole(active_weights(model)),
          .next_tokens = of(BlockPart::kNextTokens)};
}

double expert_sparsity(const Architecture& model) {
  if (model.expert_layers == 0) return 0;
  const auto experts = static_cast<double>(model.experts);
  return (experts - static_cast<double>(model.active_experts)) / experts;
}

}  // namespace isoflop
