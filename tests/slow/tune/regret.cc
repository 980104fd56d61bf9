// How far from the minimum 100 evaluations end: Bayesian optimisation, random search and NLopt's
// DIRECT-L on functions whose minimum is known. Medians over seeds; docs/tuning.md has the table.
//
//   isoflop_tune_regret [SEEDS [EVALUATIONS]]
#include <fmt/format.h>
#include <nlopt.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include "base/random.h"
#include "isoflop/optimizer.h"
#include "support/test_functions.h"

namespace isoflop::test {
namespace {

using Kind = Acquisition::Kind;

struct Way {
  const char* name;
  Surrogate surrogate;
  Acquisition::Kind acquisition;
};
constexpr Way kWays[] = {
    {"gp, EI", Surrogate::kGaussianProcess, Kind::kExpectedImprovement},
    {"gp, LCB", Surrogate::kGaussianProcess, Kind::kLowerConfidenceBound},
    {"gp, hedge", Surrogate::kGaussianProcess, Kind::kHedge},
    {"rf, EI", Surrogate::kRandomForest, Kind::kExpectedImprovement},
    {"rf, LCB", Surrogate::kRandomForest, Kind::kLowerConfidenceBound},
    {"rf, hedge", Surrogate::kRandomForest, Kind::kHedge},
};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

SearchSpace space_of(const TestFunction& function) {
  std::vector<Parameter> parameters;
  for (std::size_t i = 0; i < function.box.size(); ++i)
    parameters.push_back({.name = fmt::format("x{}", i + 1), .range = function.box[i]});
  return *SearchSpace::make(std::move(parameters));
}

double by_bayes(const TestFunction& function, const Way& way, std::uint64_t seed,
                std::size_t evaluations, Executor& executor) {
  Optimizer optimizer = *Optimizer::make(
      space_of(function),
      {.surrogate = way.surrogate, .acquisition = {.kind = way.acquisition}, .seed = seed});
  for (std::size_t i = 0; i < evaluations; ++i)
    for (const Suggestion& next : optimizer.ask(1, executor))
      optimizer.tell({next, function.value(next.point)});
  return optimizer.best()->value - function.minimum;
}

double by_random(const TestFunction& function, std::uint64_t seed, std::size_t evaluations) {
  const SearchSpace space = space_of(function);
  double best = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < evaluations; ++i) {
    std::vector<double> unit;
    for (std::size_t d = 0; d < space.size(); ++d) unit.push_back(uniform(seed, d, i));
    best = std::min(best, function.value(space.from_unit(unit)));
  }
  return best - function.minimum;
}

double by_direct(const TestFunction& function, std::size_t evaluations) {
  struct Seen {
    const TestFunction& function;
    double best = std::numeric_limits<double>::infinity();
  } seen{function};
  const nlopt_opt direct =
      nlopt_create(NLOPT_GN_DIRECT_L, static_cast<unsigned>(function.box.size()));
  std::vector<double> low, high, at;
  for (const Range& range : function.box) {
    low.push_back(range.low);
    high.push_back(range.high);
    at.push_back((range.low + range.high) / 2);
  }
  nlopt_set_lower_bounds(direct, low.data());
  nlopt_set_upper_bounds(direct, high.data());
  nlopt_set_maxeval(direct, static_cast<int>(evaluations));
  nlopt_set_min_objective(
      direct,
      [](unsigned n, const double* x, double*, void* data) {
        auto& all = *static_cast<Seen*>(data);
        const double value = all.function.value({x, n});
        all.best = std::min(all.best, value);
        return value;
      },
      &seen);
  double value = 0;
  nlopt_optimize(direct, at.data(), &value);
  nlopt_destroy(direct);
  return seen.best - function.minimum;
}

void run(std::uint64_t seeds, std::size_t evaluations) {
  fmt::print("| function | random | a third of it | DIRECT-L |");
  for (const Way& way : kWays) fmt::print(" {} |", way.name);
  fmt::print("\n|---|---|---|---|");
  for (std::size_t i = 0; i < std::size(kWays); ++i) fmt::print("---|");
  fmt::print("\n");
  SerialExecutor executor;
  for (const TestFunction& function : test_functions()) {
    std::vector<double> random;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed)
      random.push_back(by_random(function, seed, evaluations));
    fmt::print("| {} | {:.3g} | {:.3g} | {:.3g} |", function.name, median(random),
               median(random) / 3, by_direct(function, evaluations));
    for (const Way& way : kWays) {
      std::vector<double> regrets;
      for (std::uint64_t seed = 1; seed <= seeds; ++seed)
        regrets.push_back(by_bayes(function, way, seed, evaluations, executor));
      fmt::print(" {:.3g} |", median(regrets));
      std::fflush(stdout);
    }
    fmt::print("\n");
  }
}

}  // namespace
}  // namespace isoflop::test

int main(int argc, char** argv) {
  const std::uint64_t seeds = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 20;
  const std::size_t evaluations = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 100;
  if (seeds == 0 || evaluations == 0) return 2;
  isoflop::test::run(seeds, evaluations);
}
