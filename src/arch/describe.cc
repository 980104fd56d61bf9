#include <algorithm>

#include "base/error.h"
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

constexpr std::uint64_t kUsualContext = 4096;

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

Result<ArchitectureFacts> describe(const Architecture& model,
                                   const ArchitectureQuestion& question) {
  const std::uint64_t context =
      question.context > 0 ? question.context : std::min(kUsualContext, model.max_context);
  if (model.learned_positions > 0 && context > model.learned_positions)
    return error("a context of {} tokens is longer than the {} positions that {} has learned",
                 context, model.learned_positions, model.model_type);
  const auto tokens = static_cast<double>(context);
  ArchitectureFacts facts{.context = context,
                          .parameters = count_parameters(model),
                          .expert_sparsity = expert_sparsity(model),
                          .flops = flops_per_token(model, tokens, question.flops),
                          .kv_cache_bytes_per_token =
                              kv_cache_bytes_per_token(model, question.memory.bytes_per_key_value),
                          .memory = memory(model, tokens, question.memory),
                          .notes = model.notes};
  if (context > model.max_context)
    facts.notes.push_back(fmt::format("the context of {} tokens is longer than the {} of the model",
                                      context, model.max_context));
  if (!model.ignored.empty())
    facts.notes.push_back(
        fmt::format("fields that were not looked at: {}", fmt::join(model.ignored, ", ")));
  return facts;
}

}  // namespace isoflop
