// Tables and starts that a fit can do little with: the outcome is a clear status or a clear error;
// never a number that is none, never a coefficient out of its range, never a search without end.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "isoflop/findings.h"
#include "isoflop/fit.h"
#include "support/book.h"

namespace isoflop {
namespace {

constexpr std::size_t kRows = 40;
constexpr std::uint64_t kSeed = 6;

// Random runs of a law with 1 % of noise.
Table usual_runs(const Law& law) {
  Table runs = test::random_runs(law, kRows, kSeed);
  std::vector<double> loss = *predict(test::random_values(law, kSeed), runs);
  for (std::size_t i = 0; i < loss.size(); ++i) loss[i] *= std::exp(0.01 * normal(kSeed, 9, i));
  EXPECT_TRUE(runs.set("loss", std::move(loss)));
  return runs;
}

Table with_column(Table runs, const std::string& name, auto change) {
  std::vector<double> values(runs.column(name).begin(), runs.column(name).end());
  if (values.empty()) values.assign(runs.rows(), 1);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = change(i, values[i]);
  EXPECT_TRUE(runs.set(name, std::move(values)));
  return runs;
}

// Where a table leaves coefficients undetermined every start ends elsewhere, and all are tried: the
// first two will do.
std::vector<Recipe> two_recipes() {
  return {{}, {.residual = Residual::kLinear, .loss = {RobustLoss::Kind::kSquare, 0}}};
}
std::vector<Recipe> recipes() {
  return {{},
          {.residual = Residual::kLinear, .loss = {RobustLoss::Kind::kSquare, 0}},
          {.loss = {RobustLoss::Kind::kAbsolute, 0}},
          {.residual = Residual::kLinear, .loss = {RobustLoss::Kind::kCauchy, 0.01}}};
}

// What every outcome must be, whatever the table.
void expect_clear(const Result<Fit>& fitted) {
  ASSERT_TRUE(fitted) << fitted.error().text();
  EXPECT_FALSE(fitted->message.empty());
  EXPECT_EQ(fitted->usable, fitted->status != FitStatus::kFailed);
  EXPECT_EQ(fitted->at_bound.empty(), fitted->status != FitStatus::kAtBound) << fitted->message;
  if (!fitted->usable) return;
  EXPECT_TRUE(std::isfinite(fitted->objective.sum)) << fitted->message;
  EXPECT_GE(fitted->objective.sum, 0);
  for (std::size_t i = 0; i < fitted->law.values().size(); ++i)
    EXPECT_TRUE(fitted->law.coefficients()[i].range.contains(fitted->law.values()[i]))
        << fitted->law.coefficients()[i].name << " = " << fitted->law.values()[i];
}

class HardTables : public testing::TestWithParam<std::string> {
 protected:
  HardTables() : law_(test::book_law(GetParam()).without_values()), runs_(usual_runs(law_)) {}

  void expect_clear_fits(const Table& runs, const std::vector<Recipe>& by) const {
    for (const Recipe& recipe : by) {
      SCOPED_TRACE(to_text(recipe.residual) + " " + to_text(recipe.loss));
      expect_clear(fit(law_, runs, recipe));
    }
  }

  Law law_;
  Table runs_;
};

INSTANTIATE_TEST_SUITE_P(Laws, HardTables,
                         testing::Values("hoffmann2022", "frantar2023", "hossain2025", "clark2022"),
                         [](const auto& law) { return law.param; });

TEST_P(HardTables, ColumnsOfOneValueAreFittedAndNamed) {
  for (const Input& input : law_.inputs()) {
    SCOPED_TRACE(input.name);
    const double value = runs_.column(input.name)[3];
    const Table same = with_column(runs_, input.name, [&](std::size_t, double) { return value; });
    expect_clear_fits(same, two_recipes());
    const std::vector<Finding> found = *findings(*fit(law_, same));
    EXPECT_TRUE(std::ranges::any_of(
        found, [&](const Finding& each) { return each.text.starts_with(input.name + " is "); }));
  }
  expect_clear_fits(with_column(runs_, "loss", [](std::size_t, double) { return 2.5; }), recipes());
}

TEST_P(HardTables, OneRunManyTimesIsFitted) {
  const Table one = runs_.select(std::vector<std::size_t>(kRows, 0));
  const Result<Fit> fitted = fit(law_, one);
  expect_clear(fitted);
  EXPECT_LT(fitted->objective.mean, 1e-15);  // any law goes through one point
  expect_clear_fits(one, recipes());
}

TEST_P(HardTables, DuplicatedRowsCountTwice) {
  std::vector<std::size_t> twice;
  for (std::size_t i = 0; i < 2 * kRows; ++i) twice.push_back(i % kRows);
  const Result<Fit> once = fit(law_, runs_), doubled = fit(law_, runs_.select(twice));
  expect_clear(once);
  expect_clear(doubled);
  EXPECT_NEAR(doubled->objective.sum / once->objective.sum, 2, 2e-7);
}

TEST_P(HardTables, OneWildOutlierHardlyMovesARobustFit) {
  const Result<Fit> without = fit(law_, runs_);
  for (const double factor : {1e-6, 1e6, 1e100}) {
    SCOPED_TRACE(factor);
    const Table wild = with_column(
        runs_, "loss", [&](std::size_t i, double loss) { return i == 7 ? loss * factor : loss; });
    expect_clear_fits(wild, recipes());
    // Huber's loss of that row is a line: F grows by about delta |ln factor|, not by its square.
    const Result<Fit> fitted = fit(law_, wild);
    EXPECT_LT(fitted->objective.sum, without->objective.sum + 1.1e-3 * std::abs(std::log(factor)));
  }
}

TEST_P(HardTables, LossesOfAnySizeAreFitted) {
  for (const double scale : {1e-9, 1e9}) {
    SCOPED_TRACE(scale);
    expect_clear_fits(
        with_column(runs_, "loss", [&](std::size_t, double loss) { return loss * scale; }),
        two_recipes());
  }
}

TEST_P(HardTables, StartsAtTheEndsOfTheRangesAreNoTrap) {
  const double lowest = fit(law_, runs_)->objective.sum;
  for (const bool high : {false, true}) {
    SCOPED_TRACE(high ? "high ends" : "low ends");
    Recipe recipe;
    for (const Coefficient& coefficient : law_.coefficients())
      recipe.start[coefficient.name] = high ? coefficient.range.high : coefficient.range.low;
    const Result<Fit> besides = fit(law_, runs_, recipe);
    expect_clear(besides);
    EXPECT_LE(besides->objective.sum, lowest * (1 + 1e-7));
    recipe.starts = {Starts::Kind::kGiven, 0};
    expect_clear(fit(law_, runs_, recipe));
  }
}

TEST_P(HardTables, TooFewRowsAreAnError) {
  const std::size_t needed = law_.coefficients().size();
  const auto expected = [&](std::size_t rows) {
    return std::to_string(rows) + " rows cannot determine " + std::to_string(needed) +
           " coefficients of " + law_.key() + ": fix some with recipe.fix, or add runs";
  };
  const std::vector<std::size_t> few = {0, 1, 2};
  EXPECT_EQ(fit(law_, runs_.select(few)).error().text(), expected(3));
  // Rows without weight do not count.
  const auto weight = [](std::size_t i, double) { return i < 2 ? 1.0 : 0.0; };
  EXPECT_EQ(fit(law_, with_column(runs_, "weight", weight)).error().text(), expected(2));
}

TEST(HardTables, LossesBelowTheIrreducibleLossAreFitted) {
  const Law law = test::book_law("hoffmann2022").without_values();
  const Table runs = usual_runs(law);
  double least = INFINITY;
  for (const double loss : runs.column("loss")) least = std::min(least, loss);
  for (Recipe recipe : recipes()) {
    SCOPED_TRACE(to_text(recipe.residual) + " " + to_text(recipe.loss));
    recipe.fix = {{"E", 3 * least}};
    const Result<Fit> fitted = fit(law, runs, recipe);
    expect_clear(fitted);
    EXPECT_GT(fitted->objective.sum, fit(law, runs)->objective.sum);
  }
}

TEST(HardTables, NoWeightAtAllIsAnError) {
  const Law law = test::book_law("hoffmann2022");
  const Table runs =
      with_column(usual_runs(law), "weight", [](std::size_t, double) { return 0.0; });
  EXPECT_EQ(fit(law, runs).error().text(), "table: all weights are 0: there is nothing to fit");
}

TEST(HardTables, StartsThatAreToBeGivenMustBeGiven) {
  const Law law = test::book_law("hoffmann2022");
  EXPECT_EQ(fit(law, usual_runs(law), {.starts = {Starts::Kind::kGiven, 0}}).error().text(),
            "recipe.starts: nothing is given to start from: give recipe.start=NAME=VALUE");
}

}  // namespace
}  // namespace isoflop
