#include "lab/pruning.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lab/sizes.h"

namespace isoflop::lab {

namespace {

struct Pruned {
  explicit Pruned(const ModelSizes& sizes)
      : model(architecture(sizes), {}), mask(model.parameters().size(), 1) {
    model.draw_parameters(4);
  }
  void prune_to(const Pruning& pruning, double sparsity) {
    prune(model.tensors(), pruning, sparsity, model.parameters(), mask);
  }
  Transformer<float> model;
  std::vector<std::uint8_t> mask;
};

constexpr ModelSizes kSizes = {.vocabulary = 5, .width = 20, .layers = 2, .heads = 2, .inner = 13};

}  // namespace

TEST(LabPruning, RemovesExactlyTheSmallestOfEachMatrix) {
  Pruned pruned(kSizes);
  const Pruning pruning{.sparsity = 0.7};
  // In steps, as in training: what is zero stays so.
  for (const double sparsity : {0.2, 0.55, 0.7}) pruned.prune_to(pruning, sparsity);
  Pruned dense(kSizes);
  for (const Tensor& tensor : pruned.model.tensors()) {
    Size zeros = 0;
    float largest_removed = 0, smallest_kept = 1e9F;
    for (Size i = tensor.offset; i < tensor.offset + tensor.size(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      EXPECT_EQ(pruned.mask[at] == 0, pruned.model.parameters()[at] == 0);
      zeros += pruned.mask[at] == 0;
      float& bound = pruned.mask[at] == 0 ? largest_removed : smallest_kept;
      const float size = std::abs(dense.model.parameters()[at]);
      bound = pruned.mask[at] == 0 ? std::max(bound, size) : std::min(bound, size);
    }
    const bool weight = tensor.kind == Tensor::Kind::kWeight;
    EXPECT_EQ(zeros, weight ? std::llround(0.7 * static_cast<double>(tensor.size())) : 0)
        << tensor.name;
    EXPECT_LE(largest_removed, smallest_kept) << tensor.name;
  }
}

// Every group along the inputs of every output has n that are not zero, whatever came before.
TEST(LabPruning, PatternsHoldInEveryGroup) {
  for (const char* pattern : {"2:4", "4:8", "1:4", "1:3"}) {
    Pruned pruned(kSizes);
    const Pruning pruning = *parse_pattern(pattern);
    for (const double share : {0.1, 0.6, 0.9, 1.0})
      pruned.prune_to(pruning, share * pruning.sparsity);
    for (const Tensor& tensor : pruned.model.tensors()) {
      if (tensor.kind != Tensor::Kind::kWeight) continue;
      for (Size row = 0; row < tensor.rows; ++row)
        for (Size first = 0; first < tensor.columns; first += static_cast<Size>(pruning.group)) {
          const Size end = std::min(first + static_cast<Size>(pruning.group), tensor.columns);
          Size kept = 0;
          for (Size column = first; column < end; ++column)
            kept +=
                pruned.mask[static_cast<std::size_t>(tensor.offset + column * tensor.rows + row)];
          EXPECT_EQ(kept, std::min(static_cast<Size>(pruning.kept), end - first))
              << pattern << ", " << tensor.name;
        }
    }
  }
}

TEST(LabPruning, SparsityRisesByACubeBetweenItsEnds) {
  const Pruning pruning{.sparsity = 0.8, .from = 0.25, .to = 0.75};
  EXPECT_EQ(sparsity_at(pruning, 0.2), 0);
  EXPECT_NEAR(sparsity_at(pruning, 0.5), 0.8 * (1 - 0.125), 1e-15);
  EXPECT_EQ(sparsity_at(pruning, 0.75), 0.8);
  EXPECT_EQ(sparsity_at(pruning, 1), 0.8);
  for (const char* text : {"2", "4:2", "0:4", "2:4:8", "a:b", ""})
    EXPECT_FALSE(parse_pattern(text)) << text;
}

}  // namespace isoflop::lab
