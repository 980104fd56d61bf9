// One ask of an optimiser that knows 500 evaluations in 10 dimensions, after it was told the last
// of them. The argument is the number of evaluations.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cmath>

#include "base/random.h"
#include "bench/support.h"
#include "isoflop/optimizer.h"

namespace isoflop::bench {
namespace {

constexpr std::size_t kDimensions = 10;

double rosenbrock(const Point& x) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i)
    sum += 100 * std::pow(x[i + 1] - x[i] * x[i], 2) + std::pow(x[i] - 1, 2);
  return sum;
}

Optimizer knowing(std::size_t trials, Surrogate surrogate) {
  std::vector<Parameter> parameters;
  for (std::size_t d = 0; d < kDimensions; ++d)
    parameters.push_back({.name = fmt::format("x{}", d), .range = {-5, 10}});
  Optimizer optimizer =
      *Optimizer::make(*SearchSpace::make(std::move(parameters)), {.surrogate = surrogate});
  for (std::size_t i = 0; i < trials; ++i) {
    std::vector<double> unit;
    for (std::size_t d = 0; d < kDimensions; ++d) unit.push_back(uniform(1, d, i));
    const Point point = optimizer.space().from_unit(unit);
    optimizer.tell({{point, Origin::kRandom}, rosenbrock(point)});
  }
  return optimizer;
}

// Four numbers of evaluations, one after the other: an ask is of one of three kinds by turns, and
// now and then chooses length scales anew. All four are of an optimiser that has kept nothing.
void ask(benchmark::State& state, Surrogate surrogate) {
  const auto trials = static_cast<std::size_t>(state.range(0));
  SerialExecutor executor;
  for (auto _ : state) {
    state.PauseTiming();
    Optimizer optimizer = knowing(trials, surrogate);
    state.ResumeTiming();
    const std::vector<Suggestion> next = optimizer.ask(1, executor);
    if (next.size() != 1 || !optimizer.space().contains(next[0].point)) fail("ask");
  }
}
BENCHMARK_CAPTURE(ask, gp, Surrogate::kGaussianProcess)
    ->DenseRange(500, 503)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(ask, rf, Surrogate::kRandomForest)
    ->DenseRange(500, 503)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace isoflop::bench
