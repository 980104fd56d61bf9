#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "fit/solve.h"
#include "support/book.h"
#include "support/noisy_runs.h"

namespace isoflop {
namespace {

// Every k-th row is left out, as a fold does.
Table without_every(const Table& table, std::size_t k, std::size_t first) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < table.rows(); ++row)
    if (row % k != first) rows.push_back(row);
  return table.select(rows);
}

// From the optima of the whole a fold's fit ends no higher than a search of the fold does.
TEST(FitPart, IsNoWorseThanASearchOfThePart) {
  for (const char* spec :
       {"hoffmann2022:hoffmann", "kaplan2020:kaplan", "muennighoff2023:muennighoff"})
    for (const RobustLoss::Kind kind : {RobustLoss::Kind::kHuber, RobustLoss::Kind::kSquare}) {
      const Law law = test::book_law(spec);
      Table design = test::dense_design();
      if (law.has_input("U")) {
        std::vector<double> unique(design.rows(), 1e10);
        ASSERT_TRUE(design.set("U", std::move(unique)));
      }
      Recipe recipe;
      recipe.loss.kind = kind;
      const Table runs = test::noisy_runs(law, design, 0.003, 7);
      const Result<Fit> whole = fit(law.without_values(), runs, recipe);
      ASSERT_TRUE(whole) << whole.error().text();
      for (std::size_t fold = 0; fold < 6; ++fold) {
        const Table part = without_every(runs, 6, fold);
        const Result<Fit> refined = fit_part(*whole, part);
        const Result<Fit> searched = fit(law.without_values(), part, recipe);
        ASSERT_TRUE(refined && searched);
        EXPECT_LE(refined->objective.sum, searched->objective.sum * (1 + 1e-6)) << spec;
      }
    }
}

// With nothing to start from it is a search.
TEST(FitPart, OfAFitThatFailedIsSearched) {
  const Law law = test::book_law("hoffmann2022:hoffmann");
  const Table runs = test::noisy_runs(law, test::dense_design(), 0.003, 7);
  Result<Fit> known = fit(law.without_values(), runs);
  ASSERT_TRUE(known);
  const double objective = known->objective.sum;
  known->usable = false;
  known->law = law.without_values();
  const Result<Fit> again = fit_part(*known, runs);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->objective.sum, objective);
}

}  // namespace
}  // namespace isoflop
