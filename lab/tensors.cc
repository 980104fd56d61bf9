#include "lab/tensors.h"

#include <utility>

#include "base/error.h"
#include "base/number_text.h"

namespace isoflop::lab {

namespace {

// What a machine with a few GB can hold: weights, gradient and moments; the softmax of all heads.
constexpr double kMostParameters = 1e8;
constexpr double kMostScores = 5e8;
constexpr std::uint64_t kWidest = 65536;

Result<void> check_mlps(const Architecture& sizes) {
  if (sizes.expert_layers == 0) {
    if (sizes.inner == 0 || sizes.inner > kWidest)
      return error("inner {}: 1 to {}", sizes.inner, kWidest);
    return {};
  }
  if (sizes.experts < 1 || sizes.experts > 256) return error("experts {}: 1 to 256", sizes.experts);
  if (sizes.active_experts < 1 || sizes.active_experts > sizes.experts)
    return error("active_experts {}: 1 to the {} experts", sizes.active_experts, sizes.experts);
  if (sizes.expert_inner == 0 || sizes.expert_inner > kWidest)
    return error("expert_inner {}: 1 to {}", sizes.expert_inner, kWidest);
  if (sizes.shared_inner > kWidest)
    return error("shared_inner {}: up to {}", sizes.shared_inner, kWidest);
  return {};
}

}  // namespace

LayerTensors layer_tensors(const Architecture& sizes) {
  LayerTensors at;
  if (sizes.expert_layers == 0) return at;
  at.router = 4;
  at.mlp = 5;
  at.shared = at.mlp + 2 * signed_size(sizes.experts);
  at.count = at.shared + (sizes.shared_inner > 0 ? 2 : 0);
  return at;
}

Size first_tensor(const Architecture& sizes, Size layer) {
  return 1 + layer * layer_tensors(sizes).count;
}

Result<void> check(const Architecture& sizes, Size context) {
  const std::uint64_t heads = sizes.heads;
  if (sizes.vocabulary < 2 || sizes.vocabulary > kWidest)
    return error("a vocabulary of {}: 2 to {}", sizes.vocabulary, kWidest);
  if (sizes.width == 0 || sizes.width > 4096) return error("width {}: 1 to 4096", sizes.width);
  if (sizes.layers == 0 || sizes.layers > 256) return error("layers {}: 1 to 256", sizes.layers);
  if (heads == 0 || sizes.width % heads != 0 || sizes.width / heads % 2 != 0)
    return error("heads {}: width {} must be heads times an even number", heads, sizes.width);
  if (context < 1 || context > 4096) return error("context {}: 1 to 4096", context);
  if (const auto ok = check_mlps(sizes); !ok) return ok;
  if (const double count = static_cast<double>(count_parameters(sizes).total);
      count > kMostParameters)
    return error("{} parameters: the lab takes up to {}", format_count(count),
                 format_count(kMostParameters));
  const double scores =
      static_cast<double>(sizes.layers * heads) * static_cast<double>(context * context);
  if (scores > kMostScores)
    return error("context {}: attention of {} heads in {} layers takes too much memory", context,
                 heads, sizes.layers);
  return {};
}

std::vector<Tensor> tensors(const Architecture& sizes) {
  using Kind = Tensor::Kind;
  std::vector<Tensor> list;
  Size offset = 0;
  const auto add = [&](std::string name, Kind kind, Size rows, Size columns) {
    list.push_back({std::move(name), kind, offset, rows, columns});
    offset += rows * columns;
  };
  const Size width = signed_size(sizes.width), vocabulary = signed_size(sizes.vocabulary);
  const auto add_mlp = [&](const std::string& before, const std::string& after, Size inner) {
    add(before + "gate and up" + after, Kind::kWeight, 2 * inner, width);
    add(before + "down" + after, Kind::kWeight, width, inner);
  };
  add("table", Kind::kTable, width, vocabulary);
  for (std::uint64_t layer = 0; layer < sizes.layers; ++layer) {
    const std::string name = fmt::format("layer {} ", layer);
    add(name + "norm 1", Kind::kGain, width, 1);
    add(name + "queries, keys and values", Kind::kWeight, 3 * width, width);
    add(name + "attention output", Kind::kWeight, width, width);
    add(name + "norm 2", Kind::kGain, width, 1);
    if (sizes.expert_layers == 0) {
      add_mlp(name, "", signed_size(sizes.inner));
      continue;
    }
    add(name + "router", Kind::kRouter, signed_size(sizes.experts), width);
    for (std::uint64_t expert = 0; expert < sizes.experts; ++expert)
      add_mlp(name, fmt::format(", expert {}", expert), signed_size(sizes.expert_inner));
    if (sizes.shared_inner > 0) add_mlp(name, ", shared", signed_size(sizes.shared_inner));
  }
  add("last norm", Kind::kGain, width, 1);
  if (!sizes.tied) add("head", Kind::kTable, width, vocabulary);
  return list;
}

}  // namespace isoflop::lab
