#include <algorithm>

#include "arch/count.h"
#include "base/error.h"
#include "isoflop/arch.h"

namespace isoflop {

namespace {

constexpr std::uint64_t kUsualContext = 4096;

}  // namespace

Memory memory(const Architecture& model, double context, const MemoryOptions& options) {
  const double parameters = total_weights(model);
  double numbers = 0;
  for (const LayerBlock& block : model.blocks) {
    const double tokens = block.window > 0 ? std::min(block.window, context) : context;
    numbers += block.layers * (tokens * block.cache + block.state);
  }
  return {.weights = parameters * options.bytes_per_parameter,
          .gradients = parameters * options.bytes_per_parameter,
          .optimizer = parameters * options.optimizer_bytes_per_parameter,
          .key_values = options.sequences * numbers * options.bytes_per_key_value};
}

double kv_cache_bytes_per_token(const Architecture& model, double bytes_per_key_value) {
  double numbers = 0;
  for (const LayerBlock& block : model.blocks) numbers += block.layers * block.cache;
  return numbers * bytes_per_key_value;
}

Result<ArchitectureFacts> describe(const Architecture& model,
                                   const ArchitectureQuestion& question) {
  const bool bounded = model.max_context > 0;
  const std::uint64_t context = question.context > 0 ? question.context
                                : bounded            ? std::min(kUsualContext, model.max_context)
                                                     : kUsualContext;
  if (model.learned_positions > 0 && context > model.learned_positions)
    return error("a context of {} tokens is longer than the {} positions that {} has learned",
                 context, model.learned_positions, model.model_type);
  const auto tokens = static_cast<double>(context);
  ArchitectureFacts facts{.context = context,
                          .parameters = count_parameters(model),
                          .counted = {},
                          .expert_sparsity = expert_sparsity(model),
                          .flops = flops_per_token(model, tokens, question.flops),
                          .kv_cache_bytes_per_token =
                              kv_cache_bytes_per_token(model, question.memory.bytes_per_key_value),
                          .memory = memory(model, tokens, question.memory),
                          .notes = model.notes};
  for (const ParameterCountName& each : parameter_counts())
    facts.counted.push_back(count_parameters(model, each.count));
  if (bounded && context > model.max_context)
    facts.notes.push_back(fmt::format("the context of {} tokens is longer than the {} of the model",
                                      context, model.max_context));
  if (!model.ignored.empty())
    facts.notes.push_back(
        fmt::format("fields that were not looked at: {}", fmt::join(model.ignored, ", ")));
  return facts;
}

}  // namespace isoflop
