#include "isoflop/compare.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/random.h"
#include "isoflop/predict.h"
#include "judge/nested_laws.h"
#include "support/book.h"

namespace isoflop {

namespace {

using test::book_law;

// A design with 60 runs whose loss a law of the book made, with noise in ln loss.
Table runs_of(const Law& law, double noise, std::uint64_t seed, double sparsest) {
  std::vector<double> N, P, S, D;
  for (const double size : {1e8, 3e8, 1e9, 3e9, 1e10})
    for (const double tokens : {2e9, 1e10, 5e10, 2e11})
      for (const double share : {0.0, 0.5, 1.0}) {
        S.push_back(share * sparsest);
        N.push_back(size);
        P.push_back(size / (1 - S.back()));
        D.push_back(tokens);
      }
  Table table;
  EXPECT_TRUE(table.set("N", N) && table.set("P", P) && table.set("S", S) && table.set("Sx", S) &&
              table.set("D", D));
  std::vector<double> loss = *predict(law, table);
  for (std::size_t i = 0; i < loss.size(); ++i) loss[i] *= std::exp(noise * normal(seed, 0, i));
  EXPECT_TRUE(table.set("loss", loss));
  return table;
}

Fit fit_of(const char* key, const Table& table) {
  return *fit(book_law(key).without_values(), table);
}

bool contains(const char* larger, const char* simpler, const Table& table) {
  SerialExecutor executor;
  Progress silent;
  return is_special_case(fit_of(simpler, table), fit_of(larger, table), table, executor, silent);
}

// At S = 0 the formulas of hossain2025 and frantar2023 become hoffmann2022's; with sparse runs
// hossain2025 has (1-S)^alpha where hoffmann2022 has nothing.
TEST(SpecialCase, IsFoundFromTheRuns) {
  const Table dense = runs_of(book_law("hoffmann2022"), 0.005, 1, 0);
  EXPECT_TRUE(contains("hossain2025", "hoffmann2022", dense));
  EXPECT_TRUE(contains("frantar2023", "hoffmann2022", dense));
  EXPECT_FALSE(contains("kaplan2020", "hoffmann2022", dense));
  const Table sparse = runs_of(book_law("hossain2025:moe"), 0.005, 1, 0.8);
  EXPECT_FALSE(contains("hossain2025", "hoffmann2022", sparse));
  EXPECT_FALSE(contains("hoffmann2022", "hossain2025", sparse));
}

Comparison compare_laws(const std::vector<std::string>& keys, const Table& table,
                        const Folds& folds, Progress& progress) {
  std::vector<Candidate> laws;
  for (const std::string& key : keys) laws.push_back({key, book_law(key).without_values()});
  SerialExecutor executor;
  const Result<Comparison> comparison = compare(laws, table, folds, {}, executor, progress);
  EXPECT_TRUE(comparison) << comparison.error().text();
  return *comparison;
}

Folds largest(const Table& table) {
  return *make_folds(*parse_holdout("top:25%:D"), table.column("D"), 1);
}

// With noise the larger law is luckier on some tables; the simpler one is named all the same,
// unless the larger one is surely better.
TEST(Compare, NamesTheSimplerOfNestedLawsThatDoAlike) {
  std::size_t luckier = 0;
  for (const std::uint64_t seed : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}) {
    const Table table = runs_of(book_law("hoffmann2022"), 0.005, seed, 0);
    Progress silent;
    const Comparison comparison =
        compare_laws({"abnar2025", "hoffmann2022"}, table, largest(table), silent);
    const bool simpler = comparison.laws[0].name == "hoffmann2022";
    EXPECT_TRUE(simpler || comparison.pairs[0].probability >= kSure) << "seed " << seed;
    if (simpler && comparison.laws[1].held_out.rmse < comparison.laws[0].held_out.rmse) ++luckier;
  }
  EXPECT_GT(luckier, 0u) << "the tables do not test the rule";
}

// On dense runs the two have the same predictions but for rounding, which must not decide.
TEST(Compare, NamesTheSimplerOfLawsThatAreTheSameOnTheRuns) {
  const Table table = runs_of(book_law("hoffmann2022"), 0.005, 1, 0);
  Progress silent;
  const Comparison comparison =
      compare_laws({"frantar2023", "hossain2025", "hoffmann2022"}, table, largest(table), silent);
  EXPECT_EQ(comparison.laws[0].name, "hoffmann2022");
  EXPECT_EQ(comparison.pairs[0].probability, 0.5);
  EXPECT_TRUE(comparison.pairs[0].simpler);
}

TEST(Compare, NamesTheLawThatMadeTheRuns) {
  const Table table = runs_of(book_law("hossain2025:moe"), 0.002, 3, 0.8);
  Progress silent;
  const Comparison comparison =
      compare_laws({"hoffmann2022", "hossain2025", "clark2022"}, table, largest(table), silent);
  ASSERT_EQ(comparison.laws.size(), 2u);
  EXPECT_EQ(comparison.laws[0].name, "hossain2025");
  ASSERT_EQ(comparison.unusable.size(), 1u);
  EXPECT_EQ(comparison.unusable[0].name, "clark2022");
  ASSERT_TRUE(comparison.verdict);
  EXPECT_GE(comparison.pairs[comparison.verdict->pair].probability, kSure);
  EXPECT_FALSE(comparison.verdict->rows_needed);
}

// The root mean square of n normal errors is within about 1.645/sqrt(2 n) of itself in nine samples
// of ten (the delta method on a chi-square).
TEST(Compare, TheIntervalOfAnErrorIsThatOfNormalErrors) {
  Table table;
  std::vector<double> N, D;
  for (int i = 0; i < 600; ++i) {
    N.push_back(1e8 * std::pow(1.005, i));
    D.push_back(1e9 * std::pow(1.5, i % 7));
  }
  ASSERT_TRUE(table.set("N", N) && table.set("D", D));
  std::vector<double> loss = *predict(book_law("hoffmann2022"), table);
  for (std::size_t i = 0; i < loss.size(); ++i) loss[i] *= std::exp(0.005 * normal(4, 0, i));
  ASSERT_TRUE(table.set("loss", loss));
  Progress silent;
  const Folds folds = *make_folds(*parse_holdout("folds:5"), table.column("N"), 1);
  const ComparedLaw law = compare_laws({"hoffmann2022"}, table, folds, silent).laws[0];
  const double half = 1.645 / std::sqrt(2.0 * 600);
  EXPECT_NEAR(law.held_out_interval.low / law.held_out.rmse, 1 - half, 0.2 * half);
  EXPECT_NEAR(law.held_out_interval.high / law.held_out.rmse, 1 + half, 0.2 * half);
}

class Stopped final : public Progress {
 public:
  [[nodiscard]] bool stop_asked() override { return true; }
};

TEST(Compare, AskedToStopSaysWhichLawsItDidNotReach) {
  const Table table = runs_of(book_law("hoffmann2022"), 0.005, 1, 0);
  Stopped stopped;
  const Comparison comparison =
      compare_laws({"hoffmann2022", "kaplan2020"}, table, largest(table), stopped);
  EXPECT_TRUE(comparison.stopped);
  ASSERT_EQ(comparison.laws.size(), 1u);
  ASSERT_EQ(comparison.unusable.size(), 1u);
  EXPECT_EQ(comparison.unusable[0].reason, "stopped before it was fitted");
}

}  // namespace

}  // namespace isoflop
