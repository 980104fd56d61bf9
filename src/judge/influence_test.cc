#include "isoflop/influence.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/random.h"
#include "isoflop/predict.h"
#include "isoflop/sensitivity.h"
#include "support/book.h"

namespace isoflop {
namespace {

using test::book_law;

constexpr double kNoise = 0.002;  // of ln loss

// Runs that hoffmann2022 made, on and around its own optima.
Table runs_of_hoffmann(double noise) {
  std::vector<double> N, D;
  for (const double size : {1e8, 2e8, 5e8, 1e9, 2e9, 5e9})
    for (const double ratio : {5.0, 10.0, 20.0, 40.0, 80.0}) {
      N.push_back(size);
      D.push_back(size * ratio);
    }
  Table table;
  EXPECT_TRUE(table.set("N", N) && table.set("D", D));
  std::vector<double> loss = *predict(book_law("hoffmann2022:besiroglu"), table);
  for (std::size_t i = 0; i < loss.size(); ++i) loss[i] *= std::exp(noise * normal(7, 0, i));
  EXPECT_TRUE(table.set("loss", loss));
  return table;
}

void append(Table& table, double N, double D, double loss) {
  Table longer;
  for (const auto& [name, value] : {std::pair("N", N), {"D", D}, {"loss", loss}}) {
    std::vector<double> column(table.column(name).begin(), table.column(name).end());
    column.push_back(value);
    EXPECT_TRUE(longer.set(name, column));
  }
  table = longer;
}

Fit fit_of(const Table& table) { return *fit(book_law("hoffmann2022").without_values(), table); }

const PlanQuestion kQuestion{.flops = 1e23};

Influence influence_of(const Fit& fit) {
  ThreadExecutor executor(2);
  Progress silent;
  const Result<Influence> found = influence(fit, kQuestion, executor, silent);
  EXPECT_TRUE(found) << found.error().text();
  return *found;
}

TEST(Influence, FindsARunThatIsTenDeviationsOff) {
  Table table = runs_of_hoffmann(kNoise);
  const double right =
      predict(book_law("hoffmann2022:besiroglu"), {{"N", 7e8}, {"D", 1.4e10}})->loss;
  append(table, 7e8, 1.4e10, right * std::exp(10 * kNoise));
  const Influence found = influence_of(fit_of(table));
  ASSERT_EQ(found.runs.size(), 31u);
  EXPECT_TRUE(found.runs[30].outlier());
  EXPECT_NEAR(found.runs[30].residual, -10 * kNoise, 2 * kNoise);
  for (std::size_t row = 0; row < 30; ++row) EXPECT_FALSE(found.runs[row].outlier()) << row;
}

TEST(Influence, FindsRunsThatAreRepeatedOrUndertrained) {
  Table table = runs_of_hoffmann(kNoise);
  append(table, table.column("N")[3], table.column("D")[3], table.column("loss")[3] * 1.001);
  // A tenth of a token a parameter, where about 20 would be best.
  const double undertrained =
      predict(book_law("hoffmann2022:besiroglu"), {{"N", 2e10}, {"D", 2e9}})->loss;
  append(table, 2e10, 2e9, undertrained);
  const Influence found = influence_of(fit_of(table));
  for (std::size_t row = 0; row < found.runs.size(); ++row) {
    EXPECT_EQ(found.runs[row].undertrained, row == 31) << row;
    EXPECT_EQ(found.runs[row].repeats.has_value(), row == 30) << row;
  }
  EXPECT_EQ(found.runs[30].repeats, 3u);
}

// By a fit to the other rows, made here.
TEST(Influence, ARunsPullIsThatOfAFitWithoutIt) {
  const Table table = runs_of_hoffmann(kNoise);
  const Influence found = influence_of(fit_of(table));
  for (const std::size_t left_out : {0u, 17u, 29u}) {
    std::vector<std::size_t> kept;
    for (std::size_t row = 0; row < table.rows(); ++row)
      if (row != left_out) kept.push_back(row);
    const Result<Plan> without = plan(fit_of(table.select(kept)).law, kQuestion);
    ASSERT_TRUE(without);
    ASSERT_TRUE(found.runs[left_out].size_ratio);
    EXPECT_NEAR(*found.runs[left_out].size_ratio, without->run->N / found.plan.run->N, 1e-6)
        << left_out;
  }
}

// The diagonal of a hat matrix sums to the number of coefficients; a run far from the others pulls
// its own value.
TEST(Influence, LeverageSumsToTheCoefficientsAndIsHighFarOut) {
  Table table = runs_of_hoffmann(kNoise);
  append(table, 1e7, 5e7,
         predict(book_law("hoffmann2022:besiroglu"), {{"N", 1e7}, {"D", 5e7}})->loss);
  const Influence found = influence_of(fit_of(table));
  double sum = 0;
  for (const RunInfluence& run : found.runs) {
    EXPECT_GE(run.leverage, 0);
    EXPECT_LE(run.leverage, 1 + 1e-9);
    sum += run.leverage;
  }
  EXPECT_NEAR(sum, 5, 1e-6);
  EXPECT_TRUE(found.runs[30].high_leverage);
  for (const RunInfluence& run : found.runs) EXPECT_LE(run.leverage, found.runs[30].leverage);
}

TEST(Influence, AFitWithoutItsRunsIsRefused) {
  Fit fit = fit_of(runs_of_hoffmann(kNoise));
  fit.table = Table();
  SerialExecutor executor;
  Progress silent;
  const Result<Influence> found = influence(fit, kQuestion, executor, silent);
  ASSERT_FALSE(found);
  EXPECT_NE(found.error().text().find("its table was not kept"), std::string::npos);
}

Sensitivity sensitivity_of(const Fit& fit) {
  ThreadExecutor executor(2);
  Progress silent;
  const Result<Sensitivity> found =
      sensitivity(fit, influence_of(fit), kQuestion, executor, silent);
  EXPECT_TRUE(found) << found.error().text();
  return *found;
}

// Without noise all ways to fit find the law that made the runs.
TEST(Sensitivity, IsNoneWithoutNoise) {
  const Sensitivity found = sensitivity_of(fit_of(runs_of_hoffmann(0)));
  const double truth = plan(book_law("hoffmann2022:besiroglu"), kQuestion)->run->N;
  ASSERT_FALSE(found.variants.empty());
  for (const PlanVariant& each : found.variants) {
    ASSERT_TRUE(each.plan) << each.reason;
    EXPECT_NEAR(each.plan->N / truth, 1, 1e-4)
        << to_text(each.residual) << " " << to_text(each.loss);
  }
  EXPECT_LT(found.effects.loss, 1e-4);
}

// One gross outlier: squares follow it, absolute values do not, and without it they agree.
TEST(Sensitivity, ShowsWhatFollowsAnOutlier) {
  Table table = runs_of_hoffmann(kNoise);
  append(table, 5e9, 1e11, 3);
  const Sensitivity found = sensitivity_of(fit_of(table));
  const double truth = plan(book_law("hoffmann2022:besiroglu"), kQuestion)->run->N;
  double squares = 0, absolute = 0, without = 0;
  for (const PlanVariant& each : found.variants) {
    if (each.residual != Residual::kLog || !each.plan) continue;
    const double away = std::abs(std::log(each.plan->N / truth));
    const bool all = found.exclusions[each.exclusion].name == "none";
    if (all && each.loss.kind == RobustLoss::Kind::kSquare) squares = away;
    if (all && each.loss.kind == RobustLoss::Kind::kAbsolute) absolute = away;
    if (found.exclusions[each.exclusion].name == "outliers" &&
        each.loss.kind == RobustLoss::Kind::kSquare)
      without = away;
  }
  EXPECT_GT(squares, 3 * absolute);
  EXPECT_GT(squares, 3 * without);
  EXPECT_GT(found.effects.exclusion, found.effects.residual);
}

}  // namespace
}  // namespace isoflop
