#include "arch/model_type.h"

#include <array>

namespace isoflop {

namespace {

constexpr Standard kNo = standard(0);
constexpr Standard kYes = standard(1);

constexpr std::array kSizes = std::to_array<Field>({
    {"vocab_size", Key::kVocabulary},
    {"hidden_size", Key::kWidth},
    {"num_hidden_layers", Key::kLayers},
    {"num_attention_heads", Key::kHeads},
    {"intermediate_size", Key::kInner},
});

constexpr std::array kLlama = std::to_array<Field>({
    {"num_key_value_heads", Key::kKeyValueHeads, kSameAsHeads},
    {"head_dim", Key::kHeadSize, kWidthOverHeads},
    {"max_position_embeddings", Key::kMaxContext, standard(2048)},
    {"tie_word_embeddings", Key::kTied, kNo},
    {"attention_bias", Key::kAttentionBias, kNo},
    {"mlp_bias", Key::kMlpBias, kNo},
});

constexpr std::array kMistral = std::to_array<Field>({
    {"num_key_value_heads", Key::kKeyValueHeads, standard(8)},
    {"head_dim", Key::kHeadSize, kWidthOverHeads},
    {"max_position_embeddings", Key::kMaxContext, standard(131072)},
    {"tie_word_embeddings", Key::kTied, kNo},
    {"sliding_window", Key::kWindow, standard(4096)},
});

constexpr std::array kMixtral = std::to_array<Field>({
    {"num_local_experts", Key::kExperts, kRequired, "num_experts"},
    {"num_experts_per_tok", Key::kActiveExperts},
    {"num_key_value_heads", Key::kKeyValueHeads, standard(8)},
    {"head_dim", Key::kHeadSize, kWidthOverHeads},
    {"max_position_embeddings", Key::kMaxContext, standard(131072)},
    {"tie_word_embeddings", Key::kTied, kNo},
    {"sliding_window", Key::kWindow, kNothing},
});

constexpr std::array kQwen2 = std::to_array<Field>({
    {"num_key_value_heads", Key::kKeyValueHeads, standard(32)},
    {"head_dim", Key::kHeadSize, kWidthOverHeads},
    {"max_position_embeddings", Key::kMaxContext, standard(32768)},
    {"tie_word_embeddings", Key::kTied, kNo},
    {"use_sliding_window", Key::kUseWindow, kNo},
    {"sliding_window", Key::kWindow, standard(4096)},
    {"max_window_layers", Key::kFirstWindowed, standard(28)},
    {"layer_types", Key::kLayerTypes, kNothing},
});

constexpr std::array kQwen2Moe = std::to_array<Field>({
    {"moe_intermediate_size", Key::kExpertInner},
    {"shared_expert_intermediate_size", Key::kSharedInner},
    {"num_experts", Key::kExperts, kRequired, "num_local_experts"},
    {"num_experts_per_tok", Key::kActiveExperts},
    {"decoder_sparse_step", Key::kSparseStep, standard(1)},
    {"mlp_only_layers", Key::kDenseLayers, kNothing},
    {"num_key_value_heads", Key::kKeyValueHeads, standard(16)},
    {"head_dim", Key::kHeadSize, kWidthOverHeads},
    {"max_position_embeddings", Key::kMaxContext, standard(32768)},
    {"tie_word_embeddings", Key::kTied, kNo},
    {"qkv_bias", Key::kAttentionBias, kYes},
    {"use_sliding_window", Key::kUseWindow, kNo},
    {"sliding_window", Key::kWindow, standard(4096)},
    {"max_window_layers", Key::kFirstWindowed, standard(28)},
    {"layer_types", Key::kLayerTypes, kNothing},
});

constexpr std::array kQwen3 = std::to_array<Field>({
    {"num_key_value_heads", Key::kKeyValueHeads, standard(32)},
    {"head_dim", Key::kHeadSize, standard(128)},
    {"max_position_embeddings", Key::kMaxContext, standard(32768)},
    {"tie_word_embeddings", Key::kTied, kNo},
    {"attention_bias", Key::kAttentionBias, kNo},
    {"use_sliding_window", Key::kUseWindow, kNo},
    {"sliding_window", Key::kWindow, standard(4096)},
    {"max_window_layers", Key::kFirstWindowed, standard(28)},
    {"layer_types", Key::kLayerTypes, kNothing},
});

constexpr std::array kQwen3Moe = std::to_array<Field>({
    {"moe_intermediate_size", Key::kExpertInner},
    {"num_experts", Key::kExperts, kRequired, "num_local_experts"},
    {"num_experts_per_tok", Key::kActiveExperts},
    {"decoder_sparse_step", Key::kSparseStep, standard(1)},
    {"mlp_only_layers", Key::kDenseLayers, kNothing},
    {"num_key_value_heads", Key::kKeyValueHeads, standard(4)},
    {"head_dim", Key::kHeadSize, kWidthOverHeads},
    {"max_position_embeddings", Key::kMaxContext, standard(32768)},
    {"tie_word_embeddings", Key::kTied, kNo},
    {"attention_bias", Key::kAttentionBias, kNo},
    {"use_sliding_window", Key::kUseWindow, kNo},
    {"sliding_window", Key::kWindow, standard(4096)},
    {"max_window_layers", Key::kNoEffect, kNothing},
});

// moe_layer_freq is a field of the modules that come with the published models.
constexpr std::array kDeepseekV2 = std::to_array<Field>({
    {"moe_intermediate_size", Key::kExpertInner},
    {"n_routed_experts", Key::kExperts, kRequired, "num_experts"},
    {"num_experts_per_tok", Key::kActiveExperts},
    {"n_shared_experts", Key::kSharedExperts, standard(2)},
    {"first_k_dense_replace", Key::kFirstDense, standard(0)},
    {"moe_layer_freq", Key::kExpertsEvery, standard(1)},
    {"q_lora_rank", Key::kQueryRank, standard(1536)},
    {"kv_lora_rank", Key::kKeyValueRank, standard(512)},
    {"qk_nope_head_dim", Key::kNopeSize, standard(128)},
    {"qk_rope_head_dim", Key::kRopeSize, standard(64)},
    {"v_head_dim", Key::kValueSize, standard(128)},
    {"max_position_embeddings", Key::kMaxContext, standard(2048)},
    {"tie_word_embeddings", Key::kTied, kNo},
    {"attention_bias", Key::kAttentionBias, kNo},
    {"num_key_value_heads", Key::kNoEffect, kNothing},
    {"head_dim", Key::kNoEffect, kNothing},
    {"qk_head_dim", Key::kNoEffect, kNothing},
});

constexpr std::array kDeepseekV3 = std::to_array<Field>({
    {"moe_intermediate_size", Key::kExpertInner},
    {"n_routed_experts", Key::kExperts, kRequired, "num_local_experts"},
    {"num_experts_per_tok", Key::kActiveExperts},
    {"n_shared_experts", Key::kSharedExperts, standard(1)},
    {"first_k_dense_replace", Key::kFirstDense, standard(3)},
    {"moe_layer_freq", Key::kExpertsEvery, standard(1)},
    {"q_lora_rank", Key::kQueryRank, standard(1536)},
    {"kv_lora_rank", Key::kKeyValueRank, standard(512)},
    {"qk_nope_head_dim", Key::kNopeSize, standard(128)},
    {"qk_rope_head_dim", Key::kRopeSize, standard(64)},
    {"v_head_dim", Key::kValueSize, standard(128)},
    {"max_position_embeddings", Key::kMaxContext, standard(4096)},
    {"tie_word_embeddings", Key::kTied, kNo},
    {"attention_bias", Key::kAttentionBias, kNo},
    {"num_nextn_predict_layers", Key::kNextTokens, kNothing},
    {"num_key_value_heads", Key::kNoEffect, kNothing},
    {"head_dim", Key::kNoEffect, kNothing},
    {"qk_head_dim", Key::kNoEffect, kNothing},
});

constexpr std::array kOlmo2 = std::to_array<Field>({
    {"num_key_value_heads", Key::kKeyValueHeads, kSameAsHeads},
    {"head_dim", Key::kHeadSize, kWidthOverHeads},
    {"max_position_embeddings", Key::kMaxContext, standard(2048)},
    {"tie_word_embeddings", Key::kTied, kNo},
    {"attention_bias", Key::kAttentionBias, kNo},
});

constexpr std::array kOlmoe = std::to_array<Field>({
    {"num_experts", Key::kExperts, kRequired, "num_local_experts"},
    {"num_experts_per_tok", Key::kActiveExperts},
    {"num_key_value_heads", Key::kKeyValueHeads, kSameAsHeads},
    {"head_dim", Key::kHeadSize, kWidthOverHeads},
    {"max_position_embeddings", Key::kMaxContext, standard(4096)},
    {"tie_word_embeddings", Key::kTied, kNo},
    {"attention_bias", Key::kAttentionBias, kNo},
});

constexpr std::array kGemma2 = std::to_array<Field>({
    {"num_key_value_heads", Key::kKeyValueHeads, standard(4)},
    {"head_dim", Key::kHeadSize, standard(256)},
    {"max_position_embeddings", Key::kMaxContext, standard(8192)},
    {"tie_word_embeddings", Key::kTied, kYes},
    {"attention_bias", Key::kAttentionBias, kNo},
    {"sliding_window", Key::kWindow, standard(4096)},
    {"layer_types", Key::kLayerTypes, kNothing},
});

constexpr std::array kGpt2 = std::to_array<Field>({
    {"vocab_size", Key::kVocabulary},
    {"n_embd", Key::kWidth, kRequired, "hidden_size"},
    {"n_layer", Key::kLayers, kRequired, "num_hidden_layers"},
    {"n_head", Key::kHeads, kRequired, "num_attention_heads"},
    {"n_inner", Key::kInner, kFourWidths},
    {"n_positions", Key::kMaxContext, standard(1024), "max_position_embeddings"},
    {"tie_word_embeddings", Key::kTied, kYes},
    {"n_ctx", Key::kNoEffect, kNothing},
});

constexpr std::array kGptNeox = std::to_array<Field>({
    {"max_position_embeddings", Key::kMaxContext, standard(2048)},
    {"tie_word_embeddings", Key::kTied, kNo},
    {"attention_bias", Key::kAttentionBias, kYes},
});

constexpr std::array kPhi3 = std::to_array<Field>({
    {"num_key_value_heads", Key::kKeyValueHeads, kSameAsHeads},
    {"head_dim", Key::kHeadSize, kWidthOverHeads},
    {"max_position_embeddings", Key::kMaxContext, standard(4096)},
    {"tie_word_embeddings", Key::kTied, kNo},
    {"sliding_window", Key::kWindow, kNothing},
});

constexpr std::array kGptOss = std::to_array<Field>({
    {"num_local_experts", Key::kExperts, kRequired, "num_experts"},
    {"num_experts_per_tok", Key::kActiveExperts, kRequired, "experts_per_token"},
    {"num_key_value_heads", Key::kKeyValueHeads, standard(8)},
    {"head_dim", Key::kHeadSize, standard(64)},
    {"max_position_embeddings", Key::kMaxContext, standard(131072)},
    {"tie_word_embeddings", Key::kTied, kNo},
    {"attention_bias", Key::kAttentionBias, kYes},
    {"sliding_window", Key::kWindow, standard(128)},
    {"layer_types", Key::kLayerTypes, kNothing},
});

using Attention = AttentionShape;

constexpr std::array kTypes = std::to_array<ModelType>({
    {.name = "deepseek_v2",
     .sizes = kSizes,
     .fields = kDeepseekV2,
     .attention = Attention::Kind::kLatent},
    {.name = "deepseek_v3",
     .sizes = kSizes,
     .fields = kDeepseekV3,
     .attention = Attention::Kind::kLatent,
     .router_balance = true},
    {.name = "gemma2",
     .sizes = kSizes,
     .fields = kGemma2,
     .windowed = WindowedLayers::kEven,
     .norms_per_layer = 4},
    {.name = "gpt2",
     .sizes = {},
     .fields = kGpt2,
     .attention_bias = true,
     .gated = false,
     .mlp_bias = true,
     .norm_bias = true,
     .learned_positions = true},
    {.name = "gpt_neox",
     .sizes = kSizes,
     .fields = kGptNeox,
     .gated = false,
     .mlp_bias = true,
     .norm_bias = true},
    {.name = "gpt_oss",
     .sizes = kSizes,
     .fields = kGptOss,
     .sinks = true,
     .windowed = WindowedLayers::kEven,
     .mlp_bias = true,
     .inner_is_expert = true,
     .router_bias = true},
    {.name = "llama", .sizes = kSizes, .fields = kLlama},
    {.name = "mistral", .sizes = kSizes, .fields = kMistral, .windowed = WindowedLayers::kAll},
    {.name = "mixtral",
     .sizes = kSizes,
     .fields = kMixtral,
     .windowed = WindowedLayers::kAll,
     .inner_is_expert = true},
    {.name = "olmo2",
     .sizes = kSizes,
     .fields = kOlmo2,
     .query_key_norm = Attention::Norm::kAllHeads},
    {.name = "olmoe",
     .sizes = kSizes,
     .fields = kOlmoe,
     .query_key_norm = Attention::Norm::kAllHeads,
     .inner_is_expert = true},
    {.name = "phi3", .sizes = kSizes, .fields = kPhi3, .windowed = WindowedLayers::kAll},
    {.name = "qwen2",
     .sizes = kSizes,
     .fields = kQwen2,
     .attention_bias = true,
     .output_bias = false,
     .windowed = WindowedLayers::kFromFirst},
    {.name = "qwen2_moe",
     .sizes = kSizes,
     .fields = kQwen2Moe,
     .output_bias = false,
     .windowed = WindowedLayers::kEvenUntilFirst,
     .shared_gate = true},
    {.name = "qwen3",
     .sizes = kSizes,
     .fields = kQwen3,
     .query_key_norm = Attention::Norm::kEachHead,
     .windowed = WindowedLayers::kFromFirst},
    {.name = "qwen3_moe",
     .sizes = kSizes,
     .fields = kQwen3Moe,
     .query_key_norm = Attention::Norm::kEachHead,
     .windowed = WindowedLayers::kAll},
});

}  // namespace

std::span<const ModelType> model_type_table() { return kTypes; }

std::vector<std::string> model_types() {
  std::vector<std::string> names;
  for (const ModelType& type : kTypes) names.emplace_back(type.name);
  return names;
}

}  // namespace isoflop
