// The gradient against central differences of fourth order in double precision, for every group of
// parameters, and counts against those of `isoflop arch`.
#include "lab/model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>

#include "base/random.h"
#include "lab/sizes.h"

namespace isoflop::lab {

namespace {

struct Batch {
  std::vector<Token> inputs, targets;
  [[nodiscard]] Tokens tokens() const { return {inputs, targets}; }
};

Batch random_batch(const Architecture& sizes, Size tokens) {
  Batch batch;
  for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(tokens); ++i) {
    batch.inputs.push_back(static_cast<Token>(random_bits(5, 0, i) % sizes.vocabulary));
    batch.targets.push_back(static_cast<Token>(random_bits(5, 1, i) % sizes.vocabulary));
  }
  return batch;
}

struct Case {
  const char* name;
  ModelSizes sizes;
  Size context;
  Positions positions = Positions::kRotary;
};

// A context that is no multiple of a block of attention, one of several blocks, a block alone.
const Case kCases[] = {
    {"tied", {.vocabulary = 11, .width = 8, .layers = 2, .heads = 2, .inner = 6}, 5},
    {"untied",
     {.vocabulary = 7, .width = 12, .layers = 1, .heads = 3, .inner = 5, .tied = false},
     37},
    {"ALiBi",
     {.vocabulary = 300, .width = 12, .layers = 2, .heads = 3, .inner = 5},
     37,
     Positions::kAlibi},
    {"top 1",
     {.vocabulary = 9,
      .width = 8,
      .layers = 2,
      .heads = 1,
      .experts = 4,
      .active_experts = 1,
      .expert_inner = 5},
     8},
    {"top 2, shared",
     {.vocabulary = 9,
      .width = 8,
      .layers = 2,
      .heads = 2,
      .experts = 5,
      .active_experts = 2,
      .expert_inner = 3,
      .shared_inner = 4},
     32},
};

// Losses and balancing loss of a batch.
double objective(Transformer<double>& model, const Batch& batch) {
  std::vector<double> losses(batch.targets.size());
  model.losses(batch.tokens(), losses);
  return std::accumulate(losses.begin(), losses.end(), 0.0) +
         static_cast<double>(losses.size()) * model.balance_loss();
}

}  // namespace

TEST(LabModel, GradientEqualsDifferencesForEveryTensor) {
  for (const Case& each : kCases) {
    const Architecture sizes = architecture(each.sizes);
    Transformer<double> model(
        sizes, {.context = each.context, .positions = each.positions, .balance = 0.3});
    model.draw_parameters(3);
    const Batch batch = random_batch(sizes, 2 * each.context);
    const double weight = 0.7;
    std::vector<double> gradient(model.parameters().size());
    model.add_gradient(batch.tokens(), weight, gradient);
    for (const Tensor& tensor : model.tensors())
      for (int draw = 0; draw < 12; ++draw) {
        const auto at = static_cast<std::size_t>(tensor.offset) +
                        random_bits(1, 9, static_cast<std::uint64_t>(draw)) %
                            static_cast<std::size_t>(tensor.size());
        double& value = model.parameters()[at];
        const double kept = value, step = 1e-4;
        const auto moved = [&](double steps) {
          value = kept + steps * step;
          const double result = objective(model, batch);
          value = kept;
          return result;
        };
        const double expected =
            weight * (8 * (moved(1) - moved(-1)) - (moved(2) - moved(-2))) / (12 * step);
        EXPECT_NEAR(gradient[at], expected, 1e-8 * (1 + std::abs(expected)))
            << each.name << ", " << tensor.name << ", entry "
            << at - static_cast<std::size_t>(tensor.offset);
      }
  }
}

// The level that trains is single precision, and each level is its own code.
TEST(LabModel, EveryLevelHasTheGradientOfDoublePrecision) {
  for (const Case& each : kCases) {
    const Architecture sizes = architecture(each.sizes);
    Transformer<double> exact(sizes, {.context = each.context, .positions = each.positions});
    exact.draw_parameters(3);
    const Batch batch = random_batch(sizes, 3 * each.context);
    std::vector<double> expected(exact.parameters().size());
    const double expected_loss = exact.add_gradient(batch.tokens(), 1, expected);
    double scale = 0;
    for (const double g : expected) scale = std::max(scale, std::abs(g));
    for (const Level level : {Level::kBaseline, Level::kAvx2, Level::kAvx512}) {
      if (level > best_level()) continue;
      Transformer<float> model(
          sizes, {.context = each.context, .positions = each.positions, .level = level});
      model.draw_parameters(3);
      std::vector<float> gradient(model.parameters().size());
      EXPECT_NEAR(model.add_gradient(batch.tokens(), 1, gradient) / expected_loss, 1, 1e-5);
      for (std::size_t i = 0; i < gradient.size(); ++i)
        ASSERT_NEAR(gradient[i], expected[i], 1e-4 * scale) << each.name << ", " << to_text(level);
    }
  }
}

// A token may not see those after it.
TEST(LabModel, LossesDependOnEarlierTokensOnly) {
  const Architecture sizes = architecture(kCases[1].sizes);
  const Size context = kCases[1].context;
  Transformer<float> model(sizes, {.context = context});
  model.draw_parameters(3);
  Batch batch = random_batch(sizes, context);
  std::vector<double> before(batch.targets.size()), after(batch.targets.size());
  model.losses(batch.tokens(), before);
  const std::size_t changed = 20;
  batch.inputs[changed] = static_cast<Token>((batch.inputs[changed] + 1) % 7);
  model.losses(batch.tokens(), after);
  for (std::size_t i = 0; i < changed; ++i) EXPECT_EQ(before[i], after[i]) << i;
  for (std::size_t i = changed; i < before.size(); ++i) EXPECT_NE(before[i], after[i]) << i;
}

TEST(LabModel, HasAsManyParametersAsItsArchitecture) {
  for (const Case& each : kCases) {
    const Architecture sizes = architecture(each.sizes);
    const ParameterCounts count = count_parameters(sizes);
    Transformer<float> model(sizes, {.context = each.context});
    EXPECT_EQ(model.parameters().size(), count.total) << each.name;
    std::map<Tensor::Kind, std::uint64_t> kinds;
    for (const Tensor& tensor : model.tensors())
      kinds[tensor.kind] += static_cast<std::uint64_t>(tensor.size());
    EXPECT_EQ(kinds[Tensor::Kind::kTable], count.embedding);
    EXPECT_EQ(kinds[Tensor::Kind::kGain], count.norms);
    EXPECT_EQ(kinds[Tensor::Kind::kRouter], count.router);
    EXPECT_EQ(kinds[Tensor::Kind::kWeight],
              count.attention + count.mlp + count.experts + count.shared);
  }
}

}  // namespace isoflop::lab
