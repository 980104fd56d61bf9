#include "isoflop/table.h"

#include <gtest/gtest.h>

namespace isoflop {
namespace {

TEST(Table, ColumnsHaveOneLength) {
  Table table;
  EXPECT_EQ(table.rows(), 0U);
  ASSERT_TRUE(table.set("N", {1, 2, 3}));
  const Result<void> wrong = table.set("D", {1, 2});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().text(),
            "the column \"D\" has 2 rows and the table 3: give one value a run");
  EXPECT_FALSE(table.has("D"));
  ASSERT_TRUE(table.set("D", {10, 20, 30}));
  ASSERT_TRUE(table.set("N", {4, 5, 6}));
  EXPECT_EQ(table.names(), (std::vector<std::string>{"N", "D"}));
  EXPECT_EQ(table.column("N")[2], 6);
  EXPECT_TRUE(table.column("loss").empty());
}

// The only column of a table may be replaced by one of another length: nothing else has a row then.
TEST(Table, TheOnlyColumnMayChangeItsLength) {
  Table table;
  ASSERT_TRUE(table.set("N", {1, 2, 3}));
  ASSERT_TRUE(table.set("N", {1, 2}));
  EXPECT_EQ(table.rows(), 2U);
}

TEST(Table, SelectsRowsInTheOrderAskedForWithRepeats) {
  Table table;
  ASSERT_TRUE(table.set("N", {1, 2, 3}));
  ASSERT_TRUE(table.set("D", {10, 20, 30}));
  const std::vector<std::size_t> rows = {2, 0, 2};
  const Table picked = table.select(rows);
  EXPECT_EQ(std::vector<double>(picked.column("D").begin(), picked.column("D").end()),
            (std::vector<double>{30, 10, 30}));
  EXPECT_EQ(table.select({}).rows(), 0U);
  EXPECT_TRUE(table.select({}).has("D"));
}

}  // namespace
}  // namespace isoflop
