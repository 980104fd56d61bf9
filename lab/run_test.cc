// Runs as they are trained: the same bits every time, stopped or not; counts; and a language whose
// entropy is known, which no model can be better than.
#include "lab/run.h"

#include <gtest/gtest.h>

#include <cmath>

namespace isoflop::lab {

namespace {

const Corpus& corpus() {
  static const Corpus kCorpus = *read_corpus("ngram:8:1:1:300000");
  return kCorpus;
}

RunSpec small_run() {
  RunSpec spec;
  spec.sizes.width = 16, spec.sizes.layers = 1;
  spec.context = 16, spec.batch = 512, spec.tokens = 40'000, spec.held_out = 8192;
  return spec;
}

struct Case {
  const char* name;
  RunSpec spec;
};

std::vector<Case> cases() {
  std::vector<Case> all = {{"dense", small_run()},
                           {"pruned", small_run()},
                           {"2:4", small_run()},
                           {"experts", small_run()},
                           {"pruned experts, untied", small_run()},
                           {"ALiBi", small_run()}};
  all[1].spec.pruning.sparsity = 0.75;
  all[2].spec.pruning = *parse_pattern("2:4");
  all[3].spec.sizes.experts = 4, all[3].spec.sizes.active_experts = 2,
  all[3].spec.sizes.shared_inner = 8;
  all[4].spec.sizes.experts = 4, all[4].spec.pruning.sparsity = 0.5, all[4].spec.sizes.tied = false;
  all[5].spec.positions = Positions::kAlibi;
  for (Case& each : all) each.spec = *resolved(each.spec, corpus());
  return all;
}

void train(TrainingRun& run) {
  while (!run.finished()) run.step();
}

}  // namespace

// A loss in nats a byte is that of a token over the bytes of a token, of the held-out text.
TEST(LabRun, LossesOfBytePairsAreAByteAndAToken) {
  std::string text;
  for (std::size_t i = 0; i < 100'000; ++i) text += i * i % 7 % 3 == 0 ? "ax" : "bx";
  const Corpus pairs = corpus_of(text, 6);
  RunSpec spec = small_run();
  spec.held_out = 512;
  TrainingRun run(*resolved(spec, pairs), pairs, best_level());
  train(run);
  const RunOutcome outcome = run.outcome();
  double bytes = 0;
  for (const Token token : pairs.held_out) bytes += static_cast<double>(pairs.pieces[token].size());
  EXPECT_GT(outcome.loss, 0);
  EXPECT_NEAR(outcome.loss_token / outcome.loss, bytes / static_cast<double>(pairs.held_out.size()),
              0.2);
  EXPECT_GT(outcome.loss_token, 1.5 * outcome.loss);
}

TEST(LabRun, IsTheSameBitForBit) {
  for (const Case& each : cases()) {
    TrainingRun one(each.spec, corpus(), best_level()), two(each.spec, corpus(), best_level());
    train(one), train(two);
    EXPECT_EQ(one.outcome().loss, two.outcome().loss) << each.name;
    RunSpec other = each.spec;
    other.seed = 2;
    TrainingRun three(other, corpus(), best_level());
    train(three);
    EXPECT_NE(one.outcome().loss, three.outcome().loss) << each.name;
  }
}

// At every tenth step the run goes on in another object, from its state alone.
TEST(LabRun, GoesOnFromItsStateBitForBit) {
  for (const Case& each : cases()) {
    TrainingRun whole(each.spec, corpus(), best_level());
    train(whole);
    auto run = std::make_unique<TrainingRun>(each.spec, corpus(), best_level());
    while (!run->finished()) {
      run->step();
      if (run->steps_done() % 10 != 0) continue;
      const std::string state = run->state();
      run = std::make_unique<TrainingRun>(each.spec, corpus(), best_level());
      ASSERT_TRUE(run->restore(state, "state"));
    }
    const RunOutcome expected = whole.outcome(), seen = run->outcome();
    EXPECT_EQ(seen.loss, expected.loss) << each.name;
    EXPECT_EQ(seen.N, expected.N);
    EXPECT_EQ(seen.C, expected.C);
    EXPECT_EQ(seen.curve.size(), expected.curve.size());
  }
}

TEST(LabRun, DamagedOrForeignStatesAreRefused) {
  const std::vector<Case> all = cases();
  TrainingRun run(all[0].spec, corpus(), best_level());
  run.step();
  std::string state = run.state();
  EXPECT_FALSE(TrainingRun(all[1].spec, corpus(), best_level()).restore(state, "state"));
  EXPECT_FALSE(TrainingRun(all[3].spec, corpus(), best_level()).start_from(state, "state"));
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{10}, state.size() / 2, state.size() - 1})
    EXPECT_FALSE(run.restore(state.substr(0, size), "state"));
  state[state.size() / 2] ^= 1;
  EXPECT_FALSE(run.restore(state, "state"));
}

// N and P by hand: the last mask against the definition of each.
TEST(LabRun, CountsAreExact) {
  for (const Case& each : cases()) {
    TrainingRun run(each.spec, corpus(), best_level());
    train(run);
    const RunOutcome outcome = run.outcome();
    const Architecture sizes = architecture(each.spec.sizes);
    const ParameterCounts count = count_parameters(sizes);
    std::uint64_t zeros = 0, zeros_of_idle = 0;
    for (const Tensor& tensor : tensors(sizes)) {
      if (tensor.kind != Tensor::Kind::kWeight) continue;
      const auto removed = static_cast<std::uint64_t>(
          std::llround(each.spec.pruning.sparsity * static_cast<double>(tensor.size())));
      zeros += removed;
      if (tensor.name.find("expert ") != std::string::npos)
        zeros_of_idle += removed * (sizes.experts - sizes.active_experts);
    }
    if (sizes.experts > 0) zeros_of_idle /= sizes.experts;
    EXPECT_EQ(outcome.P, count.total) << each.name;
    EXPECT_EQ(outcome.N, count.active - (zeros - zeros_of_idle)) << each.name;
    EXPECT_EQ(outcome.N_no_embedding, outcome.N - count.embedding);
    EXPECT_EQ(outcome.tokens, 39'936U);  // 78 whole steps
    const double per_token = flops_per_token(sizes, 16).training();
    EXPECT_NEAR(outcome.C_dense, per_token * 39'936, 1e-6);
    if (each.spec.pruning.sparsity == 0)
      EXPECT_NEAR(outcome.C / outcome.C_dense, 1, 1e-12);
    else
      EXPECT_LT(outcome.C, outcome.C_dense);
  }
}

// A chain of order 1 is learnt nearly whole: no loss below the entropy (beyond the noise of the
// evaluation), and little above it.
TEST(LabRun, LossComesDownToAKnownEntropyAndNotBelow) {
  RunSpec spec = small_run();
  spec.tokens = 250'000, spec.held_out = 100'000;
  spec = *resolved(spec, corpus());
  TrainingRun run(spec, corpus(), best_level());
  train(run);
  const RunOutcome outcome = run.outcome();
  EXPECT_FALSE(outcome.diverged);
  EXPECT_GT(outcome.loss, outcome.entropy - 3 * outcome.loss_error);
  EXPECT_LT(outcome.loss, outcome.entropy + 0.02);
  EXPECT_LT(outcome.loss_error, 0.01);
}

TEST(LabRun, DivergenceIsAnOutcome) {
  RunSpec spec = small_run();
  spec.rate = 10, spec.clip = 0, spec.weight_decay = 0, spec.schedule = Schedule::kConstant;
  spec = *resolved(spec, corpus());
  TrainingRun run(spec, corpus(), best_level());
  train(run);
  EXPECT_TRUE(run.outcome().diverged);
}

// Two halves with a constant rate see the tokens of the whole, so they end where it does.
TEST(LabRun, BranchGoesOnWhereTheSavedModelWas) {
  RunSpec spec = small_run();
  spec.schedule = Schedule::kConstant, spec.warmup = 0, spec.tokens = 512 * 40;
  spec = *resolved(spec, corpus());
  TrainingRun whole(spec, corpus(), best_level());
  train(whole);
  spec.tokens /= 2;
  TrainingRun first(spec, corpus(), best_level()), second(spec, corpus(), best_level());
  train(first);
  ASSERT_TRUE(second.start_from(first.state(), "saved"));
  train(second);
  EXPECT_EQ(second.outcome().loss, whole.outcome().loss);
  EXPECT_EQ(second.outcome().start_tokens, 512U * 20);
}

TEST(LabRun, MistakesNameTheirField) {
  const auto complaint = [](auto change) {
    RunSpec spec = small_run();
    change(spec);
    const Result<RunSpec> whole = resolved(spec, corpus());
    return whole ? std::string("none") : whole.error().problems[0].what;
  };
  EXPECT_EQ(complaint([](RunSpec& s) { s.tokens = 0; }),
            "tokens: the number to train on is needed");
  EXPECT_EQ(complaint([](RunSpec& s) { s.batch = 100; }),
            "batch 100: a multiple of the context, 16, is needed");
  EXPECT_EQ(complaint([](RunSpec& s) { s.sizes.heads = 3; }),
            "heads 3: width 16 must be heads times an even number");
  EXPECT_EQ(complaint([](RunSpec& s) { s.sizes.experts = 2, s.sizes.active_experts = 3; }),
            "active_experts 3: 1 to the 2 experts");
  EXPECT_EQ(complaint([](RunSpec& s) { s.sizes.width = 4096, s.sizes.layers = 16; }),
            "3.22B parameters: the lab takes up to 100M");
  EXPECT_EQ(complaint([](RunSpec& s) { s.sizes.inner = 1ULL << 53; }),
            "inner 9007199254740992: 1 to 65536");
  EXPECT_EQ(complaint([](RunSpec& s) { s.unique = 400'000; }),
            "unique 400000: the text has 300000 training tokens");
}

// What a wanted N becomes is near to it: of a pruned model what is left of it.
TEST(LabRun, SizesComeFromParameters) {
  for (const double N : {6e3, 2e4, 7e4, 2.2e5, 1e6})
    for (const double sparsity : {0.0, 0.75}) {
      RunSpec spec = small_run();
      spec.sizes = {}, spec.parameters = N, spec.pruning.sparsity = sparsity;
      const Result<RunSpec> whole = resolved(spec, corpus());
      ASSERT_TRUE(whole) << N;
      const ParameterCounts count = count_parameters(architecture(whole->sizes));
      const auto weights = static_cast<double>(count.attention + count.mlp);
      EXPECT_NEAR((static_cast<double>(count.total) - sparsity * weights) / N, 1, 0.1);
    }
}

}  // namespace isoflop::lab
