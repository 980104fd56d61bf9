// The answer must not depend on luck: whatever the seed of its search, a default fit ends at the
// best objective that any solver has found (best_known.csv; README.md says how it was found).
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "isoflop/fit.h"
#include "slow/problems.h"
#include "support/command.h"

namespace isoflop {
namespace {

constexpr double kSameObjective = 1e-7;  // relative

std::size_t seeds() {
  const char* asked = std::getenv("ISOFLOP_SEEDS");
  return asked == nullptr ? 100 : static_cast<std::size_t>(std::atoi(asked));
}

TEST(Certain, EverySeedReachesTheBestKnownObjective) {
  if (!std::filesystem::exists(shared_data())) GTEST_SKIP() << "no public data";
  const std::map<std::string, double> best = test::best_known_objectives();
  for (const test::Problem& problem : test::certain_problems(shared_data())) {
    SCOPED_TRACE(problem.name);
    ASSERT_TRUE(best.contains(problem.name));
    const double known = best.at(problem.name);
    std::size_t reached = 0;
    for (std::size_t seed = 1; seed <= seeds(); ++seed) {
      Recipe recipe = problem.recipe;
      recipe.seed = seed;
      const Result<Fit> fitted = fit(problem.law, problem.table, recipe);
      ASSERT_TRUE(fitted) << fitted.error().text();
      // Lower than all solvers found is an answer too, but the table is then to be made again.
      EXPECT_GE(fitted->objective.sum, known * (1 - kSameObjective)) << "seed " << seed;
      if (fitted->objective.sum <= known * (1 + kSameObjective))
        ++reached;
      else
        std::printf("%s, seed %zu: %.17g, best known %.17g: %s\n", problem.name.c_str(), seed,
                    fitted->objective.sum, known, fitted->message.c_str());
    }
    std::printf("%s: %zu of %zu seeds\n", problem.name.c_str(), reached, seeds());
    std::fflush(stdout);
    EXPECT_EQ(reached, seeds());
  }
}

}  // namespace
}  // namespace isoflop
