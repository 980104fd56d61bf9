#include "fit/search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/random.h"
#include "isoflop/predict.h"

namespace isoflop {
namespace {

// Notes what is reported, and asks to stop at the given question, counted from 1; 0 is never.
class Listener final : public Progress {
 public:
  explicit Listener(std::size_t stop_at = 0) : stop_at_(stop_at) {}
  void report(std::string_view what, std::size_t done, std::size_t total) override {
    EXPECT_EQ(what, "starts");
    EXPECT_TRUE(seen.empty() || done >= seen.back()) << "progress goes forward";
    seen.push_back(done);
    totals.push_back(total);
  }
  bool stop_asked() override { return stop_at_ > 0 && ++asked_ >= stop_at_; }

  std::vector<std::size_t> seen, totals;

 private:
  std::size_t stop_at_, asked_ = 0;
};

// A table that two powers of N fit about as well as one does.
Table runs() {
  std::vector<double> N, loss;
  for (std::size_t i = 0; i < 24; ++i) {
    N.push_back(100.0 * std::pow(1.5, static_cast<double>(i)));
    loss.push_back((1.5 + 40 / std::sqrt(N.back())) * std::exp(0.05 * normal(8, 0, i)));
  }
  Table table;
  EXPECT_TRUE(table.set("N", N) && table.set("loss", loss));
  return table;
}

Law law() {
  const Result<Law> law = Law::from_formula("E + A/N^alpha + B/N^beta");
  EXPECT_TRUE(law) << (law ? "" : law.error().text());
  return *law;
}

Fit fitted(const Starts& starts, Progress& progress) {
  SerialExecutor executor;
  const Result<Fit> result = fit(law(), runs(), {.starts = starts}, executor, progress);
  EXPECT_TRUE(result) << (result ? "" : result.error().text());
  return *result;
}

TEST(Search, ReportsHowManyOfItsStartsAreDone) {
  Listener listener;
  const Fit fit = fitted({Starts::Kind::kRandom, 700}, listener);
  // 700 where the best is improved on.
  EXPECT_EQ(listener.seen, (std::vector<std::size_t>{0, 256, 512, 700}));
  EXPECT_EQ(listener.totals, (std::vector<std::size_t>{700, 700, 700, 700}));
  EXPECT_EQ(fit.search.tried, 700u);
  EXPECT_FALSE(fit.search.stopped);
}

// How many starts the default search makes is not known before its end.
TEST(Search, TheDefaultSearchHasNoTotal) {
  Listener listener;
  fitted({}, listener);
  EXPECT_FALSE(listener.totals.empty());
  EXPECT_EQ(std::ranges::count(listener.totals, 0u), std::ssize(listener.totals));
}

// What is finished is kept: a stopped search is the shorter search, and says that it is none.
TEST(Search, AskedToStopItEndsWithWhatIsFinished) {
  Listener stops(2), goes_on;
  const Fit stopped = fitted({Starts::Kind::kRandom, 1'000'000'000}, stops);
  const Fit shorter = fitted({Starts::Kind::kRandom, stopped.search.tried}, goes_on);
  EXPECT_EQ(stopped.search.tried, 512u);
  EXPECT_TRUE(stopped.search.stopped);
  EXPECT_TRUE(stopped.usable);
  EXPECT_EQ(stopped.status, FitStatus::kLimit);
  EXPECT_EQ(stopped.objective.sum, shorter.objective.sum);
  EXPECT_EQ(stopped.message.find("stopped early, after 512 of 1000000000 starts: "), 0u)
      << stopped.message;
}

TEST(Search, AskedToStopAtOnceItHasOneBlock) {
  Listener stops(1);
  EXPECT_EQ(fitted({Starts::Kind::kRandom, 100'000}, stops).search.tried, 256u);
}

// Runs of two kinds: a loss that hardly counts outliers has an optimum at each.
TEST(Search, ReportsDistinctOptimaLowestFirst) {
  Table two = runs();
  std::vector<double> loss(two.column("loss").begin(), two.column("loss").end());
  for (std::size_t i = 0; i < 18; i += 2) loss[i] += 1;
  ASSERT_TRUE(two.set("loss", loss));
  const Recipe recipe{.loss = *parse_loss("cauchy:0.01"), .starts = {Starts::Kind::kRandom, 400}};
  const Result<Fit> made = isoflop::fit(law(), two, recipe);
  ASSERT_TRUE(made) << made.error().text();
  const Fit& fit = *made;
  const std::vector<LocalOptimum>& optima = fit.search.optima;
  ASSERT_GE(optima.size(), 2u) << "this law has several";
  EXPECT_EQ(optima[0].objective, fit.objective.sum);
  EXPECT_EQ(optima[0].reached, fit.search.reached_best);
  EXPECT_TRUE(std::ranges::equal(optima[0].coefficients, fit.law.values()));
  std::size_t reached = 0;
  for (std::size_t i = 0; i < optima.size(); ++i) {
    if (i > 0) {
      EXPECT_GT(optima[i].objective, optima[i - 1].objective * (1 + 1e-7));
    }
    reached += optima[i].reached;
  }
  EXPECT_LE(reached, fit.search.descents);
}

// The objective of a reported optimum is the law's at the reported coefficients.
TEST(Search, CoefficientsOfAnOptimumGiveItsObjective) {
  Progress silent;
  const Fit all = fitted({Starts::Kind::kRandom, 400}, silent);
  for (const LocalOptimum& optimum : all.search.optima) {
    Recipe held;
    for (std::size_t i = 0; i < optimum.coefficients.size(); ++i)
      held.fix[all.law.coefficients()[i].name] = optimum.coefficients[i];
    const Result<Fit> there = fit(law(), runs(), held);
    ASSERT_TRUE(there) << there.error().text();
    EXPECT_NEAR(there->objective.sum / optimum.objective, 1, 1e-9);
  }
}

// A sweep's inner loop may have a period that every so manieth row would meet: of a long table the
// rows that are looked at first must show every value.
TEST(Search, ALongTableMayBeInAnyOrder) {
  const Law law = *find_law("hossain2025:moe");
  const double sparsities[] = {0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98};
  Table table;
  std::vector<double> N, S, D;
  for (std::size_t i = 0; i < 16384; ++i) {
    S.push_back(sparsities[i % 8]);
    N.push_back(1e7 * std::pow(10, 3 * uniform(5, 0, i / 8)));
    D.push_back(1e9 * std::pow(10, 3 * uniform(5, 1, i / 8)));
  }
  ASSERT_TRUE(table.set("N", N) && table.set("S", S) && table.set("D", D));
  std::vector<double> loss = *predict(law, table);
  for (std::size_t i = 0; i < loss.size(); ++i) loss[i] *= std::exp(0.003 * normal(5, 2, i));
  ASSERT_TRUE(table.set("loss", std::move(loss)));
  const Result<Fit> fitted = fit(law.without_values(), table);
  ASSERT_TRUE(fitted) << fitted.error().text();
  EXPECT_NEAR(fitted->law.values()[*law.coefficient_index("gamma")], 1.19, 0.05) << fitted->message;
}

// Coefficients that are not given are solved for beside those that are.
TEST(Search, AGivenStartIsCompleted) {
  const Law law = *Law::from_formula("E + A/N^alpha");
  Table table;
  std::vector<double> N, loss;
  for (std::size_t i = 0; i < 20; ++i) {
    N.push_back(1e7 * std::pow(1.6, static_cast<double>(i)));
    loss.push_back(1.7 + 400 / std::pow(N.back(), 0.34));
  }
  ASSERT_TRUE(table.set("N", N) && table.set("loss", loss));
  const Result<Fit> fitted = fit(law, table,
                                 {.loss = {RobustLoss::Kind::kSquare, 0},
                                  .starts = {Starts::Kind::kGiven, 0},
                                  .start = {{"alpha", 0.34}}});
  ASSERT_TRUE(fitted) << fitted.error().text();
  EXPECT_NEAR(fitted->law.values()[*law.coefficient_index("A")], 400, 1e-6);
}

// A scale at which the objective overflows has no optimum to report.
TEST(Search, AnInfiniteObjectiveIsAFailure) {
  Recipe recipe;
  recipe.loss = {RobustLoss::Kind::kCauchy, 1e300};
  const Result<Fit> fitted = fit(law(), runs(), recipe);
  ASSERT_TRUE(fitted) << fitted.error().text();
  EXPECT_EQ(fitted->status, FitStatus::kFailed) << fitted->message;
}

}  // namespace
}  // namespace isoflop
