// Outcomes of published fits on tables whose truth is known, and the files of the books.
#include "isoflop/reproduce.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <regex>
#include <string>
#include <string_view>

#include "base/book_data.h"
#include "isoflop/simulate.h"
#include "support/book.h"

namespace isoflop {
namespace {

constexpr std::uint64_t kSeed = 5;
constexpr double kNoise = 1e-6;

// Runs of hoffmann2022 with values of `alpha` and a little noise, as CSV.
std::string noisy_runs(double alpha) {
  Law truth = test::book_law("hoffmann2022:hoffmann");
  truth = *truth.with_values("truth", {1.692, 406.41, 410.68, alpha, 0.2795});
  const Result<Table> runs = simulate(truth, {.flops = {1e18, 1e19, 1e20, 1e21}}, kNoise, kSeed);
  std::string text = "N,D,loss\n";
  for (std::size_t row = 0; runs && row < runs->rows(); ++row)
    text += fmt::format("{:.17g},{:.17g},{:.17g}\n", runs->column("N")[row], runs->column("D")[row],
                        runs->column("loss")[row]);
  return text;
}

Outcome outcome_of(const PublishedFit& fit, double alpha) {
  DataSet data{.key = "noisy", .file = "noisy.csv", .rows = 28};
  data.fits.push_back(fit);
  SerialExecutor executor;
  Progress progress;
  const Result<Reproduction> result = reproduce(data, noisy_runs(alpha), executor, progress);
  EXPECT_TRUE(result) << result.error().text();
  return result ? result->fits[0].outcome : Outcome::kDiffers;
}

// The printed alpha, 0.34, stands for 0.335 to 0.345.
TEST(Reproduce, TellsRoundingFromABetterOptimum) {
  PublishedFit fit{.law = "hoffmann2022:hoffmann", .loss = {.kind = RobustLoss::Kind::kSquare}};
  EXPECT_EQ(outcome_of(fit, 0.3425), Outcome::kRounding) << "seed " << kSeed;
  EXPECT_EQ(outcome_of(fit, 0.352), Outcome::kBetter) << "seed " << kSeed;
  fit.law = "hoffmann2022:unrounded";
  EXPECT_EQ(outcome_of(fit, 0.3425), Outcome::kBetter) << "seed " << kSeed;
}

// The ends are of all 128 corners, worked out in Python.
TEST(Reproduce, APublishedLossIsExplainedBySetsThatPrintAlike) {
  const Inputs deepseek = {{"N", 37e9}, {"P", 671e9}, {"D", 14.8e12}};
  const auto point = [&](double loss) {
    DataSet data{.key = "one", .file = "one.csv"};
    data.points.push_back(
        {.law = "hossain2025:moe", .inputs = deepseek, .loss = loss, .tolerance = 0.01});
    SerialExecutor executor;
    Progress progress;
    const Result<Reproduction> result = reproduce(data, "", executor, progress);
    EXPECT_TRUE(result) << result.error().text();
    return result ? result->points.at(0) : ReproducedPoint{};
  };
  EXPECT_EQ(point(1.475).outcome, Outcome::kHolds);
  EXPECT_EQ(point(1.69).outcome, Outcome::kRounding);
  EXPECT_EQ(point(1.7).outcome, Outcome::kFails);
  EXPECT_EQ(point(1.276).outcome, Outcome::kRounding);
  EXPECT_EQ(point(1.27).outcome, Outcome::kFails);
  const std::optional<Range> range = point(1.5).range;
  ASSERT_TRUE(range);
  EXPECT_NEAR(range->low, 1.2882866690, 1e-9);
  EXPECT_NEAR(range->high, 1.6748950843, 1e-9);
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
  EXPECT_EQ(counts.all, 3u);
  EXPECT_EQ(counts.unexplained, 1u);
}

TEST(Reproduce, ClosenessIsTheWorstAndTheMeanRelativeError) {
  const double losses[] = {2, 3.3, 1}, others[] = {2, 3, 1.25};
  const Closeness close = closeness(losses, others);
  EXPECT_DOUBLE_EQ(close.worst, 0.2);
  EXPECT_NEAR(close.mean, 0.1, 1e-15);
}

TEST(DataSets, EveryFileOfTheBooksReadsAndIsNamedByItsKey) {
  EXPECT_GE(data_set_keys().size(), 21u);
  for (const std::string& key : data_set_keys()) {
    const Result<DataSet> data = find_data_set(key);
    ASSERT_TRUE(data) << data.error().text();
    EXPECT_EQ(data->key, key);
  }
  for (const std::string& key : claim_keys()) {
    const Result<Claims> claims = find_claims(key);
    ASSERT_TRUE(claims) << claims.error().text();
    EXPECT_EQ(claims->key, key);
    EXPECT_TRUE(find_law(key)) << key;
  }
}

// What may be passed on ships, and nothing else: of 2 MB at most. Where a file is from is pinned,
// but for the runs of the lab.
TEST(DataSets, FilesThatShipHaveALicenceThatAllowsIt) {
  std::size_t ships = 0, bytes = 0;
  for (const std::string& key : data_set_keys()) {
    const Result<DataSet> data = find_data_set(key);
    ASSERT_TRUE(data) << data.error().text();
    const bool own = key.starts_with("lab_");  // made by this project's own trainer
    EXPECT_EQ(data->url.empty(), own) << key;
    EXPECT_TRUE(own || std::regex_search(data->url, std::regex("/[0-9a-f]{40}/"))) << data->url;
    const std::optional<std::string_view> file = shipped_file(*data);
    if (!file) continue;
    const std::string_view allowed[] = {"Apache-2.0", "CC-BY-4.0", "MIT"};
    EXPECT_TRUE(std::ranges::find(allowed, data->licence) != std::end(allowed)) << key;
    ++ships;
    bytes += file->size();
  }
  EXPECT_EQ(ships, data_files().size()) << "a file of runs that ships is of no data set";
  EXPECT_LE(bytes, 2'000'000u);
}

}  // namespace
}  // namespace isoflop
