// How near to the lowest objective in a box 500 evaluations come: Bayesian optimisation and random
// search, on the Chinchilla runs; beside them the default solver. docs/tuning.md has the table.
//
//   isoflop_tune_box_fit DATA_FOLDER [SEEDS [EVALUATIONS]]
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include "base/random.h"
#include "fit/objective.h"
#include "isoflop/bayes_fit.h"
#include "slow/problems.h"

namespace isoflop::test {
namespace {

constexpr const char* kBox = "E=0:2,A=100:1000,B=100:1000,alpha=0.1:1,beta=0.1:1";

template <class T>
T take(Result<T> result) {
  if (result) return *std::move(result);
  std::fputs((result.error().text() + "\n").c_str(), stderr);
  std::exit(1);
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct BoxFitOutcome {
  std::vector<double> objectives;
  double seconds = 0;  // all seeds
};

void print_row(const char* name, BoxFitOutcome outcome, double best, std::size_t evaluations) {
  std::ranges::sort(outcome.objectives);
  const std::size_t count = outcome.objectives.size();
  const double median = (outcome.objectives[(count - 1) / 2] + outcome.objectives[count / 2]) / 2;
  fmt::print("| {} | {:.6g} | {:.3f} | {:.3f} | {:.3f} | {} | {:.3g} |\n", name, median,
             median / best, outcome.objectives[count / 4] / best,
             outcome.objectives[count - 1 - count / 4] / best, evaluations,
             outcome.seconds / static_cast<double>(count));
  std::fflush(stdout);
}

// As the optimiser searches: scales in their logarithm.
BoxFitOutcome by_random(const Problem& problem, const Recipe& boxed, std::uint64_t seeds,
                        std::size_t evaluations) {
  const FitObjective objective = take(FitObjective::make(problem.law, problem.table, boxed));
  FitObjective::State state = objective.make_state();
  BoxFitOutcome outcome;
  const auto start = std::chrono::steady_clock::now();
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    double best = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < evaluations; ++i) {
      Eigen::VectorXd at(static_cast<Eigen::Index>(objective.free().size()));
      for (Eigen::Index j = 0; j < at.size(); ++j) {
        const FreeCoefficient& free = objective.free()[static_cast<std::size_t>(j)];
        const double u = uniform(seed, static_cast<std::uint64_t>(j), i);
        const auto [low, high] = free.range;
        at[j] = free.role == Role::kScale ? low * std::pow(high / low, u) : low + u * (high - low);
      }
      best = std::min(best, objective.value(objective.coefficients(at), state));
    }
    outcome.objectives.push_back(best);
  }
  outcome.seconds = seconds_since(start);
  return outcome;
}

BoxFitOutcome by_bayes(const Problem& problem, const Recipe& boxed, std::uint64_t seeds) {
  SerialExecutor executor;
  BoxFitOutcome outcome;
  const auto start = std::chrono::steady_clock::now();
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Recipe recipe = boxed;
    recipe.seed = seed;
    Journal journal;
    Progress silent;
    outcome.objectives.push_back(
        take(fit_by_bayes(problem.law, problem.table, recipe, journal, executor, silent))
            .fit.objective.sum);
  }
  outcome.seconds = seconds_since(start);
  return outcome;
}

BoxFitOutcome by_default(const Problem& problem, const Recipe& recipe, std::uint64_t seeds) {
  SerialExecutor executor;
  BoxFitOutcome outcome;
  const auto start = std::chrono::steady_clock::now();
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Recipe own = recipe;
    own.seed = seed;
    outcome.objectives.push_back(
        take(fit(problem.law, problem.table, own, executor)).objective.sum);
  }
  outcome.seconds = seconds_since(start);
  return outcome;
}

void run(const char* data, std::uint64_t seeds, std::size_t evaluations) {
  const Problem problem = certain_problem(data, "hoffmann2022 chinchilla");
  Recipe boxed = take(with_box(problem.law, problem.recipe, take(parse_box(kBox))));
  boxed.evaluations = evaluations;
  SerialExecutor executor;
  const double best = take(fit(problem.law, problem.table, boxed, executor)).objective.sum;
  fmt::print(
      "| solver | median | to the box's best | quarter | three quarters | evaluations | "
      "seconds |\n|---|---|---|---|---|---|---|\n");
  print_row("random", by_random(problem, boxed, seeds, evaluations), best, evaluations);
  for (const Solver solver : {Solver::kBayesGp, Solver::kBayesRf}) {
    Recipe recipe = boxed;
    recipe.solver = solver;
    print_row(to_text(solver).c_str(), by_bayes(problem, recipe, seeds), best, evaluations);
  }
  const std::size_t points =
      take(fit(problem.law, problem.table, boxed, executor)).search.candidates;
  print_row("default, in the box", by_default(problem, boxed, seeds), best, points);
  print_row("default, without a box", by_default(problem, problem.recipe, seeds), best, points);
}

}  // namespace
}  // namespace isoflop::test

int main(int argc, char** argv) {
  const std::uint64_t seeds = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 20;
  const std::size_t evaluations = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 500;
  if (argc < 2 || seeds == 0 || evaluations == 0) return 2;
  isoflop::test::run(argv[1], seeds, evaluations);
}
