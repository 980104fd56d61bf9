#include "isoflop/bootstrap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "fit/resample.h"
#include "isoflop/bootstrap_parts.h"

namespace isoflop {
namespace {

constexpr std::uint64_t kSeed = 11;

Law formula(std::string_view text) {
  const Result<Law> law = Law::from_formula(text);
  EXPECT_TRUE(law) << (law ? "" : law.error().text());
  return *law;
}

Fit fitted(const Law& law, const Table& runs, const Recipe& recipe) {
  Result<Fit> fit = isoflop::fit(law, runs, recipe);
  EXPECT_TRUE(fit) << (fit ? "" : fit.error().text());
  return *std::move(fit);
}

// The loss is m times 1: with squares, m is the mean.
Fit mean_fit(std::size_t rows) {
  Table runs;
  std::vector<double> loss;
  for (std::size_t i = 0; i < rows; ++i) loss.push_back(5 + 0.3 * normal(kSeed, 1, i));
  EXPECT_TRUE(runs.set("N", std::vector<double>(rows, 1.0)));
  EXPECT_TRUE(runs.set("loss", std::move(loss)));
  return fitted(formula("m*N"), runs,
                {.residual = Residual::kLinear, .loss = {RobustLoss::Kind::kSquare, 0}});
}

// Runs of 2 + 300/N^0.5 + 400/D^0.4 with noise; ten clusters of them.
Fit power_fit(std::size_t rows, double noise) {
  std::vector<double> N, D, loss, cluster;
  for (std::size_t i = 0; i < rows; ++i) {
    N.push_back(1e4 * std::pow(1e4, uniform(kSeed, 2, i)));
    D.push_back(1e5 * std::pow(1e4, uniform(kSeed, 3, i)));
    loss.push_back((2 + 300 / std::sqrt(N.back()) + 400 / std::pow(D.back(), 0.4)) *
                   std::exp(noise * normal(kSeed, 4, i)));
    cluster.push_back(static_cast<double>(i % 10));
  }
  Table runs;
  for (auto& [name, values] : {std::pair{"N", N}, {"D", D}, {"loss", loss}, {"cluster", cluster}})
    EXPECT_TRUE(runs.set(name, values));
  return fitted(formula("E + A/N^alpha + B/D^beta"), runs,
                {.loss = {RobustLoss::Kind::kHuber, 1e-3}});
}

Eigen::VectorXd values_of(const Fit& fit) {
  const auto values = fit.law.values();
  return Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
}

FitObjective objective_of(const Fit& fit) {
  Result<FitObjective> objective = FitObjective::make(fit.law, fit.table, fit.recipe);
  EXPECT_TRUE(objective);
  return *std::move(objective);
}

Table rows_of(const Table& runs, const Eigen::VectorXd& counts) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < runs.rows(); ++row)
    rows.insert(rows.end(), static_cast<std::size_t>(counts[static_cast<Eigen::Index>(row)]), row);
  return runs.select(rows);
}

std::vector<std::string> notes_of(const Fit& fit, const Draws& draws, double level) {
  return notes_on(fit, draws, level, uncertainties(fit, draws, level));
}

bool has_note(const std::vector<std::string>& notes, const std::string& part) {
  return std::ranges::any_of(notes, [&](const std::string& note) { return note.contains(part); });
}

// Draws of mean_fit() by hand; for NaN the refit failed.
Draws draws_of(std::vector<double> values) {
  Draws draws{.how = {.replicates = values.size()}, .units = 20};
  for (const double value : values)
    draws.status.push_back(std::isnan(value) ? FitStatus::kFailed : FitStatus::kConverged);
  draws.objective = values;
  draws.values = std::move(values);
  draws.jackknife = {4.9, 5.1, 5.0};
  return draws;
}

// The bootstrap of a mean needs no computer: the draws' standard deviation is that of the sample,
// with n below, over the square root of n; their distribution is nearly normal.
TEST(Bootstrap, OfAMeanIsTheTextbooks) {
  const std::size_t rows = 60, replicates = 4000;
  const Fit fit = mean_fit(rows);
  const Result<Draws> draws = bootstrap(fit, {.replicates = replicates, .seed = kSeed});
  ASSERT_TRUE(draws) << draws.error().text();
  EXPECT_EQ(draws->count(FitStatus::kConverged), replicates);
  double squares = 0;
  const double mean = fit.law.values()[0];
  for (const double loss : fit.table.column("loss")) squares += (loss - mean) * (loss - mean);
  const double error = std::sqrt(squares) / static_cast<double>(rows);
  const Uncertainty spread = uncertainties(fit, *draws, 0.9)[0];
  // A standard deviation of K draws is uncertain by 1/sqrt(2 K), a quantile by twice that and more.
  EXPECT_NEAR(spread.standard_error / error, 1, 0.05);
  EXPECT_NEAR((spread.percentile.low - mean) / error, -1.645, 0.15);
  EXPECT_NEAR((spread.percentile.high - mean) / error, 1.645, 0.15);
  EXPECT_NEAR((spread.bca.low - mean) / error, -1.645, 0.2);
  EXPECT_NEAR((spread.bca.high - mean) / error, 1.645, 0.2);
  // The jackknife of a mean: each value is the mean of the others, as near as the stopping rule of
  // 1e-14 of F goes.
  ASSERT_EQ(draws->jackknife.size(), rows);
  const double n = static_cast<double>(rows);
  for (std::size_t i = 0; i < rows; ++i)
    EXPECT_NEAR(draws->jackknife[i], (n * mean - fit.table.column("loss")[i]) / (n - 1), 1e-7);
}

// Weights instead of repeated rows, and starts from known optima instead of a search, must not be
// seen in the answer.
TEST(Bootstrap, ARefitIsAFitFromScratch) {
  const Fit fit = power_fit(60, 0.02);
  const FitObjective objective = objective_of(fit);
  for (const Resampling by : {Resampling::kRows, Resampling::kClusters, Resampling::kResiduals}) {
    const Bootstrap how{.by = by, .replicates = 60, .seed = kSeed};
    const Result<Draws> draws = bootstrap(fit, how);
    ASSERT_TRUE(draws) << draws.error().text();
    const Resampler resampler(objective, how, fit.table.column("cluster"), values_of(fit));
    for (std::size_t i = 40; i < 60; i += 2) {  // those before are fitted from scratch anyway
      Table again = fit.table;
      if (by == Resampling::kResiduals) {
        const Eigen::VectorXd loss = resampler.response(i);
        ASSERT_TRUE(again.set("loss", {loss.begin(), loss.end()}));
      } else {
        again = rows_of(fit.table, resampler.row_counts(i));
      }
      const Fit scratch = fitted(fit.law.without_values(), again, fit.recipe);
      EXPECT_LE(draws->objective[i] / scratch.objective.sum, 1 + 1e-7) << to_text(by) << " " << i;
    }
  }
}

TEST(Bootstrap, IsTheSameToTheBitOnAnyNumberOfThreads) {
  const Fit fit = power_fit(40, 0.02);
  const Bootstrap how{.replicates = 300, .seed = kSeed};
  const Result<Draws> one = bootstrap(fit, how);
  ASSERT_TRUE(one);
  for (const unsigned threads : {2u, 7u}) {
    ThreadExecutor executor(threads);
    Progress silent;
    const Result<Draws> many = bootstrap(fit, how, executor, silent);
    ASSERT_TRUE(many);
    EXPECT_EQ(many->values, one->values) << threads;
    EXPECT_EQ(many->objective, one->objective) << threads;
    EXPECT_EQ(many->jackknife, one->jackknife) << threads;
    EXPECT_EQ(many->status, one->status) << threads;
  }
}

TEST(Bootstrap, MoreReplicatesAddToTheSameOnes) {
  const Fit fit = power_fit(40, 0.02);
  const Result<Draws> few = bootstrap(fit, {.replicates = 50, .seed = kSeed});
  const Result<Draws> many = bootstrap(fit, {.replicates = 80, .seed = kSeed});
  const Result<Draws> other = bootstrap(fit, {.replicates = 50, .seed = kSeed + 1});
  ASSERT_TRUE(few && many && other);
  EXPECT_TRUE(std::equal(few->values.begin(), few->values.end(), many->values.begin()));
  EXPECT_NE(few->values, other->values);
}

TEST(Resampler, KeepsClustersWhole) {
  const Fit fit = power_fit(45, 0.02);
  const FitObjective objective = objective_of(fit);
  const auto labels = fit.table.column("cluster");
  const Resampler resampler(objective, {.by = Resampling::kClusters, .seed = kSeed}, labels,
                            values_of(fit));
  EXPECT_EQ(resampler.units(), 10u);
  EXPECT_EQ(resampler.groups(), 10u);
  std::set<double> seen;
  for (std::size_t i = 0; i < 50; ++i) {
    const Eigen::VectorXd counts = resampler.row_counts(i);
    double drawn = 0;
    for (std::size_t row = 0; row < labels.size(); ++row) {
      EXPECT_EQ(counts[static_cast<Eigen::Index>(row)],
                counts[static_cast<Eigen::Index>(static_cast<std::size_t>(labels[row]))]);
      if (row < 10) drawn += counts[static_cast<Eigen::Index>(row)];
    }
    EXPECT_EQ(drawn, 10);  // as many clusters as there are
    seen.insert(counts[0]);
  }
  EXPECT_GE(seen.size(), 3u);
  const FitObjective without = resampler.without(3);
  for (std::size_t row = 0; row < labels.size(); ++row)
    EXPECT_EQ(without.weights()[static_cast<Eigen::Index>(row)], labels[row] == 3 ? 0 : 1);
}

TEST(Resampler, DrawsRowsEvenly) {
  const Fit fit = mean_fit(20);
  const FitObjective objective = objective_of(fit);
  const Resampler resampler(objective, {.seed = kSeed}, {}, values_of(fit));
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(20);
  for (std::size_t i = 0; i < 2000; ++i) {
    const Eigen::VectorXd counts = resampler.row_counts(i);
    EXPECT_EQ(counts.sum(), 20);
    sum += counts;
  }
  // 2000 expected of each, with a standard deviation of 44.
  EXPECT_GT(sum.minCoeff(), 1800);
  EXPECT_LT(sum.maxCoeff(), 2200);
}

// What is drawn must have its own optimum at the fit, or all draws would be beside it.
TEST(Resampler, RecentresResiduals) {
  Eigen::VectorXd skewed(5);
  skewed << -1, 0, 1, 2, 18;
  EXPECT_NEAR(centre({RobustLoss::Kind::kSquare, 0}, skewed), 4, 1e-9);
  EXPECT_NEAR(centre({RobustLoss::Kind::kAbsolute, 0}, skewed), 1, 1e-9);
  // The slopes about it, clipped at delta, add up to 0.
  const double huber = centre({RobustLoss::Kind::kHuber, 1.5}, skewed);
  double sum = 0;
  for (const double r : skewed) sum += std::clamp(r - huber, -1.5, 1.5);
  EXPECT_NEAR(sum, 0, 1e-9);

  const Fit fit = power_fit(40, 0.05);
  const FitObjective objective = objective_of(fit);
  const Resampler resampler(objective, {.by = Resampling::kResiduals, .seed = kSeed}, {},
                            values_of(fit));
  FitObjective::State state = objective.make_state();
  const Eigen::VectorXd own = objective.residuals_at(fit.law.values(), state);
  const double middle = centre(fit.recipe.loss, own);
  const Eigen::VectorXd loss = resampler.response(0);
  std::set<double> residuals;
  for (const double r : own) residuals.insert(r);
  for (Eigen::Index i = 0; i < loss.size(); ++i) {
    // ln fitted - ln drawn is a residual of the fit, less the middle of all.
    const double fitted = std::log(objective.response()[i]) + own[i];
    const double drawn = fitted - std::log(loss[i]) + middle;
    const auto near = residuals.lower_bound(drawn - 1e-12);
    ASSERT_NE(near, residuals.end()) << i;
    EXPECT_NEAR(*near, drawn, 1e-12) << i;
  }
}

// Five coefficients, six runs: most resamples have too few different ones.
TEST(Bootstrap, CountsResamplesThatDetermineNothing) {
  const Fit fit = power_fit(6, 0.01);
  const Result<Draws> draws = bootstrap(fit, {.replicates = 200, .seed = kSeed});
  ASSERT_TRUE(draws) << draws.error().text();
  const FitObjective objective = objective_of(fit);
  const Resampler resampler(objective, {.seed = kSeed}, {}, values_of(fit));
  std::size_t undetermined = 0;
  for (std::size_t i = 0; i < 200; ++i)
    undetermined += (resampler.row_counts(i).array() > 0).count() < 5;
  EXPECT_GT(undetermined, 50u);
  EXPECT_EQ(draws->count(FitStatus::kFailed), undetermined);
  EXPECT_TRUE(
      has_note(notes_of(fit, *draws, 0.9), std::to_string(undetermined) + " of 200 refits failed"));
}

class StopAfter final : public Progress {
 public:
  explicit StopAfter(std::size_t draws, std::string_view what = "refits")
      : what_(what), draws_(draws) {}
  void report(std::string_view what, std::size_t done, std::size_t) override {
    if (what == what_ && done >= draws_) stop_ = true;
  }
  [[nodiscard]] bool stop_asked() override { return stop_; }

 private:
  std::string_view what_;
  std::size_t draws_;
  bool stop_ = false;
};

TEST(Bootstrap, AskedToStopKeepsWhatIsFinished) {
  const Fit fit = power_fit(40, 0.02);
  SerialExecutor executor;
  StopAfter stop(100);
  const Result<Draws> draws = bootstrap(fit, {.replicates = 100000, .seed = kSeed}, executor, stop);
  ASSERT_TRUE(draws) << draws.error().text();
  EXPECT_GE(draws->size(), 100u);
  EXPECT_LT(draws->size(), 5000u);
  EXPECT_TRUE(draws->stopped);
  EXPECT_EQ(draws->values.size(), 5 * draws->size());
  EXPECT_TRUE(draws->jackknife.empty());
}

TEST(Bootstrap, AskedToStopInAnyPartSaysSo) {
  const Fit fit = power_fit(40, 0.02);
  SerialExecutor executor;
  const Bootstrap how{.replicates = 30, .seed = kSeed};
  StopAfter pilots(1);
  const Result<Draws> few = bootstrap(fit, how, executor, pilots);
  ASSERT_TRUE(few) << few.error().text();
  EXPECT_LT(few->size(), 30u);
  EXPECT_TRUE(few->stopped);
  EXPECT_TRUE(has_note(notes_of(fit, *few, 0.5), "stopped after 2 of 30 refits"));

  StopAfter jackknife(0, "refits without a run");
  const Result<Draws> all = bootstrap(fit, how, executor, jackknife);
  ASSERT_TRUE(all) << all.error().text();
  EXPECT_EQ(all->size(), 30u);
  EXPECT_TRUE(all->jackknife.empty());
  EXPECT_TRUE(all->stopped);
  const auto notes = notes_of(fit, *all, 0.5);
  EXPECT_TRUE(has_note(notes, "the bootstrap was stopped after its draws"));
  EXPECT_TRUE(has_note(notes, "BCa interval of E, A, alpha, B, beta is unknown: it takes"));

  Progress silent;
  const Result<Draws> whole = bootstrap(fit, how, executor, silent);
  ASSERT_TRUE(whole) << whole.error().text();
  EXPECT_FALSE(whole->stopped);
}

// 10 of n draws beyond each end of a 90 % interval: n = 200.
TEST(BootstrapNotes, CountDrawsAndClusters) {
  const Fit fit = mean_fit(20);
  std::vector<double> values;
  for (std::size_t i = 0; i < 200; ++i) values.push_back(5 + 0.1 * normal(kSeed, 9, i));
  Draws draws = draws_of(values);
  EXPECT_FALSE(has_note(notes_of(fit, draws, 0.9), "intervals of"));
  EXPECT_TRUE(has_note(notes_of(fit, draws, 0.95), "intervals of 95 % take about 400 refits"));
  values.pop_back();
  EXPECT_TRUE(has_note(notes_of(fit, draws_of(values), 0.9), "there are 199"));

  draws.how.by = Resampling::kClusters;
  draws.units = 9;
  EXPECT_TRUE(has_note(notes_of(fit, draws, 0.9), "there are 9 clusters"));
  draws.units = 10;
  EXPECT_FALSE(has_note(notes_of(fit, draws, 0.9), "clusters"));

  std::ranges::fill(draws.status, FitStatus::kAtBound);
  EXPECT_TRUE(has_note(notes_of(fit, draws, 0.9), "200 of 200 refits ended at the edge"));
}

TEST(BootstrapNotes, SayWhyAnIntervalIsUnknown) {
  const Fit fit = mean_fit(20);
  const double none = std::nan("");
  EXPECT_TRUE(has_note(notes_of(fit, draws_of({8, 8.5, 9}), 0.5),
                       "BCa interval of m is unknown: the fitted value is outside of all draws"));
  EXPECT_FALSE(has_note(notes_of(fit, draws_of({4, 4.5, 5.5, 6}), 0.5), "unknown"));
  const Draws half = draws_of({4, none, 6, none});
  EXPECT_TRUE(has_note(notes_of(fit, half, 0.5), "2 of 4 refits failed"));
  EXPECT_TRUE(std::isfinite(uncertainties(fit, half, 0.5)[0].percentile.low));
  const Draws most = draws_of({4, none, 6, none, none});
  EXPECT_TRUE(has_note(notes_of(fit, most, 0.5), "intervals would mislead"));
  EXPECT_TRUE(std::isnan(uncertainties(fit, most, 0.5)[0].percentile.low));
}

TEST(Bootstrap, SaysWhatItCannotDraw) {
  const auto error_of = [](const Fit& fit, const Bootstrap& how) {
    const Result<Draws> draws = bootstrap(fit, how);
    return draws ? "no error" : draws.error().text();
  };
  Fit fit = mean_fit(10);
  EXPECT_TRUE(error_of(fit, {.replicates = 0}).contains("needs replicates"));
  EXPECT_TRUE(error_of(fit, {.by = Resampling::kClusters}).contains("no column `cluster`"));
  EXPECT_TRUE(fit.table.set("cluster", std::vector<double>(10, 3)));
  EXPECT_TRUE(error_of(fit, {.by = Resampling::kClusters}).contains("one cluster"));
  fit.recipe.fix["m"] = 5;
  EXPECT_TRUE(error_of(fit, {}).contains("every coefficient is fixed"));
  fit.table = {};
  EXPECT_TRUE(error_of(fit, {}).contains("without its runs"));
}

// Refits that depended on their neighbours, or on how many there are, would differ.
TEST(Bootstrap, InPartsIsThatOfOneRun) {
  const Fit fit = power_fit(40, 0.02);
  SerialExecutor executor;
  Progress silent;
  for (const Resampling by : {Resampling::kRows, Resampling::kClusters, Resampling::kResiduals}) {
    const Bootstrap how = {.by = by, .replicates = 45, .seed = kSeed};
    const Result<Draws> whole = bootstrap(fit, how);
    ASSERT_TRUE(whole) << whole.error().text();
    const Result<Pilots> pilots = try_pilots(fit, how, executor, silent);
    ASSERT_TRUE(pilots);
    for (const std::size_t count : {1, 2, 7, 50}) {  // more than there are replicates, too
      std::vector<BootstrapPart> parts;
      for (std::size_t i = count; i-- > 0;) {
        Result<BootstrapPart> part =
            bootstrap_part(fit, how, *pilots, {i, count}, executor, silent);
        ASSERT_TRUE(part);
        parts.push_back(*std::move(part));
      }
      const Result<Draws> all = joined(parts);
      ASSERT_TRUE(all) << all.error().text();
      EXPECT_EQ(all->values, whole->values);
      EXPECT_EQ(all->objective, whole->objective);
      EXPECT_EQ(all->status, whole->status);
      EXPECT_EQ(all->jackknife, whole->jackknife);
      EXPECT_EQ(all->searched, whole->searched);
      EXPECT_FALSE(all->stopped);
    }
  }
}

TEST(Bootstrap, PartsThatAreNotOfOneCutAreRefused) {
  const Fit fit = mean_fit(20);
  const Bootstrap how = {.replicates = 10, .seed = kSeed};
  SerialExecutor executor;
  Progress silent;
  const Result<Pilots> pilots = try_pilots(fit, how, executor, silent);
  ASSERT_TRUE(pilots);
  const auto part = [&](std::size_t index, std::size_t count) {
    return *bootstrap_part(fit, how, *pilots, {index, count}, executor, silent);
  };
  const auto refusal = [](const std::vector<BootstrapPart>& parts) {
    const Result<Draws> all = joined(parts);
    return all ? std::string() : all.error().text();
  };
  EXPECT_EQ(refusal({}), "there are no parts to join");
  EXPECT_EQ(refusal({part(0, 2)}), "part 1/2 is missing: make it, too");
  EXPECT_EQ(refusal({part(0, 2), part(1, 2), part(0, 2)}),
            "part 0/2: it is part 0/2, as is part 0/2: give each part once");
  EXPECT_EQ(refusal({part(0, 1), part(1, 2)}),
            "part 1/2: it is part 1/2, and part 0/1 is 0/1: the parts of one cut are wanted");
  const Result<Draws> some = joined_of_some(std::vector{part(0, 3), part(2, 3)});
  ASSERT_TRUE(some);
  EXPECT_EQ(some->size(), 7u);
  EXPECT_TRUE(some->stopped && some->jackknife.empty());
}

}  // namespace
}  // namespace isoflop
