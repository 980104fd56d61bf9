#include "arch/count.h"

namespace isoflop {

namespace {

double as_double(std::uint64_t count) { return static_cast<double>(count); }
double one_if(bool condition) { return condition ? 1 : 0; }

double attention_biases(const AttentionShape& attention, double width) {
  const double biases = attention.output_bias ? width : 0;
  if (!attention.input_bias) return biases;
  if (attention.kind == AttentionShape::Kind::kLatent)
    return biases + as_double(attention.query_rank) + as_double(attention.key_value_rank) +
           as_double(attention.rope_size);
  return biases + as_double(attention.heads) * as_double(attention.key_size) +
         as_double(attention.key_value_heads) *
             (as_double(attention.key_size) + as_double(attention.value_size));
}

double attention_norms(const AttentionShape& attention) {
  // Over the vectors of a rank; both are 0 in grouped attention.
  const double ranks = as_double(attention.query_rank) + as_double(attention.key_value_rank);
  switch (attention.query_key_norm) {
    case AttentionShape::Norm::kNone:
      break;
    case AttentionShape::Norm::kEachHead:
      return ranks + 2 * as_double(attention.key_size);
    case AttentionShape::Norm::kAllHeads:
      return ranks + (as_double(attention.heads) + as_double(attention.key_value_heads)) *
                         as_double(attention.key_size);
  }
  return ranks;
}

double attention_parameters(const AttentionShape& attention, std::uint64_t width) {
  return attention_weights(attention, width) + attention_biases(attention, as_double(width)) +
         attention_norms(attention) + (attention.sinks ? as_double(attention.heads) : 0);
}

double mlp_parameters(const MlpShape& mlp, std::uint64_t width) {
  if (mlp.inner == 0) return 0;
  const double biases = (mlp.gated ? 2 : 1) * as_double(mlp.inner) + as_double(width);
  return mlp_weights(mlp, width) + (mlp.bias ? biases : 0);
}

void count_experts(const Architecture& model, PartCounts& count) {
  const ExpertShape& moe = model.moe;
  const double layers = as_double(moe.layers), experts = as_double(moe.experts);
  const double width = as_double(model.width);
  const double expert = mlp_parameters(moe.expert, model.width);
  count.experts = layers * experts * expert;
  count.idle = layers * (experts - as_double(moe.active)) * expert;
  count.shared =
      layers * (mlp_parameters(moe.shared, model.width) + one_if(moe.shared_gate) * width);
  count.router = layers * experts * (width + one_if(moe.router_bias) + one_if(moe.router_balance));
}

std::uint64_t whole(double count) { return static_cast<std::uint64_t>(count); }

}  // namespace

double attention_weights(const AttentionShape& attention, std::uint64_t width) {
  const double d = as_double(width), heads = as_double(attention.heads);
  const double queries = heads * as_double(attention.key_size);
  const double output = heads * as_double(attention.value_size) * d;
  if (attention.kind == AttentionShape::Kind::kGrouped)
    return d * queries + output +
           d * as_double(attention.key_value_heads) *
               (as_double(attention.key_size) + as_double(attention.value_size));
  const double query_rank = as_double(attention.query_rank);
  const double rank = as_double(attention.key_value_rank), rope = as_double(attention.rope_size);
  const double unrotated = as_double(attention.key_size) - rope;
  return (attention.query_rank > 0 ? query_rank * (d + queries) : d * queries) + d * (rank + rope) +
         rank * heads * (unrotated + as_double(attention.value_size)) + output;
}

double mlp_weights(const MlpShape& mlp, std::uint64_t width) {
  return (mlp.gated ? 3 : 2) * as_double(width) * as_double(mlp.inner);
}

PartCounts count_in_doubles(const Architecture& model) {
  PartCounts count;
  const double width = as_double(model.width), layers = as_double(model.layers);
  const double gains = width * (1 + one_if(model.norm_bias));
  count.embedding = width * (as_double(model.vocabulary) * (model.tied ? 1 : 2) +
                             as_double(model.learned_positions));
  count.attention = layers * attention_parameters(model.attention, model.width);
  count.mlp = (layers - as_double(model.moe.layers)) * mlp_parameters(model.mlp, model.width);
  count.norms = (layers * as_double(model.norms_per_layer) + 1) * gains;
  count_experts(model, count);
  count.total = count.embedding + count.attention + count.mlp + count.experts + count.shared +
                count.router + count.norms;
  return count;
}

double ParameterCounts::sparsity() const { return as_double(total - active) / as_double(total); }

ParameterCounts count_parameters(const Architecture& model) {
  const PartCounts count = count_in_doubles(model);
  return {.embedding = whole(count.embedding),
          .attention = whole(count.attention),
          .mlp = whole(count.mlp),
          .experts = whole(count.experts),
          .shared = whole(count.shared),
          .router = whole(count.router),
          .norms = whole(count.norms),
          .total = whole(count.total),
          .active = whole(count.total - count.idle)};
}

double expert_sparsity(const Architecture& model) {
  if (model.moe.layers == 0) return 0;
  const double experts = as_double(model.moe.experts);
  return (experts - as_double(model.moe.active)) / experts;
}

}  // namespace isoflop
