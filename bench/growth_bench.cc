// How time grows with rows and with starts. `ns_a_row` and `us_a_start` are flat where growth is
// linear.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <limits>

#include "bench/support.h"

namespace isoflop::bench {
namespace {

// Seconds of the shortest run.
double shortest(benchmark::State& state, auto&& run) {
  double least = std::numeric_limits<double>::infinity();
  for (auto _ : state) {
    const auto began = std::chrono::steady_clock::now();
    benchmark::DoNotOptimize(run());
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
    least = std::min(least, seconds.count());
    state.SetIterationTime(seconds.count());
  }
  return least;
}

// One default fit, one thread. The runs have hoffmann2022's published coefficients.
void rows(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const Table runs = made_runs(count, 0.01);
  const Law law = find_law("hoffmann2022")->without_values();
  SerialExecutor executor;
  const auto run = [&] { return must_fit(law, runs, {}, executor); };
  const Fit fitted = run();
  if (fitted.status != FitStatus::kConverged) fail(fitted.message);
  // Standard errors of this design at 100 rows are some percent.
  must_be_near(fitted.law.values()[0], 1.69, count < 10000 ? 0.2 : 0.02, "E of made runs");
  state.counters["ns_a_row"] = 1e9 * shortest(state, run) / static_cast<double>(count);
}
BENCHMARK(rows)
    ->UseManualTime()
    ->RangeMultiplier(10)
    ->Range(100, 10000000)
    ->Unit(benchmark::kMillisecond);

// Random starts, each run to the end, one thread.
void starts(benchmark::State& state) {
  constexpr const char* kName = "hoffmann2022 chinchilla";
  test::Problem problem = bench::problem(kName);
  problem.recipe.starts = {Starts::Kind::kRandom, static_cast<std::size_t>(state.range(0))};
  SerialExecutor executor;
  const auto run = [&] { return must_fit(problem.law, problem.table, problem.recipe, executor); };
  must_be_near(run().objective.sum, best_known(kName), 1e-7, kName);
  state.counters["us_a_start"] = 1e6 * shortest(state, run) / static_cast<double>(state.range(0));
}
BENCHMARK(starts)
    ->UseManualTime()
    ->RangeMultiplier(10)
    ->Range(100, 10000)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace isoflop::bench
