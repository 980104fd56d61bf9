// Counts against published ones. Each model's totals are facts that its authors or the index of its
// weight files state ("safetensors metadata" of the model's page on huggingface.co unless noted);
// the sizes are those of its config.json.
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "isoflop/arch.h"
#include "support/command.h"

namespace isoflop {
namespace {

struct Published {
  const char* name;
  const char* config;
  std::uint64_t total;
  std::uint64_t active = 0;  // 0: not published to the last weight
};

void PrintTo(const Published& model, std::ostream* out) { *out << model.name; }

const Published kPublished[] = {
    {"Mistral_7B",
     R"({"model_type": "mistral", "vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 14336,
         "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8})",
     7'241'732'096},
    {"Qwen2_7B",
     R"({"model_type": "qwen2", "vocab_size": 152064, "hidden_size": 3584, "intermediate_size": 18944,
         "num_hidden_layers": 28, "num_attention_heads": 28, "num_key_value_heads": 4,
         "use_sliding_window": false, "tie_word_embeddings": false})",
     7'615'616'512},
    {"Qwen3_8B",
     R"({"model_type": "qwen3", "vocab_size": 151936, "hidden_size": 4096, "intermediate_size": 12288,
         "num_hidden_layers": 36, "num_attention_heads": 32, "num_key_value_heads": 8})",
     8'190'735'360},
    {"Qwen1_5_MoE_A2_7B",
     R"({"model_type": "qwen2_moe", "vocab_size": 151936, "hidden_size": 2048,
         "intermediate_size": 5632, "moe_intermediate_size": 1408,
         "shared_expert_intermediate_size": 5632, "num_hidden_layers": 24,
         "num_attention_heads": 16, "num_experts": 60, "num_experts_per_tok": 4})",
     14'315'784'192},
    {"DeepSeek_V2",
     R"({"model_type": "deepseek_v2", "vocab_size": 102400, "hidden_size": 5120,
         "intermediate_size": 12288, "moe_intermediate_size": 1536, "num_hidden_layers": 60,
         "num_attention_heads": 128, "n_routed_experts": 160, "n_shared_experts": 2,
         "num_experts_per_tok": 6, "first_k_dense_replace": 1, "moe_layer_freq": 1,
         "q_lora_rank": 1536, "kv_lora_rank": 512})",
     235'741'434'880},
    {"DeepSeek_V2_Lite",  // queries are made from the input here
     R"({"model_type": "deepseek_v2", "vocab_size": 102400, "hidden_size": 2048,
         "intermediate_size": 10944, "moe_intermediate_size": 1408, "num_hidden_layers": 27,
         "num_attention_heads": 16, "n_routed_experts": 64, "n_shared_experts": 2,
         "num_experts_per_tok": 6, "first_k_dense_replace": 1, "q_lora_rank": null})",
     15'706'484'224},
    {"OLMo_2_7B",
     R"({"model_type": "olmo2", "vocab_size": 100352, "hidden_size": 4096,
         "intermediate_size": 11008, "num_hidden_layers": 32, "num_attention_heads": 32})",
     7'298'617'344},
    {"Gemma_2_9B",
     R"({"model_type": "gemma2", "vocab_size": 256000, "hidden_size": 3584,
         "intermediate_size": 14336, "num_hidden_layers": 42, "num_attention_heads": 16,
         "num_key_value_heads": 8, "head_dim": 256})",
     9'241'705'984},
    {"Gemma_2_2B",
     R"({"model_type": "gemma2", "vocab_size": 256000, "hidden_size": 2304,
         "intermediate_size": 9216, "num_hidden_layers": 26, "num_attention_heads": 8})",
     2'614'341'888},
    // Biderman et al. 2023, the table of parameter counts in the models' cards.
    {"Pythia_70M",
     R"({"model_type": "gpt_neox", "vocab_size": 50304, "hidden_size": 512,
         "intermediate_size": 2048, "num_hidden_layers": 6, "num_attention_heads": 8})",
     70'426'624},
    {"Pythia_6_9B",
     R"({"model_type": "gpt_neox", "vocab_size": 50432, "hidden_size": 4096,
         "intermediate_size": 16384, "num_hidden_layers": 32, "num_attention_heads": 32})",
     6'857'302'016},
    {"Phi_3_mini",
     R"({"model_type": "phi3", "vocab_size": 32064, "hidden_size": 3072,
         "intermediate_size": 8192, "num_hidden_layers": 32, "num_attention_heads": 32,
         "attention_bias": false, "sliding_window": 2047})",
     3'821'079'552},
    // OpenAI 2025, arXiv:2508.10925, Table 1: 20.91B of which 3.61B are active, and 116.83B, 5.13B,
    // without the embedding table of 201088 x 2880.
    {"gpt_oss_20b",
     R"({"model_type": "gpt_oss", "vocab_size": 201088, "hidden_size": 2880,
         "intermediate_size": 2880, "num_hidden_layers": 24, "num_attention_heads": 64,
         "num_local_experts": 32, "experts_per_token": 4, "num_experts_per_tok": 4})",
     20'914'757'184, 3'608'307'264 + 201'088 * 2'880},
    {"gpt_oss_120b",
     R"({"model_type": "gpt_oss", "vocab_size": 201088, "hidden_size": 2880,
         "intermediate_size": 2880, "num_hidden_layers": 36, "num_attention_heads": 64,
         "num_local_experts": 128, "num_experts_per_tok": 4})",
     116'829'156'672},
};

class Counts : public testing::TestWithParam<Published> {};
INSTANTIATE_TEST_SUITE_P(Published, Counts, testing::ValuesIn(kPublished),
                         [](const auto& model) { return std::string(model.param.name); });

TEST_P(Counts, AreExact) {
  const Result<Architecture> model = read_architecture(GetParam().config, GetParam().name);
  ASSERT_TRUE(model) << model.error().text();
  const ParameterCounts count = count_parameters(*model);
  EXPECT_EQ(count.total, GetParam().total);
  if (GetParam().active > 0) {
    EXPECT_EQ(count.active, GetParam().active);
  }
  EXPECT_EQ(count.embedding + count.attention + count.mlp + count.experts + count.shared +
                count.router + count.norms,
            count.total);
}

// The folder's README has these totals.
TEST(SharedConfigs, CountsAreExact) {
  const Published models[] = {{"llama-3-8b", "", 8'030'261'248, 8'030'261'248},
                              {"mixtral-8x7b", "", 46'702'792'704, 12'879'925'248},
                              {"deepseek-v3", "", 671'026'419'200, 37'552'297'472},
                              {"qwen3-30b-a3b", "", 30'532'122'624, 3'353'032'704},
                              {"olmoe-1b-7b", "", 6'919'161'856, 1'282'017'280},
                              {"gpt2", "", 124'439'808, 124'439'808}};
  const auto folder = shared_data().parent_path() / "configs";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no " << folder;
  for (const Published& expected : models) {
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
  EXPECT_EQ(mistral.attention.key_value_heads, 4u);
  EXPECT_EQ(mistral.attention.windowed_layers, 0u);
  EXPECT_EQ(read(small("mistral", R"(, "num_key_value_heads": 2)")).attention.window, 4096u);
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
  const auto layers = [](const std::string& text) { return read(text).moe.layers; };
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
  const auto windowed = [](const std::string& text) {
    return read(text).attention.windowed_layers;
  };
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
  EXPECT_EQ(model.mlp.inner, 256u);
}

TEST(ReadArchitecture, SaysThatFurtherTokensAreNotCounted) {
  const Architecture model = read(small("deepseek_v3", R"(, "moe_intermediate_size": 32,
    "n_routed_experts": 8, "num_experts_per_tok": 2, "num_nextn_predict_layers": 1)"));
  ASSERT_EQ(model.notes.size(), 1u);
  EXPECT_EQ(model.notes[0],
            "1 layer for tokens further ahead (num_nextn_predict_layers) not counted");
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
}

}  // namespace
}  // namespace isoflop
