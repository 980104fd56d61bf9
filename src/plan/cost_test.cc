#include "isoflop/cost.h"

#include <gtest/gtest.h>

#include <cmath>

#include "isoflop/hardware.h"
#include "isoflop/plan.h"
#include "support/book.h"

namespace isoflop {
namespace {

double training_flops(const CostModel& cost, double N, double S, const Inputs& inputs = {}) {
  const Result<Plan> made =
      plan(test::book_law("hossain2025:moe"),
           {.sparsity = S, .inputs = inputs, .active_params = N, .tokens = 1e9, .cost = cost});
  EXPECT_TRUE(made) << made.error().text();
  return made ? made->run->flops / 1e9 : 0;
}

// The schedule's cost over that of a dense model of the same non-zero parameters, as laws.md has
// it.
TEST(Cost, PruningCostsWhatItsScheduleDoes) {
  for (const double S : {0.0, 0.5, 0.75, 0.875}) {
    const double ratio = (0.25 + 0.5 * (1 - 0.75 * S) + 0.25 * (1 - S)) / (1 - S);
    EXPECT_NEAR(training_flops(*find_cost("pruning"), 1e8, S) / (6e8 * ratio), 1, 1e-14);
  }
}

// Krajewski et al.: (12 d^2 cf + d E G cr) n for a depth of n, a width d = 64 n, and
// d^2 (8 E + 4) n parameters, here from the depth on.
TEST(Cost, FineGrainedCostsWhatItsPaperCounts) {
  for (const double depth : {8.0, 24.0})
    for (const double experts : {1.0, 64.0})
      for (const double G : {1.0, 16.0}) {
        const double d = 64 * depth, P = d * d * (8 * experts + 4) * depth, S = 0.5;
        const double paper = (12 * d * d * 6 + d * experts * G * 14) * depth;
        const double ours = training_flops(*find_cost("fine-grained"), P * (1 - S), S,
                                           {{"experts", experts}, {"G", G}});
        EXPECT_NEAR(ours / paper, 1, 1e-12);
      }
}

TEST(Cost, AnArchitectureCostsWhatItsMatricesDo) {
  const Result<Architecture> model = read_architecture(
      R"({"model_type": "llama", "vocab_size": 32000, "hidden_size": 512, "num_hidden_layers": 6,
          "num_attention_heads": 8, "num_key_value_heads": 8, "intermediate_size": 1376})",
      "config.json");
  ASSERT_TRUE(model) << model.error().text();
  const auto N = static_cast<double>(count_parameters(*model).active);
  for (const double context : {512.0, 8192.0}) {
    const CostModel cost = cost_of(*model, N, context);
    EXPECT_NEAR(training_flops(cost, N, 0) / flops_per_token(*model, context).training(), 1, 1e-14);
  }
}

TEST(Cost, AFormulaIsACostModelAndAWordIsNot) {
  const Result<CostModel> own = find_cost("6*N + 0.5*P");
  ASSERT_TRUE(own);
  EXPECT_NEAR(training_flops(*own, 1e9, 0.5), 7e9, 1);
  EXPECT_FALSE(find_cost("7nd"));
  EXPECT_FALSE(find_cost("6*"));
  for (const CostModel& model : cost_models()) EXPECT_TRUE(find_cost(model.name)) << model.name;
}

// 369 thousand GPU-hours at 0.4 of 989e12 FLOP/s, there and back.
TEST(Hardware, FlopsAreTimeAndMoney) {
  const Hardware hardware{.peak = 989e12, .gpus = 512, .price_per_gpu_hour = 2};
  const double flops = flops_of_gpu_hours(hardware, 512 * 30 * 24);
  EXPECT_NEAR(flops, 512.0 * 30 * 86400 * 0.4 * 989e12, 1e9);
  const Spend spent = spend(hardware, flops);
  EXPECT_NEAR(*spent.days, 30, 1e-12);
  EXPECT_NEAR(*spent.money, 2.0 * 512 * 30 * 24, 1e-6);
  EXPECT_FALSE(spend({.peak = 1e15}, 1e21).days);
  EXPECT_EQ(find_gpu("h100")->peak, 989e12);
  EXPECT_FALSE(find_gpu("H1000"));
}

}  // namespace
}  // namespace isoflop
