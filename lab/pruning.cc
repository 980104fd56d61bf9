#include "lab/pruning.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "lab/parse.h"

namespace isoflop::lab {

namespace {

// The entries of a matrix that may become zero: all, or those that the pattern does not keep.
// Matrices are stored by columns, and a group is along the inputs of one output.
std::vector<Size> candidates(const Tensor& tensor, const Pruning& pruning, const float* weights) {
  std::vector<Size> entries;
  if (pruning.group == 0) {
    entries.resize(static_cast<std::size_t>(tensor.size()));
    std::iota(entries.begin(), entries.end(), 0);
    return entries;
  }
  const auto group = static_cast<Size>(pruning.group), kept = static_cast<Size>(pruning.kept);
  std::vector<Size> of_group;
  for (Size row = 0; row < tensor.rows; ++row)
    for (Size first = 0; first < tensor.columns; first += group) {
      of_group.clear();
      for (Size column = first; column < std::min(first + group, tensor.columns); ++column)
        of_group.push_back(column * tensor.rows + row);
      std::ranges::sort(of_group, {},
                        [&](Size at) { return std::pair(-std::abs(weights[at]), at); });
      for (std::size_t i = static_cast<std::size_t>(kept); i < of_group.size(); ++i)
        entries.push_back(of_group[i]);
    }
  return entries;
}

}  // namespace

Result<Pruning> parse_pattern(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, ':');
  const auto kept = parse_whole(parts[0]);
  const auto group = parts.size() == 2 ? parse_whole(parts[1]) : std::nullopt;
  if (!kept || !group || *kept == 0 || *kept >= *group || *group > 64)
    return error("\"{}\" is no pattern such as 2:4", excerpt(text));
  return Pruning{.sparsity = 1 - static_cast<double>(*kept) / static_cast<double>(*group),
                 .kept = *kept,
                 .group = *group};
}

double sparsity_at(const Pruning& pruning, double share) {
  if (share < pruning.from) return 0;
  const double t = pruning.to > pruning.from
                       ? std::min(1.0, (share - pruning.from) / (pruning.to - pruning.from))
                       : 1;
  return pruning.sparsity * (1 - std::pow(1 - t, 3));
}

void prune(std::span<const Tensor> tensors, const Pruning& pruning, double sparsity,
           std::span<float> parameters, std::span<std::uint8_t> mask) {
  for (const Tensor& tensor : tensors) {
    if (tensor.kind != Tensor::Kind::kWeight) continue;
    float* weights = parameters.data() + tensor.offset;
    std::vector<Size> entries = candidates(tensor, pruning, weights);
    // Of a pattern the same share of its own zeros.
    const double share = pruning.group == 0 ? sparsity : sparsity / pruning.sparsity;
    const auto zeros = static_cast<Size>(std::llround(share * static_cast<double>(entries.size())));
    const auto smaller = [&](Size a, Size b) {
      const float left = std::abs(weights[a]), right = std::abs(weights[b]);
      return left != right ? left < right : a < b;
    };
    std::ranges::nth_element(entries, entries.begin() + zeros, smaller);
    for (Size i = 0; i < zeros; ++i) {
      const Size at = entries[i];
      weights[at] = 0;
      mask[tensor.offset + at] = 0;
    }
  }
}

}  // namespace isoflop::lab
