#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "isoflop/fit.h"
#include "slow/best_known/solvers.h"

namespace isoflop::test {

Found search_with_engine(const Problem& problem, std::size_t starts) {
  Recipe recipe = problem.recipe;
  recipe.starts = {Starts::Kind::kRandom, starts};
  const auto began = std::chrono::steady_clock::now();
  const Result<Fit> found = fit(problem.law, problem.table, recipe);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
  if (!found) {
    std::fputs(found.error().text().c_str(), stderr);
    std::exit(1);
  }
  const std::span<const double> values = found->law.values();
  return {"engine", found->objective.sum,       {values.begin(), values.end()},
          starts,   found->search.reached_best, seconds.count()};
}

}  // namespace isoflop::test
