// Outcomes of published fits on tables whose truth is known, and the files of the books.
#include "isoflop/reproduce.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "isoflop/simulate.h"
#include "support/book.h"

namespace isoflop {
namespace {

constexpr std::uint64_t kSeed = 5;

// Runs of the printed set with half a percent of noise, as CSV.
std::string noisy_runs() {
  const Result<Table> runs = simulate(test::book_law("hoffmann2022:hoffmann"),
                                      {.flops = {1e18, 1e19, 1e20, 1e21}}, 0.005, kSeed);
  std::string text = "N,D,loss\n";
  for (std::size_t row = 0; runs && row < runs->rows(); ++row)
    text += fmt::format("{:.17g},{:.17g},{:.17g}\n", runs->column("N")[row], runs->column("D")[row],
                        runs->column("loss")[row]);
  return text;
}

Outcome outcome_of(const PublishedFit& fit) {
  DataSet data{.key = "noisy", .file = "noisy.csv", .rows = 28};
  data.fits.push_back(fit);
  SerialExecutor executor;
  Progress progress;
  const Result<Reproduction> result = reproduce(data, noisy_runs(), executor, progress);
  EXPECT_TRUE(result) << result.error().text();
  return result ? result->fits[0].outcome : Outcome::kDiffers;
}

// With noise the truth is not the optimum: whether it is taken for one depends on the tolerance and
// the digits alone.
TEST(Reproduce, TellsRoundingFromABetterOptimum) {
  PublishedFit fit{.law = "hoffmann2022:hoffmann", .loss = {.kind = RobustLoss::Kind::kSquare}};
  EXPECT_EQ(outcome_of(fit), Outcome::kBetter) << "seed " << kSeed;
  fit.last_digit = {{"E", 1e-9}, {"A", 1e-9}, {"B", 1e-9}, {"alpha", 1e-9}, {"beta", 1e-9}};
  EXPECT_EQ(outcome_of(fit), Outcome::kBetter) << "seed " << kSeed;
  fit.last_digit = {{"E", 1}, {"A", 2000}, {"B", 2000}, {"alpha", 0.3}, {"beta", 0.3}};
  EXPECT_EQ(outcome_of(fit), Outcome::kRounding) << "seed " << kSeed;
  fit.tolerance = 0.9;
  EXPECT_EQ(outcome_of(fit), Outcome::kSame) << "seed " << kSeed;
}

TEST(Reproduce, ADisagreementNeedsAReason) {
  EXPECT_TRUE(is_explained(Outcome::kSame, ""));
  EXPECT_TRUE(is_explained(Outcome::kRounding, ""));
  EXPECT_TRUE(is_explained(Outcome::kHolds, ""));
  EXPECT_FALSE(is_explained(Outcome::kBetter, ""));
  EXPECT_FALSE(is_explained(Outcome::kDiffers, ""));
  EXPECT_FALSE(is_explained(Outcome::kFails, ""));
  EXPECT_TRUE(is_explained(Outcome::kFails, "other runs"));
}

// A claim whose worked losses are wrong has no reason that could excuse it.
TEST(Reproduce, CountsWhatIsNotExplained) {
  Reproductions all;
  all.claims.push_back({.budgets = {{.published = {.reason = "far from the runs"},
                                     .worked_outcome = Outcome::kFails,
                                     .outcome = Outcome::kFails}}});
  const Tally counts = tally(all);
  EXPECT_EQ(counts.all, 2u);
  EXPECT_EQ(counts.unexplained, 1u);
}

TEST(Reproduce, ClosenessIsTheWorstAndTheMeanRelativeError) {
  const double losses[] = {2, 3.3, 1}, others[] = {2, 3, 1.25};
  const Closeness close = closeness(losses, others);
  EXPECT_DOUBLE_EQ(close.worst, 0.2);
  EXPECT_NEAR(close.mean, 0.1, 1e-15);
}

TEST(DataSets, EveryFileOfTheBooksReadsAndIsNamedByItsKey) {
  EXPECT_GE(data_set_keys().size(), 4u);
  for (const std::string& key : data_set_keys()) {
    const Result<DataSet> data = find_data_set(key);
    ASSERT_TRUE(data) << data.error().text();
    EXPECT_EQ(data->key, key);
    EXPECT_FALSE(data->fits.empty()) << key;
  }
  for (const std::string& key : claim_keys()) {
    const Result<Claims> claims = find_claims(key);
    ASSERT_TRUE(claims) << claims.error().text();
    EXPECT_EQ(claims->key, key);
    EXPECT_TRUE(find_law(key)) << key;
  }
}

}  // namespace
}  // namespace isoflop
