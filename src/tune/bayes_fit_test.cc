#include "isoflop/bayes_fit.h"

#include <gtest/gtest.h>

#include <cmath>

#include "isoflop/simulate.h"
#include "support/book.h"

namespace isoflop {
namespace {

Law dense() { return test::book_law("hoffmann2022"); }

Table runs() {
  const Result<Table> table =
      simulate(*dense().with_set("hoffmann"), {.flops = {1e19, 1e20, 1e21}, .sizes = 5}, 0.01, 11);
  EXPECT_TRUE(table) << (table ? "" : table.error().text());
  return table ? *table : Table();
}

Recipe recipe_in(std::string_view box, Solver solver, std::size_t evaluations = 60) {
  Recipe recipe{.solver = solver, .evaluations = evaluations};
  const Result<SearchBox> read = parse_box(box);
  EXPECT_TRUE(read) << (read ? "" : read.error().text());
  const Result<Recipe> boxed = with_box(dense(), recipe, *read);
  EXPECT_TRUE(boxed) << (boxed ? "" : boxed.error().text());
  return *boxed;
}

Result<BayesFit> fitted(const Recipe& recipe, unsigned threads = 1) {
  ThreadExecutor executor(threads);
  Journal journal;
  Progress silent;
  return fit_by_bayes(dense(), runs(), recipe, journal, executor, silent);
}

constexpr const char* kBox = "E=1:2,A=100:1000,B=100:1000,alpha=0.2:0.5,beta=0.2:0.5";

TEST(BayesFit, IsTheLowestOfItsEvaluationsAndSaysSo) {
  for (const Solver solver : {Solver::kBayesGp, Solver::kBayesRf}) {
    const Recipe recipe = recipe_in(kBox, solver);
    const Result<BayesFit> made = fitted(recipe);
    ASSERT_TRUE(made) << made.error().text();
    const Fit& fit = made->fit;
    EXPECT_EQ(fit.status, FitStatus::kLimit);
    EXPECT_EQ(fit.recipe.solver, solver);
    EXPECT_EQ(made->trials.size(), 60u);
    EXPECT_EQ(fit.search.candidates, 60u);
    double lowest = made->trials[0].value;
    for (const Trial& trial : made->trials) lowest = std::min(lowest, trial.value);
    EXPECT_EQ(fit.objective.sum, lowest);
    for (std::size_t i = 0; i < fit.law.values().size(); ++i)
      EXPECT_TRUE(recipe.range.at(fit.law.coefficients()[i].name).contains(fit.law.values()[i]));
    // The default solver, in the same box, is never above it.
    Recipe other = recipe;
    other.solver = Solver::kDefault;
    const Result<Fit> best = isoflop::fit(dense(), runs(), other);
    ASSERT_TRUE(best);
    EXPECT_LE(best->objective.sum, fit.objective.sum);
  }
}

TEST(BayesFit, HasTheSameBitsOnAnyNumberOfThreads) {
  for (const Solver solver : {Solver::kBayesGp, Solver::kBayesRf}) {
    const Recipe recipe = recipe_in(kBox, solver, 40);
    const Result<BayesFit> one = fitted(recipe, 1), two = fitted(recipe, 2),
                           seven = fitted(recipe, 7);
    ASSERT_TRUE(one && two && seven);
    EXPECT_EQ(one->fit.objective.sum, two->fit.objective.sum);
    EXPECT_EQ(one->fit.objective.sum, seven->fit.objective.sum);
    for (std::size_t i = 0; i < one->trials.size(); ++i) {
      EXPECT_EQ(one->trials[i].suggestion.point, two->trials[i].suggestion.point);
      EXPECT_EQ(one->trials[i].suggestion.point, seven->trials[i].suggestion.point);
    }
  }
}

TEST(BayesFit, FixedAndTiedCoefficientsDoNotMove) {
  Recipe recipe{.fix = {{"E", 1.7}},
                .tie = {{"beta", "alpha"}},
                .solver = Solver::kBayesRf,
                .evaluations = 20};
  const Result<Recipe> boxed = with_box(dense(), recipe, {});
  ASSERT_TRUE(boxed);
  const Result<BayesFit> made = fitted(*boxed);
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(made->parameters.size(), 3u);
  EXPECT_EQ(made->fit.law.values()[0], 1.7);
  EXPECT_EQ(made->fit.law.values()[3], made->fit.law.values()[4]);
}

TEST(BayesFit, WrongSolversAreErrors) {
  EXPECT_FALSE(fitted(Recipe{}));
  EXPECT_FALSE(fit(dense(), runs(), recipe_in(kBox, Solver::kBayesGp)));
}

TEST(BayesFit, NothingToSearchIsAnError) {
  const Recipe recipe{.fix = {{"E", 1.7}, {"A", 400}, {"B", 400}, {"alpha", 0.3}, {"beta", 0.3}},
                      .solver = Solver::kBayesGp};
  EXPECT_FALSE(fitted(recipe));
}

TEST(SearchBox, IsCutToThePublishedStarts) {
  const Recipe boxed = *with_box(dense(), {}, {});
  EXPECT_NEAR(boxed.range.at("E").low, std::exp(-1), 1e-12);
  EXPECT_NEAR(boxed.range.at("E").high, std::exp(1), 1e-12);
  EXPECT_NEAR(boxed.range.at("A").low, 1, 1e-12);
  EXPECT_EQ(boxed.range.at("alpha").high, 2);
  // A law without a grid keeps its ranges.
  const Law sparse = test::book_law("hossain2025");
  EXPECT_EQ(with_box(sparse, {}, {})->range.at("gamma").low, -2);
}

TEST(SearchBox, PublishedOnesAreInTheBook) {
  const Recipe boxed = *with_box(dense(), {}, *parse_box("published"));
  EXPECT_EQ(boxed.range.at("E").low, 1.6);
  EXPECT_EQ(boxed.range.at("beta").high, 0.5);
  const Law abnar = test::book_law("abnar2025");
  EXPECT_EQ(with_box(abnar, {}, *parse_box("published"))->range.at("a").high, 17000);
  EXPECT_FALSE(with_box(test::book_law("frantar2023"), {}, *parse_box("published")));
}

TEST(SearchBox, SaysWhatItLeavesOut) {
  const Result<Fit> best = fit(dense(), runs());
  ASSERT_TRUE(best && best->usable);
  EXPECT_EQ(left_out(*best, recipe_in("E=50:60", Solver::kBayesGp)).size(), 1u);
  EXPECT_TRUE(left_out(*best, recipe_in("E=0:100", Solver::kBayesGp)).empty());
}

TEST(SearchBox, NamesAllThatIsWrong) {
  for (const char* text :
       {"", "E", "E=1", "E=1:2:3", "=1:2", "E=2:1", "E=1:x", "E=0:2,E=0:3", "E=0:2,", "E=1:inf"})
    EXPECT_FALSE(parse_box(text)) << text;
  const Recipe recipe{.fix = {{"A", 400}}};
  const auto made = with_box(dense(), recipe, *parse_box("A=1:2,alhpa=0:1,E=-1:2,beta=0:5"));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().problems.size(), 4u) << made.error().text();
}

}  // namespace
}  // namespace isoflop
