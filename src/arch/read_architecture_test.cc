// Counts against published ones: those of the book's files, which say where they are published.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <vector>

#include "isoflop/arch.h"
#include "support/command.h"

namespace isoflop {
namespace {

class Counts : public testing::TestWithParam<PublishedModel> {};
INSTANTIATE_TEST_SUITE_P(
    Published, Counts,
    testing::ValuesIn(published_models().value_or(std::vector<PublishedModel>{})),
    [](const auto& model) {
      std::string name = model.param.name;
      for (char& letter : name)
        if (std::isalnum(static_cast<unsigned char>(letter)) == 0) letter = '_';
      return name;
    });

TEST_P(Counts, AreExact) {
  const PublishedModel& published = GetParam();
  const Result<Architecture> model = read_architecture(published.config, published.name);
  ASSERT_TRUE(model) << model.error().text();
  EXPECT_EQ(model->model_type, published.model_type);
  const ParameterCounts count = count_parameters(*model);
  EXPECT_EQ(count.total, published.total);
  EXPECT_EQ(count.active, published.active);
  EXPECT_EQ(count.next_tokens, published.next_tokens);
  EXPECT_EQ(count.embedding + count.attention + count.recurrent + count.mlp + count.experts +
                count.shared + count.router + count.norms,
            count.total);
  // No FLOPs without a weight, and none without an end.
  EXPECT_GT(flops_per_token(*model, 128).forward(), 0);
  EXPECT_LT(flops_per_token(*model, 128).forward(), 4 * static_cast<double>(count.total));
}

TEST(PublishedModels, AreOfEveryType) {
  const Result<std::vector<PublishedModel>> models = published_models();
  ASSERT_TRUE(models) << models.error().text();
  std::set<std::string> types;
  for (const PublishedModel& model : *models) types.insert(model.model_type);
  const std::vector<std::string> known = model_types();
  EXPECT_EQ(types, std::set<std::string>(known.begin(), known.end()));
}

// safetensors metadata counts them, and what they share with the model once more.
TEST(PublishedModels, FurtherTokensAreApart) {
  const Result<std::vector<PublishedModel>> models = published_models();
  ASSERT_TRUE(models);
  struct Metadata {
    const char* name;
    std::uint64_t shared;
    std::uint64_t total;
  };
  for (const Metadata& expected : {Metadata{"DeepSeek-V3", 129'280u * 7'168u, 684'489'845'504},
                                   {"GLM-4.5", 151'552u * 5'120u, 358'337'791'296},
                                   {"GLM-4.5-Air", 151'552u * 4'096u, 110'468'824'832}}) {
    const auto model = std::ranges::find(*models, expected.name, &PublishedModel::name);
    ASSERT_NE(model, models->end());
    EXPECT_EQ(model->total + model->next_tokens + 2 * expected.shared, expected.total);
  }
}

// The folder's README has these totals.
TEST(SharedConfigs, CountsAreExact) {
  struct Expected {
    const char* name;
    std::uint64_t total;
    std::uint64_t active;
  };
  const Expected models[] = {{"llama-3-8b", 8'030'261'248, 8'030'261'248},
                             {"mixtral-8x7b", 46'702'792'704, 12'879'925'248},
                             {"deepseek-v3", 671'026'419'200, 37'552'297'472},
                             {"qwen3-30b-a3b", 30'532'122'624, 3'353'032'704},
                             {"olmoe-1b-7b", 6'919'161'856, 1'282'017'280},
                             {"gpt2", 124'439'808, 124'439'808}};
  const auto folder = shared_data().parent_path() / "configs";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no " << folder;
  for (const Expected& expected : models) {
    const std::string name = std::string(expected.name) + ".json";
    const Result<Architecture> model = read_architecture(read_text(folder / name), name);
    ASSERT_TRUE(model) << model.error().text();
    EXPECT_EQ(count_parameters(*model).total, expected.total) << name;
    EXPECT_EQ(count_parameters(*model).active, expected.active) << name;
  }
}

Architecture read(std::string_view text) {
  Result<Architecture> model = read_architecture(text, "config.json");
  EXPECT_TRUE(model) << model.error().text();
  return model ? *std::move(model) : Architecture{};
}

std::string small(std::string_view type, std::string_view more) {
  return R"({"model_type": ")" + std::string(type) +
         R"(", "vocab_size": 100, "hidden_size": 64, "intermediate_size": 96,)"
         R"( "num_hidden_layers": 10, "num_attention_heads": 4)" +
         std::string(more) + "}";
}

std::string small_moe(std::string_view more) {
  return small("qwen2_moe", R"(, "moe_intermediate_size": 32, "num_key_value_heads": 4,
                 "shared_expert_intermediate_size": 48, "num_experts": 8, "num_experts_per_tok": 2)" +
                                std::string(more));
}

TEST(ReadArchitecture, ListsTheDefaultsThatItTook) {
  using Defaults = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(read(small("llama", R"(, "mlp_bias": true)")).defaults,
            (Defaults{{"num_key_value_heads", "4"},
                      {"head_dim", "16"},
                      {"max_position_embeddings", "2048"},
                      {"tie_word_embeddings", "false"},
                      {"attention_bias", "false"}}));
}

TEST(ReadArchitecture, NullMeansWhatTransformersMakesOfIt) {
  // Left out, a mistral has 8 key-value heads and a window; null means as many as heads, and none.
  const Architecture mistral =
      read(small("mistral", R"(, "num_key_value_heads": null, "sliding_window": null)"));
  EXPECT_EQ(mistral.key_value_heads, 4u);
  EXPECT_EQ(mistral.windowed_layers, 0u);
  EXPECT_EQ(read(small("mistral", R"(, "num_key_value_heads": 2)")).window, 4096u);
}

// Each bias and norm by hand, on sizes that tell them apart.
TEST(ReadArchitecture, CountsBiases) {
  const auto total = [](const std::string& text) { return count_parameters(read(text)).total; };
  const std::uint64_t plain = total(small("llama", ""));
  EXPECT_EQ(plain, 2u * 100 * 64 + 10 * (4 * 64 * 64 + 3 * 64 * 96 + 2 * 64) + 64);
  EXPECT_EQ(total(small("llama", R"(, "tie_word_embeddings": true)")), plain - 100 * 64);
  EXPECT_EQ(total(small("llama", R"(, "attention_bias": true)")), plain + 10 * 4 * 64);
  EXPECT_EQ(total(small("llama", R"(, "mlp_bias": true)")), plain + 10 * (2 * 96 + 64));
  EXPECT_EQ(total(small("llama", R"(, "head_dim": 8)")), plain - 10 * 4 * 64 * 32);
  EXPECT_EQ(total(small("olmo2", "")), plain + 10 * 2 * 64);
  EXPECT_EQ(total(small("qwen3", R"(, "num_key_value_heads": 4, "head_dim": 16)")),
            plain + 10 * 2 * 16);
  EXPECT_EQ(total(small("qwen2", R"(, "num_key_value_heads": 4)")), plain + 10 * 3 * 64);
}

TEST(ReadArchitecture, FindsTheLayersWithExperts) {
  const auto layers = [](const std::string& text) { return read(text).expert_layers; };
  EXPECT_EQ(layers(small_moe("")), 10u);
  EXPECT_EQ(layers(small_moe(R"(, "decoder_sparse_step": 3)")), 3u);  // 2, 5, 8
  EXPECT_EQ(layers(small_moe(R"(, "decoder_sparse_step": 3, "mlp_only_layers": [1, 5, 5])")), 2u);
  EXPECT_EQ(layers(small_moe(R"(, "mlp_only_layers": [0, 9])")), 8u);
  const auto deepseek = [&](const std::string& more) {
    return layers(small("deepseek_v3", R"(, "moe_intermediate_size": 32, "n_routed_experts": 8,
                          "num_experts_per_tok": 2)" +
                                           more));
  };
  EXPECT_EQ(deepseek(""), 7u);
  EXPECT_EQ(deepseek(R"(, "first_k_dense_replace": 1, "moe_layer_freq": 4)"), 2u);  // 4, 8
  EXPECT_EQ(deepseek(R"(, "first_k_dense_replace": 99)"), 0u);
}

TEST(ReadArchitecture, FindsTheLayersWithAWindow) {
  const auto windowed = [](const std::string& text) { return read(text).windowed_layers; };
  EXPECT_EQ(windowed(small("gemma2", R"(, "num_hidden_layers ": 0)")), 5u);
  const std::string kv = R"(, "num_key_value_heads": 4, "max_window_layers": 3)";
  EXPECT_EQ(windowed(small("qwen2", kv)), 0u);
  EXPECT_EQ(windowed(small("qwen2", kv + R"(, "use_sliding_window": true)")), 7u);
  EXPECT_EQ(windowed(small_moe(R"(, "max_window_layers": 3, "use_sliding_window": true)")), 2u);
  EXPECT_EQ(windowed(small("phi3", "")), 0u);
  EXPECT_EQ(windowed(small("phi3", R"(, "sliding_window": 8)")), 10u);
  std::string types = R"(, "layer_types": ["full_attention")";
  for (int i = 1; i < 10; ++i) types += R"(, "sliding_attention")";
  EXPECT_EQ(windowed(small("gemma2", types + "]")), 9u);
}

TEST(ReadArchitecture, SaysWhatItDidNotLookAt) {
  const Architecture model = read(small("llama", R"(, "rope_theta": 1e6, "quantization_config":
    {"bits": 4}, "favourite_colour": "blue", "use_qk_norm": false, "hidden_act": "silu")"));
  EXPECT_EQ(model.ignored, (std::vector<std::string>{"favourite_colour"}));
}

TEST(ReadArchitecture, TakesBothNamesOfAField) {
  const Architecture model = read(
      R"({"model_type": "gpt2", "vocab_size": 100, "hidden_size": 64, "num_hidden_layers": 2,
          "num_attention_heads": 4, "max_position_embeddings": 32})");
  EXPECT_EQ(model.learned_positions, 32u);
  EXPECT_EQ(model.inner, 256u);
}

// Two matrices' worth of a projection, three norms and a layer with experts.
TEST(ReadArchitecture, CountsModulesForFurtherTokensApart) {
  const std::string moe = R"(, "moe_intermediate_size": 32, "n_routed_experts": 8,
    "num_experts_per_tok": 2)";
  const auto with = [&](const std::string& more) {
    return count_parameters(read(small("deepseek_v3", moe + more)));
  };
  const ParameterCounts none = with(""), two = with(R"(, "num_nextn_predict_layers": 2)");
  EXPECT_EQ(none.next_tokens, 0u);
  EXPECT_EQ(two.total, none.total);
  EXPECT_EQ(two.active, none.active);
  const std::uint64_t layer =
      none.attention / 10 + (none.experts + none.shared + none.router) / 7 + 2 * 64;
  EXPECT_EQ(two.next_tokens, 2 * (2 * 64 * 64 + 3 * 64 + layer));
}

TEST(ReadArchitecture, ReadsTheTextModelOfSeveral) {
  const std::string text = R"("text_config": {"model_type": "llama4_text", "hidden_size": 64,
    "intermediate_size": 32, "intermediate_size_mlp": 96, "num_hidden_layers": 8,
    "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16, "num_local_experts": 4,
    "num_experts_per_tok": 1, "interleave_moe_layer_step": 2, "vocab_size": 100})";
  const Architecture model = read(
      R"({"model_type": "llama4", "tie_word_embeddings": true, "vision_config": {"depth": 2}, )" +
      text + "}");
  EXPECT_EQ(model.model_type, "llama4_text");
  EXPECT_TRUE(model.tied);  // from the outer file
  EXPECT_EQ(model.expert_layers, 4u);
  EXPECT_EQ(model.windowed_layers, 6u);  // layers 3 and 7 see all
  EXPECT_EQ(model.notes.size(), 1u);
}

// A type of a similar name has other weights.
TEST(ReadArchitecture, NoTypeStandsForAnother) {
  for (const char* type : {"phi4", "olmo4", "gemma4", "lama"}) {
    const Result<Architecture> model = read_architecture(small(type, ""), "config.json");
    ASSERT_FALSE(model) << type;
    EXPECT_EQ(model.error().text().find("did you mean"), std::string::npos);
    EXPECT_NE(model.error().text().find("qwen3_moe"), std::string::npos);
  }
}

// Counts stay exact up to the limit, and above it there is an error, not a wrong number.
TEST(ReadArchitecture, RefusesWhatItCannotCount) {
  const auto with = [](const char* layers) {
    return read_architecture(
        R"({"model_type": "llama", "vocab_size": 100, "hidden_size": 2147483647,
            "intermediate_size": 1, "num_attention_heads": 1, "num_hidden_layers": )" +
            std::string(layers) + "}",
        "big.json");
  };
  EXPECT_FALSE(with("1"));
  EXPECT_FALSE(with("2147483647"));
  for (const char* number : {"1e300", "-1", "0", "1.5", "2147483648", "true", "\"32\"", "[1]"}) {
    const Result<Architecture> model = with(number);
    ASSERT_FALSE(model) << number;
    EXPECT_NE(model.error().text().find("num_hidden_layers"), std::string::npos) << number;
  }
  // Of layers that differ each is looked at, and sizes of one come from a list.
  EXPECT_FALSE(read_architecture(
      R"({"model_type": "gemma2", "vocab_size": 1, "hidden_size": 8, "intermediate_size": 1,
          "num_attention_heads": 1, "num_key_value_heads": 1, "head_dim": 8,
          "num_hidden_layers": 2147483647})",
      "deep.json"));
  for (const char* experts : {"[1e300, 2]", "[-1, 2]", "[0.5, 2]", "2147483647"})
    EXPECT_FALSE(read_architecture(
        R"({"model_type": "hunyuan_v1_moe", "vocab_size": 100, "hidden_size": 2147483640,
            "intermediate_size": 8, "num_attention_heads": 4, "num_hidden_layers": 2, "moe_topk": 1,
            "num_experts": )" +
            std::string(experts) + "}",
        "experts.json"))
        << experts;
}

}  // namespace
}  // namespace isoflop
