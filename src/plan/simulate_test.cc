#include "isoflop/simulate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "isoflop/plan.h"
#include "support/book.h"

namespace isoflop {
namespace {

using test::book_law;

Table table_of(const Law& law, const Design& design, double noise = 0, std::uint64_t seed = 1) {
  Result<Table> table = simulate(law, design, noise, seed);
  EXPECT_TRUE(table) << table.error().text();
  return table ? *std::move(table) : Table{};
}

std::string error_of(const Design& design, double noise = 0) {
  const Result<Table> table = simulate(book_law("hoffmann2022"), design, noise, 1);
  return table ? "" : table.error().text();
}

// Every run of a profile spends its budget, and the middle one is what plan() would train.
TEST(Simulate, LaysProfilesAroundTheOptimum) {
  const Law law = book_law("hossain2025:moe");
  const Design design{.flops = {1e20, 1e21}, .sizes = 5, .span = 16, .sparsity = {0, 0.75, 0.9}};
  const Table runs = table_of(law, design);
  ASSERT_EQ(runs.rows(), 2U * 3 * 5);
  EXPECT_EQ(runs.names(), (std::vector<std::string>{"N", "P", "S", "D", "C", "loss"}));
  const auto N = runs.column("N"), P = runs.column("P"), S = runs.column("S"), D = runs.column("D"),
             C = runs.column("C");
  for (std::size_t row = 0; row < runs.rows(); ++row) {
    EXPECT_NEAR(6 * N[row] * D[row] / C[row], 1, 1e-14);
    EXPECT_NEAR(P[row] * (1 - S[row]) / N[row], 1, 1e-14);
  }
  for (std::size_t first = 0; first < runs.rows(); first += 5) {
    EXPECT_NEAR(N[first + 4] / N[first], 16, 1e-12);
    EXPECT_NEAR(N[first + 1] / N[first], 2, 1e-12);
    EXPECT_DOUBLE_EQ(N[first + 2], plan(law, {.flops = C[first], .sparsity = S[first]})->run->N);
  }
}

TEST(Simulate, OneSizeIsTheOptimum) {
  const Law law = book_law("hoffmann2022");
  const Table runs = table_of(law, {.flops = {1e21}, .sizes = 1});
  ASSERT_EQ(runs.rows(), 1U);
  EXPECT_DOUBLE_EQ(runs.column("N")[0], plan(law, {.flops = 1e21})->run->N);
}

// Without noise the losses are the law's own, to the last bit: tests that want the coefficients
// back rely on it.
TEST(Simulate, WithoutNoiseTheLossIsTheLaws) {
  const Law law = book_law("frantar2023:t5");
  const Table runs = table_of(law, {.flops = {1e18, 1e19}, .sparsity = {0, 0.5}});
  const Result<std::vector<double>> losses = predict(law, runs);
  ASSERT_TRUE(losses);
  for (std::size_t row = 0; row < runs.rows(); ++row)
    EXPECT_EQ(runs.column("loss")[row], (*losses)[row]);
}

// A law of expert sparsity must be able to read back what was simulated from it.
TEST(Simulate, CarriesExpertSparsityWhereTheLawWantsIt) {
  const Table runs =
      table_of(book_law("abnar2025"), {.flops = {1e20}, .sizes = 2, .sparsity = {0.5}});
  ASSERT_TRUE(runs.has("Sx"));
  EXPECT_EQ(runs.column("Sx")[0], 0.5);
  EXPECT_EQ(runs.column("S")[0], 0.5);
}

// Noise is relative and as large as asked for: ln(loss/truth)/noise over 2000 runs has mean 0 and
// deviation 1, each within four standard errors.
TEST(Simulate, NoiseHasTheSizeAskedFor) {
  const Law law = book_law("hoffmann2022");
  const Design design{.flops = {1e20}, .sizes = 2000, .span = 100};
  const Table exact = table_of(law, design), noisy = table_of(law, design, 0.01, 7);
  double sum = 0, squares = 0;
  for (std::size_t row = 0; row < 2000; ++row) {
    const double z = std::log(noisy.column("loss")[row] / exact.column("loss")[row]) / 0.01;
    sum += z;
    squares += z * z;
  }
  EXPECT_NEAR(sum / 2000, 0, 4 / std::sqrt(2000));
  EXPECT_NEAR(squares / 2000, 1, 4 * std::sqrt(2.0 / 2000));
}

TEST(Simulate, TheSeedDecidesTheNoise) {
  const Law law = book_law("hoffmann2022");
  const Design design{.flops = {1e20}};
  const auto losses = [&](std::uint64_t seed) {
    const Table runs = table_of(law, design, 0.01, seed);
    return std::vector(runs.column("loss").begin(), runs.column("loss").end());
  };
  EXPECT_EQ(losses(1), losses(1));
  EXPECT_NE(losses(1), losses(2));
}

TEST(Simulate, ErrorsSayWhatIsWrongWithTheDesign) {
  EXPECT_NE(error_of({.flops = {}}).find("without budgets"), std::string::npos);
  EXPECT_NE(error_of({.flops = {1e20}, .sizes = 0}).find("0 sizes"), std::string::npos);
  EXPECT_NE(error_of({.flops = {1e20}, .span = 0.5}).find("a span of 0.5"), std::string::npos);
  EXPECT_NE(error_of({.flops = {1e20}, .sparsity = {}}).find("without sparsities"),
            std::string::npos);
  EXPECT_NE(error_of({.flops = {1e20}, .sparsity = {1}}).find("a sparsity of 1"),
            std::string::npos);
  EXPECT_NE(error_of({.flops = {1e20, 1e21}, .sizes = 5'000'001}).find("more than 10 million runs"),
            std::string::npos);
  // A count that would overflow, had it been multiplied as one.
  EXPECT_NE(error_of({.flops = {1e20, 1e21}, .sizes = std::size_t{1} << 63}).find("10 million"),
            std::string::npos);
  EXPECT_NE(error_of({.flops = {1e20}}, -0.1).find("a noise of -0.1"), std::string::npos);
  EXPECT_NE(error_of({.flops = {1e20}}, 1e6).find("no finite loss"), std::string::npos);
  EXPECT_NE(error_of({.flops = {1e20}, .span = 1e300}).find("a span of 1e300 around N"),
            std::string::npos);
}

// A design is laid around the optimum; where there is none, no size could be called the middle.
TEST(Simulate, ALawWithoutAnOptimumSaysSo) {
  const Law law = *Law::from_formula("E + A/N^alpha + 0*D")->with_values("own", {1, 400, 0.3});
  const Result<Table> table = simulate(law, {.flops = {1e20}}, 0, 1);
  ASSERT_FALSE(table);
  EXPECT_NE(table.error().text().find("no compute-optimal size"), std::string::npos);
}

}  // namespace
}  // namespace isoflop
