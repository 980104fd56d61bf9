#include <algorithm>

#include "isoflop/arch.h"

namespace isoflop {

namespace {

// Numbers that one token leaves in the cache of one layer.
double cached_numbers(const AttentionShape& attention) {
  if (attention.kind == AttentionShape::Kind::kLatent)
    return static_cast<double>(attention.key_value_rank + attention.rope_size);
  return static_cast<double>(attention.key_value_heads) *
         static_cast<double>(attention.key_size + attention.value_size);
}

}  // namespace

Memory memory(const Architecture& model, double context, const MemoryOptions& options) {
  const AttentionShape& attention = model.attention;
  const auto parameters = static_cast<double>(count_parameters(model).total);
  const auto windowed = static_cast<double>(attention.windowed_layers);
  const double tokens = (static_cast<double>(model.layers) - windowed) * context +
                        windowed * std::min(static_cast<double>(attention.window), context);
  return {.weights = parameters * options.bytes_per_parameter,
          .gradients = parameters * options.bytes_per_parameter,
          .optimizer = parameters * options.optimizer_bytes_per_parameter,
          .key_values =
              options.sequences * tokens * cached_numbers(attention) * options.bytes_per_key_value};
}

double kv_cache_bytes_per_token(const Architecture& model, double bytes_per_key_value) {
  return static_cast<double>(model.layers) * cached_numbers(model.attention) * bytes_per_key_value;
}

}  // namespace isoflop
