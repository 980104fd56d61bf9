#include "report/csv/csv.h"

#include <gtest/gtest.h>

#include <limits>

namespace isoflop {
namespace {

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

}  // namespace
}  // namespace isoflop
