// Plans under 4000 draws: one budget, and a frontier of 100.
#include <benchmark/benchmark.h>

#include <cmath>
#include <random>
#include <vector>

#include "bench/support.h"
#include "isoflop/plan_draws.h"

namespace isoflop::bench {
namespace {

constexpr std::size_t kDraws = 4000;

// Draws around a published set, as wide as those of a good fit.
Draws made_draws(const Law& law) {
  std::mt19937_64 random(20260817);
  std::normal_distribution<double> normal;
  Draws draws;
  draws.status.assign(kDraws, FitStatus::kConverged);
  draws.objective.assign(kDraws, 1);
  for (std::size_t i = 0; i < kDraws; ++i)
    for (const double value : law.values())
      draws.values.push_back(value * std::exp(0.01 * normal(random)));
  return draws;
}

const PlanQuestion kQuestions[] = {
    {.flops = 1e22, .sparsity = 0.9},
    {.flops = 1e21, .free_sparsity = true, .total_params = 1e10},
    {.flops = 1e22, .free_sparsity = true, .limits = {{Limit::On::kTotal, 5e10, "--max-total"}}},
    {.sparsity = 0.9, .loss = 2.0}};

// Arguments: which question, how many budgets, how many threads.
void plans_of_4000_draws(benchmark::State& state) {
  const Law law = *find_law("hossain2025:moe");
  const Draws draws = made_draws(law);
  const PlanQuestion& question = kQuestions[state.range(0)];
  std::vector<Plan> plans;
  for (std::int64_t i = 0; i < state.range(1); ++i) {
    PlanQuestion here = question;
    if (here.flops) *here.flops *= std::pow(10, 0.03 * static_cast<double>(i));
    Result<Plan> best = plan(law, here);
    if (!best) fail(best.error().text());
    plans.push_back(*std::move(best));
  }
  ThreadExecutor executor(static_cast<unsigned>(state.range(2)));
  Progress silent;
  const auto run = [&] { return plan_uncertainty(law, draws, plans, 0.95, executor, silent); };
  const auto sure = run();
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const Uncertainty* N = sure[i].find("N");
    const double planned = plans[i].run->N;
    const bool holds = N != nullptr && N->percentile.low < planned &&
                       planned < N->percentile.high && sure[i].without == 0;
    if (!holds) fail("an interval does not hold its plan");
  }
  for (auto _ : state) benchmark::DoNotOptimize(run());
}
BENCHMARK(plans_of_4000_draws)
    ->ArgNames({"question", "budgets", "threads"})
    ->ArgsProduct({{0, 1, 2, 3}, {1}, {1, 2}})
    ->ArgsProduct({{0, 2}, {100}, {2}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace isoflop::bench
