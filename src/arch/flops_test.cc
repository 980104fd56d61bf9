#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "isoflop/arch.h"

namespace isoflop {
namespace {

Architecture read(std::string_view text) {
  Result<Architecture> model = read_architecture(text, "config.json");
  EXPECT_TRUE(model) << model.error().text();
  return model ? *std::move(model) : Architecture{};
}

// GPT-3 175B as Brown et al. 2020 give it, without biases in the count below.
const Architecture& gpt3() {
  static const Architecture model = read(
      R"({"model_type": "gpt2", "vocab_size": 50257, "n_embd": 12288, "n_layer": 96, "n_head": 96,
          "n_positions": 2048})");
  return model;
}

// Brown et al. 2020, Table D.1: 3.14e23 FLOPs for 300B tokens is 6 N D alone; with the scores over
// the whole context Narayanan et al. 2021 (arXiv:2104.04473, Eq. 3) have 72 l h^2 (1 + s/(6 h) +
// V/(12 l h)) a token, and 96 in the place of 72 where all layers are computed again (there the
// head too, which is not here).
TEST(FlopsPerToken, AgreesWithThePublishedFormula) {
  const double l = 96, h = 12288, s = 2048, V = 50257;
  const FlopsOptions whole{.keys = FlopsOptions::Keys::kWhole};
  const double published = 72 * l * h * h * (1 + s / (6 * h) + V / (12 * l * h));
  EXPECT_NEAR(flops_per_token(gpt3(), s, whole).training() / published, 1, 1e-12);

  FlopsOptions again = whole;
  again.recompute = FlopsOptions::Recompute::kLayers;
  const double with_recompute = 96 * l * h * h * (1 + s / (6 * h) + V / (16 * l * h));
  EXPECT_NEAR(flops_per_token(gpt3(), s, again).training() / with_recompute, 1, 1e-12);
}

// abnar2025's cost of a mixture: 6 n_layers d^2 (4 + 2 n_ctx/d + 12 E_active/G + n_vocab/(d
// n_layers)), for plain attention and gated experts of inner size 4 d/G.
TEST(FlopsPerToken, AgreesWithThePublishedCostOfMixtures) {
  const Architecture model = read(
      R"({"model_type": "mixtral", "vocab_size": 50304, "hidden_size": 1024,
          "intermediate_size": 512, "num_hidden_layers": 12, "num_attention_heads": 16,
          "num_key_value_heads": 16, "num_local_experts": 32, "num_experts_per_tok": 4})");
  const double d = 1024, layers = 12, context = 2048, granularity = 4 * d / 512;
  const double published =
      6 * layers * d * d * (4 + 2 * context / d + 12 * 4 / granularity + 50304 / (d * layers));
  const TokenFlops flops = flops_per_token(model, context, {.keys = FlopsOptions::Keys::kWhole});
  EXPECT_NEAR((flops.training() - 3 * flops.router) / published, 1, 1e-12);
  EXPECT_EQ(flops.router, 2.0 * 12 * 1024 * 32);
}

// Token by token: what a mask leaves, with and without a window.
TEST(FlopsPerToken, MeansOverTheTokensOfASequence) {
  const std::string config =
      R"({"model_type": "gemma2", "vocab_size": 100, "hidden_size": 64, "intermediate_size": 96,
          "num_hidden_layers": 5, "num_attention_heads": 4, "num_key_value_heads": 2,
          "head_dim": 8, "sliding_window": 7})";
  const Architecture model = read(config);
  for (const int context : {1, 5, 7, 8, 30}) {
    double causal = 0, whole = 0;
    for (int token = 1; token <= context; ++token) {
      causal += 3 * std::min(token, 7) + 2 * token;
      whole += 3 * std::min(context, 7) + 2 * context;
    }
    const double per_key = 2 * 4 * (8 + 8), n = context;
    EXPECT_DOUBLE_EQ(flops_per_token(model, n).scores, per_key * causal / n) << context;
    EXPECT_DOUBLE_EQ(flops_per_token(model, n, {.keys = FlopsOptions::Keys::kWhole}).scores,
                     per_key * whole / n)
        << context;
  }
}

// Token by token: chunks of 8 tokens, in three of four layers.
TEST(FlopsPerToken, OfChunksAreMeansToo) {
  const Architecture model = read(
      R"({"model_type": "llama4_text", "vocab_size": 100, "hidden_size": 64, "intermediate_size": 32,
          "intermediate_size_mlp": 96, "num_hidden_layers": 8, "num_attention_heads": 4,
          "num_key_value_heads": 2, "head_dim": 16, "num_local_experts": 4,
          "num_experts_per_tok": 1, "attention_chunk_size": 8})");
  for (const int context : {1, 7, 8, 9, 30}) {
    double seen = 0;
    for (int token = 0; token < context; ++token) seen += 6 * (token % 8 + 1) + 2 * (token + 1);
    EXPECT_DOUBLE_EQ(flops_per_token(model, context).scores, 2.0 * 4 * 32 * seen / context);
  }
}

// An indexer scores all keys, and 2048 of them are looked at; all stay in the cache.
TEST(FlopsPerToken, OfPickedKeysAreThoseOfTheIndexerToo) {
  const Architecture model = read(
      R"({"model_type": "deepseek_v32", "vocab_size": 1000, "hidden_size": 256,
          "intermediate_size": 512, "moe_intermediate_size": 64, "num_hidden_layers": 6,
          "num_attention_heads": 8, "n_routed_experts": 16, "num_experts_per_tok": 4})");
  const double n = 8192, picked = (2048.0 * 2049 / 2 + (n - 2048) * 2048) / n;
  EXPECT_DOUBLE_EQ(flops_per_token(model, n).scores,
                   2.0 * 6 * (8 * (192 + 128) * picked + 64 * 128 * (n + 1) / 2));
  EXPECT_EQ(kv_cache_bytes_per_token(model), 2.0 * 6 * (512 + 64 + 128));
}

// Megatron-LM (megatron/training/training.py, mamba_layer_flops and gdn_layer_flops), with the
// convolution that it leaves out of Mamba's.
TEST(FlopsPerToken, OfRecurrentLayersAgreeWithMegatron) {
  const Architecture mamba = read(
      R"({"model_type": "mamba2", "vocab_size": 100, "hidden_size": 64, "num_hidden_layers": 3,
          "num_heads": 8, "head_dim": 16, "state_size": 32, "n_groups": 2})");
  const double inner = 128;
  EXPECT_EQ(flops_per_token(mamba, 100).recurrent,
            3 * (2 * 64 * (2 * inner + 2 * 2 * 32 + 8) + 7 * inner * 32 + 2 * inner * 64 +
                 2 * 4 * (inner + 2 * 2 * 32)));
  EXPECT_EQ(flops_per_token(mamba, 100).scores, 0);
  EXPECT_EQ(memory(mamba, 1e6).key_values, memory(mamba, 10).key_values);
  const Architecture delta = read(
      R"({"model_type": "qwen3_next", "vocab_size": 100, "hidden_size": 64, "num_hidden_layers": 4,
          "num_attention_heads": 4, "intermediate_size": 96, "moe_intermediate_size": 32,
          "num_experts": 8, "num_experts_per_tok": 2, "shared_expert_intermediate_size": 32,
          "linear_num_key_heads": 2, "linear_num_value_heads": 4, "linear_key_head_dim": 16,
          "linear_value_head_dim": 16})");
  const double keys = 32, values = 64;
  EXPECT_EQ(flops_per_token(delta, 100).recurrent,
            3 * 2 *
                (64 * (2 * keys + 2 * values + 2 * 4) + 4 * (2 * keys + values) + 4 * 16 * 16 * 4 +
                 64 * values));
}

// Encoders see all tokens, whichever way keys are counted.
TEST(FlopsPerToken, OfEncodersCountAllKeys) {
  const Architecture model = read(
      R"({"model_type": "bert", "vocab_size": 100, "hidden_size": 64, "num_hidden_layers": 3,
          "num_attention_heads": 4, "intermediate_size": 96})");
  EXPECT_EQ(flops_per_token(model, 50).scores, 2.0 * 3 * 4 * 32 * 50);
}

TEST(FlopsPerToken, EmbeddingsCountByConvention) {
  const double head = 2.0 * 12288 * 50257;
  using Embeddings = FlopsOptions::Embeddings;
  EXPECT_EQ(flops_per_token(gpt3(), 10).head, head);
  EXPECT_EQ(flops_per_token(gpt3(), 10, {.embeddings = Embeddings::kBoth}).head, 2 * head);
  EXPECT_EQ(flops_per_token(gpt3(), 10, {.embeddings = Embeddings::kNeither}).head, 0);
}

// 2 FLOPs a weight of every matrix that sees the token: active parameters without the table, the
// norms and what else is not a matrix.
TEST(FlopsPerToken, AreTwiceTheActiveWeights) {
  const Architecture model = read(
      R"({"model_type": "deepseek_v3", "vocab_size": 1000, "hidden_size": 256,
          "intermediate_size": 512, "moe_intermediate_size": 64, "num_hidden_layers": 6,
          "num_attention_heads": 8, "n_routed_experts": 16, "num_experts_per_tok": 4,
          "first_k_dense_replace": 2, "q_lora_rank": 96, "kv_lora_rank": 32})");
  const ParameterCounts count = count_parameters(model);
  const double not_matrices = static_cast<double>(count.norms) + 6 * (96 + 32) + 4 * 16;
  const double table = 1000 * 256;
  const TokenFlops flops = flops_per_token(model, 64);
  EXPECT_EQ(flops.forward() - flops.scores,
            2 * (static_cast<double>(count.active) - table - not_matrices));
  EXPECT_EQ(flops.backward(), 2 * flops.forward());
  EXPECT_EQ(flops.training(), 3 * flops.forward());
  EXPECT_EQ(
      flops_per_token(model, 64, {.recompute = FlopsOptions::Recompute::kAttention}).training(),
      3 * flops.forward() + flops.scores);
}

// DeepSeek-V2's paper (arXiv:2405.04434, Table 1): the cache of a layer is that of 4.5 heads, (4 +
// 1/2) d_h numbers a token, where multi-head attention has 2 n_h d_h.
TEST(KeyValueCache, OfLatentAttentionIsTheCompressedVector) {
  const Architecture model = read(
      R"({"model_type": "deepseek_v2", "vocab_size": 1000, "hidden_size": 5120,
          "intermediate_size": 512, "moe_intermediate_size": 64, "num_hidden_layers": 60,
          "num_attention_heads": 128, "n_routed_experts": 16, "num_experts_per_tok": 4})");
  EXPECT_EQ(kv_cache_bytes_per_token(model), 2 * 60 * 4.5 * 128);
}

TEST(Memory, CountsWeightsOptimizerAndCache) {
  const Architecture model = read(
      R"({"model_type": "gemma2", "vocab_size": 100, "hidden_size": 64, "intermediate_size": 96,
          "num_hidden_layers": 5, "num_attention_heads": 4, "num_key_value_heads": 2,
          "head_dim": 8, "sliding_window": 7})");
  const auto parameters = static_cast<double>(count_parameters(model).total);
  const Memory usual = memory(model, 100);
  EXPECT_EQ(usual.training(), 16 * parameters);  // arXiv:1910.02054
  // Three of five layers keep the last 7 tokens.
  EXPECT_EQ(usual.key_values, 2.0 * (2 * 100 + 3 * 7) * 2 * (8 + 8));
  EXPECT_EQ(memory(model, 5).key_values, 5 * kv_cache_bytes_per_token(model));
  const Memory other = memory(model, 5,
                              {.bytes_per_parameter = 0.5,
                               .bytes_per_key_value = 1,
                               .sequences = 32,
                               .optimizer_bytes_per_parameter = 8});
  EXPECT_EQ(other.weights, 0.5 * parameters);
  EXPECT_EQ(other.serving(), 0.5 * parameters + 32 * 5 * kv_cache_bytes_per_token(model, 1));
  EXPECT_EQ(other.training(), 9 * parameters);
}

TEST(Describe, TakesAContextThatTheModelHas) {
  const Result<ArchitectureFacts> short_one = describe(gpt3(), {});
  ASSERT_TRUE(short_one);
  EXPECT_EQ(short_one->context, 2048u);
  EXPECT_FALSE(describe(gpt3(), {.context = 2049}));  // positions have weights
  const Architecture rotary = read(
      R"({"model_type": "llama", "vocab_size": 100, "hidden_size": 64, "intermediate_size": 96,
          "num_hidden_layers": 5, "num_attention_heads": 4})");
  const Result<ArchitectureFacts> longer = describe(rotary, {.context = 4000});
  ASSERT_TRUE(longer);
  EXPECT_EQ(longer->notes, (std::vector<std::string>{
                               "the context of 4000 tokens is longer than the 2048 of the model"}));
}

TEST(FlopsOptions, TextsReadBack) {
  for (const auto option : {FlopsOptions::Keys::kCausal, FlopsOptions::Keys::kWhole})
    EXPECT_EQ(parse_keys(to_text(option)), option);
  for (const auto option : {FlopsOptions::Embeddings::kHead, FlopsOptions::Embeddings::kBoth,
                            FlopsOptions::Embeddings::kNeither})
    EXPECT_EQ(parse_embeddings(to_text(option)), option);
  for (const auto option : {FlopsOptions::Recompute::kNothing, FlopsOptions::Recompute::kAttention,
                            FlopsOptions::Recompute::kLayers})
    EXPECT_EQ(parse_recompute(to_text(option)), option);
  EXPECT_FALSE(parse_keys("none"));
}

}  // namespace
}  // namespace isoflop
