#include "isoflop/tune.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/random.h"
#include "isoflop/output.h"
#include "isoflop/simulate.h"
#include "optimizer/main_effects.h"
#include "support/book.h"

namespace isoflop {
namespace {

constexpr std::size_t kEvaluations = 40;

std::vector<double> column(const Table& table, const char* name) {
  const std::span<const double> values = table.column(name);
  return {values.begin(), values.end()};
}

Table simulated(std::uint64_t seed) {
  const Law law = *test::book_law("hoffmann2022").with_set("hoffmann");
  const Result<Table> table = simulate(
      law, {.flops = {1e18, 1e19, 1e20, 1e21, 1e22}, .sizes = 12, .span = 30}, 0.003, seed);
  EXPECT_TRUE(table) << (table ? "" : table.error().text());
  return table ? *table : Table();
}

// Every fourth of the small runs has a loss that is far too low, which leaving out the highest
// losses cannot mend.
Table with_outliers(Table table) {
  std::vector<double> loss = column(table, "loss");
  const std::vector<double> C = column(table, "C");
  for (std::size_t i = 0; i < loss.size(); i += 4)
    if (C[i] < 1e21) loss[i] *= 0.7;
  EXPECT_TRUE(table.set("loss", loss));
  return table;
}

Result<TuneTask> task_of(const Table& table, const Recipe& recipe,
                         const char* holdout = "rolling:4",
                         const Law& law = test::book_law("hoffmann2022")) {
  return make_tune_task({{.name = law.key(), .law = law}}, table, column(table, "C"),
                        *parse_holdout(holdout), recipe);
}

RecipeSearch searched(const TuneTask& task, unsigned threads = 2) {
  ThreadExecutor executor(threads);
  Journal journal;
  Progress silent;
  const auto search = search_recipes(task, kEvaluations, journal, executor, silent);
  EXPECT_TRUE(search) << (search ? "" : search.error().text());
  return search ? *search : RecipeSearch();
}

bool same(const std::vector<Trial>& a, const std::vector<Trial>& b) {
  return std::ranges::equal(a, b, [](const Trial& x, const Trial& y) {
    const auto equal = [](double u, double v) {
      return u == v || (std::isnan(u) && std::isnan(v));
    };
    return equal(x.value, y.value) &&
           std::ranges::equal(x.suggestion.point, y.suggestion.point, equal);
  });
}

// A square loss follows the outliers, and every window of larger runs says so. (Not so within the
// published ranges, which hold the law that made the runs: there a square loss follows them just
// far enough to predict the outliers of the windows as well. The formula has no such ranges.)
TEST(Tune, ChoosesARobustLossWhereRunsAreOutliers) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    SCOPED_TRACE(seed);
    const Recipe mse{.loss = {.kind = RobustLoss::Kind::kSquare}, .seed = seed};
    const Law law = *Law::from_formula("E + A/N^alpha + B/D^beta", {}, "formula");
    const auto task = task_of(with_outliers(simulated(seed)), mse, "rolling:4", law);
    ASSERT_TRUE(task) << task.error().text();
    SerialExecutor executor;
    const auto tuning = judge_search(*task, searched(*task), executor);
    ASSERT_TRUE(tuning) << tuning.error().text();
    EXPECT_FALSE(tuning->keeps_default);
    EXPECT_NE(tuning->tuned.choice.recipe.loss.kind, RobustLoss::Kind::kSquare);
    EXPECT_LT(tuning->tuned.outer_error, tuning->standard.outer_error / 2);
    EXPECT_LT(tuning->tuned.outer_error, 0.02);
  }
}

// With the losses of the last window replaced by nonsense, the search must not notice.
TEST(Tune, TheLastWindowHasNoPartInTheSearch) {
  const Table table = with_outliers(simulated(5));
  const auto task = task_of(table, {});
  ASSERT_TRUE(task) << task.error().text();
  Table other = table;
  std::vector<double> loss = column(table, "loss");
  for (const std::size_t row : task->last.held_out) loss[row] = 7 + static_cast<double>(row);
  ASSERT_TRUE(other.set("loss", loss));
  const auto changed = task_of(other, {});
  ASSERT_TRUE(changed) << changed.error().text();
  const RecipeSearch search = searched(*task), again = searched(*changed);
  EXPECT_TRUE(same(search.trials, again.trials));
  SerialExecutor executor;
  EXPECT_NE(judge_search(*task, search, executor)->tuned.outer_error,
            judge_search(*changed, again, executor)->tuned.outer_error);
}

TEST(Tune, ThreadsDoNotMatter) {
  const auto task = task_of(with_outliers(simulated(7)), {.seed = 4});
  ASSERT_TRUE(task);
  EXPECT_TRUE(same(searched(*task, 1).trials, searched(*task, 3).trials));
}

// The error of a recipe, computed here by hand from fit() and predict().
TEST(Tune, TheErrorDoesNotDependOnWhatARecipeMinimises) {
  const auto task = task_of(simulated(9), {});
  ASSERT_TRUE(task);
  RecipeChoice choice = default_choice(*task);
  choice.recipe.residual = Residual::kLinear;
  choice.recipe.loss = {.kind = RobustLoss::Kind::kCauchy, .delta = 0.02};
  double sum = 0;
  std::size_t rows = 0;
  for (const Fold& fold : task->search.folds) {
    const auto made = fit(task->laws[0].law, task->table.select(fold.training), choice.recipe);
    ASSERT_TRUE(made && made->usable);
    const Table held_out = task->table.select(fold.held_out);
    const auto predicted = predict(made->law, held_out);
    ASSERT_TRUE(predicted);
    for (std::size_t i = 0; i < predicted->size(); ++i, ++rows)
      sum += std::pow(std::log((*predicted)[i]) - std::log(held_out.column("loss")[i]), 2);
  }
  SerialExecutor executor;
  EXPECT_NEAR(search_error(*task, choice, executor), std::sqrt(sum / static_cast<double>(rows)),
              1e-12);
}

// What a choice leaves out, counted on a table where it can be seen.
TEST(Tune, LeavesOutTheSmallestThenTheHighest) {
  const Table table = simulated(11);
  const auto task = task_of(table, {});
  ASSERT_TRUE(task);
  std::vector<std::size_t> all;
  for (std::size_t row = 0; row < table.rows(); ++row) all.push_back(row);
  RecipeChoice choice = default_choice(*task);
  choice.drop_smallest = 30;
  choice.drop_highest = 2;
  choice.weight_power = 0.5;
  const ChosenRows rows = chosen_rows(*task, choice, all);
  EXPECT_EQ(rows.too_small, 12u);  // the first of five equal groups of 12: 30 % ends in the second
  EXPECT_EQ(rows.too_high, 2u);
  EXPECT_EQ(rows.table.rows(), 60u - 14);
  const std::vector<double> C = column(rows.table, "C"), weights = column(rows.table, "weight");
  for (std::size_t i = 0; i < C.size(); ++i)
    EXPECT_NEAR(weights[i], std::sqrt(C[i] / rows.largest), 1e-12);
}

// A law that cannot be fitted to its windows is learned from, not fatal.
TEST(Tune, ARecipeWhoseFitFailsIsATrialThatFailed) {
  auto task = task_of(simulated(13), {});
  ASSERT_TRUE(task);
  // As a law whose input the table does not have.
  task->laws.push_back({.name = "other", .law = *Law::from_formula("k/Q^2", {{"Q"}})});
  const RecipeSearch search = searched(*task);
  EXPECT_GT(search.failed(), 0u);
  EXPECT_LT(search.failed(), search.trials.size());
  SerialExecutor executor;
  const auto tuning = judge_search(*task, search, executor);
  ASSERT_TRUE(tuning) << tuning.error().text();
  EXPECT_EQ(tuning->kept().choice.law, 0u);
}

TEST(Tune, WithoutATrialTheDefaultStays) {
  const auto task = task_of(simulated(15), {});
  ASSERT_TRUE(task);
  SerialExecutor executor;
  RecipeSearch none{.evaluations = 10};
  const Result<SearchSpace> space = recipe_space(*task);
  ASSERT_TRUE(space);
  none.parameters.assign(space->parameters().begin(), space->parameters().end());
  const auto tuning = judge_search(*task, none, executor);
  ASSERT_TRUE(tuning) << tuning.error().text();
  EXPECT_TRUE(tuning->keeps_default);
  EXPECT_TRUE(tuning->importances.empty());
  EXPECT_TRUE(none.stopped());
}

// f = 2 x + y with x, y even in [0, 1]: x explains four fifths, y one fifth, z nothing.
TEST(MainEffects, AreThoseOfASumOfParts) {
  const auto space = SearchSpace::make({{.name = "x", .range = {0, 1}},
                                        {.name = "y", .range = {0, 1}},
                                        {.name = "z", .range = {0, 1}}});
  ASSERT_TRUE(space);
  std::vector<Trial> trials;
  for (std::uint64_t i = 0; i < 600; ++i) {
    const Point point = {uniform(1, 1, i), uniform(1, 2, i), uniform(1, 3, i)};
    trials.push_back({{.point = point}, 2 * point[0] + point[1] - 1.5});  // below 0: no logarithm
  }
  SerialExecutor executor;
  const std::vector<double> shares = main_effects(*space, trials, 1, executor);
  EXPECT_NEAR(shares[0], 0.8, 0.08);
  EXPECT_NEAR(shares[1], 0.2, 0.08);
  EXPECT_NEAR(shares[2], 0, 0.02);
}

TEST(Tune, SaysWhatATaskLacks) {
  const Table table = simulated(17);
  for (const char* holdout : {"top:20%:C", "rolling:1", "folds:5"}) {
    const auto task = task_of(table, {}, holdout);
    ASSERT_FALSE(task) << holdout;
    EXPECT_NE(task.error().text().find("write rolling:4"), std::string::npos);
  }
  EXPECT_FALSE(task_of(table, {.solver = Solver::kBayesGp}));
  EXPECT_FALSE(task_of(table, {.fix = {{"omega", 1}}}));
  Table weightless = table;
  ASSERT_TRUE(weightless.set("weight", std::vector<double>(table.rows(), 0)));
  EXPECT_FALSE(task_of(weightless, {}));
}

// The published box is one more choice, of the coefficients that the task leaves free.
TEST(Tune, PublishedRangesAreThoseOfTheLawsBox) {
  Recipe recipe;
  recipe.range["E"] = {1, 2};
  recipe.fix["A"] = 400;
  const auto task = task_of(simulated(13), recipe);
  ASSERT_TRUE(task) << task.error().text();
  const auto space = recipe_space(*task);
  ASSERT_TRUE(space);
  const auto parameters = space->parameters();
  Point point;
  for (const Parameter& each : parameters)
    point.push_back(each.name == "ranges" ? 1 : each.range.low);
  const RecipeChoice choice = choice_at(*task, *space, point);
  EXPECT_TRUE(choice.published_ranges);
  const auto& box = task->laws[0].law.box()->ranges;
  for (const auto& [name, range] : choice.recipe.range) {
    const Range& wanted = name == "E" ? recipe.range.at("E") : box.at(name);
    EXPECT_EQ(range.low, wanted.low) << name;
    EXPECT_EQ(range.high, wanted.high) << name;
  }
  EXPECT_FALSE(choice.recipe.range.contains("A"));
  EXPECT_TRUE(choice.recipe.range.contains("B"));
  EXPECT_FALSE(default_choice(*task).published_ranges);

  // They are of losses in nats.
  const Law bits = with_mapping(test::book_law("hoffmann2022"), {.loss_unit = "bits-per-byte"});
  const auto other = task_of(simulated(13), {}, "rolling:4", bits);
  ASSERT_TRUE(other) << other.error().text();
  EXPECT_TRUE(std::ranges::none_of(
      recipe_space(*other)->parameters(), [](const std::string& name) { return name == "ranges"; },
      &Parameter::name));
}

}  // namespace
}  // namespace isoflop
