#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>

#include "arch/count.h"
#include "base/enum_names.h"
#include "base/error.h"
#include "isoflop/arch.h"

namespace isoflop {

namespace {

constexpr double kMultiplyAdd = 2;

// The names of an option's values, in the order of its enumeration.
constexpr std::array<std::string_view, 2> kKeysNames = {"causal", "whole"};
constexpr std::array<std::string_view, 3> kEmbeddingsNames = {"head", "both", "neither"};
constexpr std::array<std::string_view, 3> kRecomputeNames = {"nothing", "attention", "layers"};

template <class Option>
Result<Option> parse(std::span<const std::string_view> names, std::string_view text) {
  const std::optional<Option> found = enum_value<Option>(names, text);
  if (!found) return error("\"{}\" is none of {}", excerpt(text), fmt::join(names, ", "));
  return *found;
}

// Keys that a token of a sequence of n sees, on average.
double mean_keys(const LayerBlock& block, double n, FlopsOptions::Keys keys) {
  const double bound = block.most_keys > 0 ? block.most_keys : block.window;
  const double w = bound > 0 ? std::min(bound, n) : n;
  if (keys == FlopsOptions::Keys::kWhole || block.both_ways) return w;
  const double first = w * (w + 1) / 2;  // of the first w tokens together
  if (!block.chunks) return (first + (n - w) * w) / n;
  const double rest = std::fmod(n, w);
  return ((n - rest) / w * first + rest * (rest + 1) / 2) / n;
}

double recomputed(const TokenFlops& flops, FlopsOptions::Recompute recompute) {
  switch (recompute) {
    case FlopsOptions::Recompute::kNothing:
      break;
    case FlopsOptions::Recompute::kAttention:
      return flops.scores;
    case FlopsOptions::Recompute::kLayers:
      return flops.forward() - flops.head;
  }
  return 0;
}

}  // namespace

double TokenFlops::forward() const {
  return projections + scores + recurrent + mlp + experts + shared + router + head;
}

TokenFlops flops_per_token(const Architecture& model, double context, const FlopsOptions& options) {
  std::array<double, kBlockParts> parts{};
  TokenFlops flops;
  for (const LayerBlock& block : model.blocks) {
    parts[static_cast<std::size_t>(block.part)] +=
        kMultiplyAdd * block.layers * (block.weights + block.products) * block.active;
    if (block.keys > 0)
      flops.scores +=
          kMultiplyAdd * block.layers * block.keys * mean_keys(block, context, options.keys);
  }
  const auto of = [&](BlockPart part) { return parts[static_cast<std::size_t>(part)]; };
  flops.projections = of(BlockPart::kAttention);
  flops.recurrent = of(BlockPart::kRecurrent);
  flops.mlp = of(BlockPart::kMlp);
  flops.experts = of(BlockPart::kExperts);
  flops.shared = of(BlockPart::kShared);
  flops.router = of(BlockPart::kRouter);
  using Embeddings = FlopsOptions::Embeddings;
  if (options.embeddings != Embeddings::kNeither)
    flops.head = of(BlockPart::kEmbedding) + of(BlockPart::kHead);
  if (options.embeddings == Embeddings::kBoth)
    flops.head +=
        kMultiplyAdd * static_cast<double>(model.width) * static_cast<double>(model.vocabulary);
  flops.recomputed = recomputed(flops, options.recompute);
  return flops;
}

std::string to_text(FlopsOptions::Keys keys) { return enum_name(kKeysNames, keys); }
std::string to_text(FlopsOptions::Embeddings embeddings) {
  return enum_name(kEmbeddingsNames, embeddings);
}
std::string to_text(FlopsOptions::Recompute recompute) {
  return enum_name(kRecomputeNames, recompute);
}

Result<FlopsOptions::Keys> parse_keys(std::string_view text) {
  return parse<FlopsOptions::Keys>(kKeysNames, text);
}
Result<FlopsOptions::Embeddings> parse_embeddings(std::string_view text) {
  return parse<FlopsOptions::Embeddings>(kEmbeddingsNames, text);
}
Result<FlopsOptions::Recompute> parse_recompute(std::string_view text) {
  return parse<FlopsOptions::Recompute>(kRecomputeNames, text);
}

}  // namespace isoflop
