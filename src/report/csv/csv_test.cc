#include "report/csv/csv.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/sample_plan.h"

namespace isoflop {
namespace {

using test::sample_plan;

// N = P (1 - S) must still hold when the file is read again, so no digit may be lost.
TEST(Csv, WritesNumbersThatReadBackExactly) {
  Table table;
  ASSERT_TRUE(table.set("N", {1.0 / 3, 37e9}));
  ASSERT_TRUE(table.set("loss", {2.5, std::numeric_limits<double>::quiet_NaN()}));
  EXPECT_EQ(write_csv(table), "N,loss\n0.3333333333333333,2.5\n37000000000,\n");
}

TEST(Csv, QuotesNamesThatWouldBreakALine) {
  Table table;
  ASSERT_TRUE(table.set("a,b", {1}));
  ASSERT_TRUE(table.set("say \"loss\"", {2}));
  EXPECT_EQ(write_csv(table), "\"a,b\",\"say \"\"loss\"\"\"\n1,2\n");
}

TEST(Csv, ATableWithoutRowsHasItsHeader) {
  Table table;
  ASSERT_TRUE(table.set("N", {}));
  EXPECT_EQ(write_csv(table), "N\n");
}

TEST(PlanTable, HasARowABudgetWithTheEndsOfItsIntervals) {
  const FrontierRecord record{.plans = {sample_plan()}, .exponents = {}};
  const Table table = frontier_table(record);
  EXPECT_EQ(table.rows(), 1u);
  EXPECT_EQ(table.column("N")[0], 1e9);
  EXPECT_EQ(table.column("N_high")[0], 1.2e9);
  EXPECT_EQ(table.column("N_sandwich_high")[0], 1.25e9);
  EXPECT_EQ(table.column("N_profile_low")[0], 8.8e8);
  EXPECT_TRUE(std::isnan(table.column("N_profile_high")[0]));  // the runs set no such end
  EXPECT_TRUE(std::isnan(table.column("D_low")[0]));           // it does not vary
}

TEST(PlanTable, WithoutABootstrapTheEndsAreOfTheSandwich) {
  FrontierRecord record{.plans = {sample_plan()}, .exponents = {}};
  record.plans[0].bootstrap.reset();
  const Table table = frontier_table(record);
  EXPECT_EQ(table.column("N_high")[0], 1.25e9);
  EXPECT_FALSE(table.has("N_sandwich_high"));
}

}  // namespace
}  // namespace isoflop
