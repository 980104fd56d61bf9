// Whole fits: to the global optimum by default, over the published grid, over a bootstrap.
#include <benchmark/benchmark.h>

#include "bench/support.h"
#include "isoflop/bootstrap.h"

namespace isoflop::bench {
namespace {

constexpr double kSameObjective = 1e-7;  // relative
constexpr double kSameByGrid = 1e-9;

void default_fit(benchmark::State& state, const char* name) {
  const test::Problem problem = bench::problem(name);
  SerialExecutor executor;
  const auto run = [&] { return must_fit(problem.law, problem.table, problem.recipe, executor); };
  const Fit fitted = run();
  must_be_near(fitted.objective.sum, best_known(name), kSameObjective, name);
  for (auto _ : state) benchmark::DoNotOptimize(run());
  state.counters["starts"] = static_cast<double>(fitted.search.tried);
}
BENCHMARK_CAPTURE(default_fit, hoffmann2022_240_rows, "hoffmann2022 chinchilla")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(default_fit, frantar2023_t5, "frantar2023 t5")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(default_fit, hossain2025_t5, "hossain2025 t5")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(default_fit, abnar2025_t5, "abnar2025 t5")->Unit(benchmark::kMillisecond);

// The argument is the number of threads.
void published_grid(benchmark::State& state) {
  constexpr const char* kName = "hoffmann2022 chinchilla";
  test::Problem problem = bench::problem(kName);
  problem.recipe.starts = {Starts::Kind::kGrid, 0};
  ThreadExecutor executor(static_cast<unsigned>(state.range(0)));
  const auto run = [&] { return must_fit(problem.law, problem.table, problem.recipe, executor); };
  const Fit fitted = run();
  must_be_near(fitted.objective.sum, best_known(kName), kSameByGrid, kName);
  if (fitted.search.tried != 4500) fail("the published grid has 4500 starts");
  for (auto _ : state) benchmark::DoNotOptimize(run());
  state.counters["at_optimum"] = static_cast<double>(fitted.search.reached_best);
}
BENCHMARK(published_grid)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

// 4000 refits; the argument is the number of threads. That draws equal fits from scratch is checked
// by tests/slow/bootstrap_test.cc; here, that hardly any failed.
void bootstrap_4000(benchmark::State& state) {
  const test::Problem problem = bench::problem("hoffmann2022 chinchilla");
  ThreadExecutor executor(static_cast<unsigned>(state.range(0)));
  const Fit fitted = must_fit(problem.law, problem.table, problem.recipe, executor);
  const auto run = [&] {
    Progress silent;
    Result<Draws> draws = bootstrap(fitted, {.replicates = 4000}, executor, silent);
    if (!draws) fail(draws.error().text());
    return *std::move(draws);
  };
  const Draws draws = run();
  if (draws.size() != 4000 || draws.count(FitStatus::kFailed) > 0) fail("draws failed");
  for (auto _ : state) benchmark::DoNotOptimize(run());
}
BENCHMARK(bootstrap_4000)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace isoflop::bench
