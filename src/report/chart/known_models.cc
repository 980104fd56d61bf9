#include "report/chart/known_models.h"

namespace isoflop {

namespace {

constexpr KnownModel kModels[] = {
    {"GPT-3", 175e9, 300e9, "Brown et al. 2020, arXiv:2005.14165"},
    {"Gopher", 280e9, 300e9, "Rae et al. 2021, arXiv:2112.11446"},
    {"Chinchilla", 70e9, 1.4e12, "Hoffmann et al. 2022, arXiv:2203.15556"},
    {"PaLM", 540e9, 780e9, "Chowdhery et al. 2022, arXiv:2204.02311"},
    {"LLaMA 65B", 65.2e9, 1.4e12, "Touvron et al. 2023, arXiv:2302.13971"},
    {"Llama 3 405B", 405e9, 15.6e12, "Grattafiori et al. 2024, arXiv:2407.21783"},
    {"DeepSeek-V3", 37e9, 14.8e12, "DeepSeek-AI 2024, arXiv:2412.19437"}};

}  // namespace

std::span<const KnownModel> known_models() { return kModels; }

}  // namespace isoflop
