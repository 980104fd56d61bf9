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

TEST(Table, RowsKeepTheirNamesWhereTheyGo) {
  Table table;
  ASSERT_TRUE(table.set("N", {1, 2, 3}));
  EXPECT_EQ(table.row_names(), nullptr);
  EXPECT_EQ(table.row_label(2), "row 3");
  const Result<void> wrong = table.name_rows({.numbers = {2, 4}});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().text(), "2 names for the 3 rows of a table: give one a row");
  ASSERT_TRUE(table.name_rows({.numbers = {2, 4, 17}}));
  ASSERT_TRUE(table.set("D", {10, 20, 30}));
  const Table picked = table.select(std::vector<std::size_t>{2, 0, 2});
  EXPECT_EQ(picked.row_label(0), "line 17");
  EXPECT_EQ(picked.row_name(1), "2");
  Table other;
  other.share(picked, "N");
  EXPECT_EQ(other.row_label(2), "line 17");
}

TEST(Table, RowsOfAnotherLengthHaveNoNames) {
  Table table;
  ASSERT_TRUE(table.set("N", {1, 2}));
  ASSERT_TRUE(table.name_rows({.numbers = {2, 3}}));
  ASSERT_TRUE(table.set("N", {1, 2, 3}));
  EXPECT_EQ(table.row_names(), nullptr);
}

TEST(Table, RowsMayBeNamedByNumbersOrTexts) {
  const auto ids =
      std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"small", "57"});
  Table table;
  ASSERT_TRUE(table.set("N", {1, 2}));
  ASSERT_TRUE(table.name_rows({.kind = RowNames::Kind::kId, .numbers = {0, 1}, .ids = ids}));
  EXPECT_EQ(table.select(std::vector<std::size_t>{1}).row_label(0), "row \"57\"");
  ASSERT_TRUE(table.name_rows({.kind = RowNames::Kind::kNumber, .numbers = {5, 9}}));
  EXPECT_EQ(table.row_label(1), "row \"9\"");
  EXPECT_EQ(table.row_name(1), "9");
}

}  // namespace
}  // namespace isoflop
