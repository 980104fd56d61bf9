#include <algorithm>
#include <array>
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

// Keys that a token of a sequence of n sees, on average, where a query sees at most `window`.
double mean_keys(double n, double window, FlopsOptions::Keys keys) {
  const double w = std::min(window, n);
  if (keys == FlopsOptions::Keys::kWhole) return w;
  return (w * (w + 1) / 2 + (n - w) * w) / n;
}

double scores(const Architecture& model, double context, FlopsOptions::Keys keys) {
  const AttentionShape& attention = model.attention;
  const auto windowed = static_cast<double>(attention.windowed_layers);
  const double whole = static_cast<double>(model.layers) - windowed;
  const auto window = static_cast<double>(attention.window);
  const double seen = whole * mean_keys(context, context, keys) +
                      (windowed > 0 ? windowed * mean_keys(context, window, keys) : 0);
  return kMultiplyAdd * static_cast<double>(attention.heads) *
         static_cast<double>(attention.key_size + attention.value_size) * seen;
}

double head(const Architecture& model, FlopsOptions::Embeddings embeddings) {
  const double product =
      kMultiplyAdd * static_cast<double>(model.width) * static_cast<double>(model.vocabulary);
  switch (embeddings) {
    case FlopsOptions::Embeddings::kHead:
      return product;
    case FlopsOptions::Embeddings::kBoth:
      return 2 * product;
    case FlopsOptions::Embeddings::kNeither:
      break;
  }
  return 0;
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
  return projections + scores + mlp + experts + shared + router + head;
}

TokenFlops flops_per_token(const Architecture& model, double context, const FlopsOptions& options) {
  const ExpertShape& moe = model.moe;
  const auto layers = static_cast<double>(model.layers), width = static_cast<double>(model.width);
  const auto sparse = static_cast<double>(moe.layers);
  TokenFlops flops{
      .projections = kMultiplyAdd * layers * attention_weights(model.attention, model.width),
      .scores = scores(model, context, options.keys),
      .mlp = kMultiplyAdd * (layers - sparse) * mlp_weights(model.mlp, model.width),
      .experts = kMultiplyAdd * sparse * static_cast<double>(moe.active) *
                 mlp_weights(moe.expert, model.width),
      .shared = kMultiplyAdd * sparse *
                (mlp_weights(moe.shared, model.width) + (moe.shared_gate ? width : 0)),
      .router = kMultiplyAdd * sparse * width * static_cast<double>(moe.experts),
      .head = head(model, options.embeddings)};
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
