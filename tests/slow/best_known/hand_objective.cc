#include "slow/best_known/hand_objective.h"

#include <algorithm>
#include <numeric>

#include "slow/best_known/solvers.h"

namespace isoflop::test {

std::vector<Run> runs_of(const Table& table) {
  std::vector<Run> runs(table.rows());
  const auto each = [&](const char* name, auto use) {
    const std::span<const double> column = table.column(name);
    for (std::size_t i = 0; i < column.size(); ++i) use(runs[i], column[i]);
  };
  each("S", [](Run& run, double S) { run.S = S; });
  each("Sx", [](Run& run, double Sx) { run.S = Sx; });
  each("D", [](Run& run, double D) { run.ln_D = std::log(D); });
  each("experts", [](Run& run, double experts) { run.experts = experts; });
  each("loss", [](Run& run, double loss) { run.loss = loss; });
  for (Run& run : runs) {
    run.ln_density = std::log1p(-run.S);
    run.ln_loss = std::log(run.loss);
  }
  each("N", [](Run& run, double N) {
    run.ln_N = std::log(N);
    run.ln_P = run.ln_N - run.ln_density;
    run.log10_N = std::log10(N);
  });
  if (!table.has("N"))
    each("P", [](Run& run, double P) {
      run.ln_P = std::log(P);
      run.ln_N = run.ln_P + run.ln_density;
    });
  return runs;
}

double delta_of(const Recipe& recipe) {
  return recipe.loss.kind == RobustLoss::Kind::kHuber ? recipe.loss.delta : 0;
}

double objective_by_hand(const Problem& problem, const std::vector<double>& coefficients) {
  const HandObjective objective(problem, delta_of(problem.recipe), false);
  return objective(to_variables(objective.variables(), coefficients).data(), nullptr);
}

std::vector<std::size_t> lowest(const std::vector<double>& objectives, std::size_t most) {
  std::vector<std::size_t> order(objectives.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [&](std::size_t i) { return objectives[i]; });
  order.resize(std::min(order.size(), most));
  return order;
}

std::size_t count_near(const std::vector<double>& objectives, double lowest) {
  return static_cast<std::size_t>(std::ranges::count_if(
      objectives, [&](double value) { return value <= lowest * (1 + 1e-6); }));
}

}  // namespace isoflop::test
