#include "data/raw_table.h"

#include <gtest/gtest.h>

namespace isoflop {
namespace {

// All cells, row by row: "a|b\nc|d\n".
std::string cells_of(const Result<RawTable>& table) {
  if (!table) return table.error().text();
  std::string text;
  for (std::size_t row = 0; row < table->rows(); ++row)
    for (std::size_t column = 0; column < table->columns(); ++column)
      text += std::string(table->cell(row, column)) + (column + 1 < table->columns() ? "|" : "\n");
  return text;
}
std::string read(std::string_view text) { return cells_of(read_raw_table(text, "f")); }

TEST(Csv, CellsInQuotesHoldAnything) {
  EXPECT_EQ(read("a,b\n\"x, y\",\"say \"\"hi\"\"\"\n\"two\nlines\",\"\"\n"),
            "x, y|say \"hi\"\ntwo\nlines|\n");
}

TEST(Csv, TheFormsOfSpreadsheetsReadTheSame) {
  const std::string wanted = "1|2\n3|4\n";
  EXPECT_EQ(read("a,b\n1,2\n3,4\n"), wanted);
  EXPECT_EQ(read("a,b\r\n1,2\r\n3,4\r\n"), wanted);
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "a,b\n1,2\n3,4"),
            wanted);
  EXPECT_EQ(read("a;b\n1;2\n3;4\n"), wanted);
  EXPECT_EQ(read("a\tb\n1\t2\n3\t4\n"), wanted);
  EXPECT_EQ(read(" a, b \n1, 2\n\n 3 ,4\n\r\n"), wanted);
  EXPECT_EQ(read("a;b\n1,5;2,5\n"), "1,5|2,5\n");
  EXPECT_EQ(read("\"a, long; name\",b\n1,2\n"), "1|2\n");
}

TEST(Csv, RowsKnowTheirLineAlsoAfterLinesThatAreBlankOrInACell) {
  const Result<RawTable> table = read_raw_table("a,b\n\n\"x\ny\",1\n2,3\n", "f");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->place(0).line, 3U);
  EXPECT_EQ(table->place(1).line, 5U);
}

TEST(Csv, RaggedRowsAreAllNamed) {
  const std::string rest =
      ", in the header: 2, split at \",\"; a cell with that in it needs quotes";
  EXPECT_EQ(read("a,b\n1\n1,2\n1,2,3\n"),
            "f:2: cells here: 1" + rest + "\nf:4: cells here: 3" + rest);
}

TEST(Csv, WhatIsNoTableSaysSo) {
  EXPECT_EQ(read(" \n"), "f: this is empty; a table starts with a line of names");
  EXPECT_EQ(read("1,2\n3,4\n"),
            "f:1: there are no names here; a table starts with a line of names");
  EXPECT_EQ(read("a,b\n1,\"x\n2,3\n"),
            "f:2: a cell starts with a quote and never ends; close the quote");
  EXPECT_EQ(read("a,\"b\n1,2\n"),
            "f:1: a cell starts with a quote and never ends; close the quote");
  EXPECT_EQ(read("a,b\n\"x\"y,2\n"),
            "f:2: \"y\" follows a cell in quotes; write a quote in a cell twice");
  EXPECT_EQ(read(std::string_view("\xFF\xFE"
                                  "a\0,\0",
                                  6)),
            "f: this text is UTF-16; save it as UTF-8");
  EXPECT_NE(read("\"\"\n").find("no names"), std::string::npos);
}

TEST(Csv, ColumnsAreFoundByNameAndAnUnnamedOneByNone) {
  const Result<RawTable> table = read_raw_table(",a,b,a\n0,1,2,3\n", "f");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->find("b"), 2U);
  EXPECT_EQ(table->count("a"), 2U);
  EXPECT_EQ(table->find(""), std::nullopt);
  EXPECT_EQ(table->count("c"), 0U);
}

TEST(JsonTable, RowsAreJoinedByTheirIds) {
  const Result<RawTable> table = read_raw_table(
      R"({"loss": {"0": 3.1, "2": 0.1, "7": null}, "kind": {"2": "a", "0": "b", "9": true}})", "f");
  EXPECT_EQ(cells_of(table), "3.1|b\n0.1|a\n|\n|true\n");
  EXPECT_EQ(table->label(2), "row \"7\": ");
  EXPECT_EQ(table->place(2).line, 0U);
}

TEST(JsonTable, ListsGoByPosition) {
  EXPECT_EQ(read("\n{\"loss\": [3.1, 2.5], \"N\": [1e9, 2e9]}"),
            "3.1|1000000000\n2.5|2000000000\n");
}

TEST(JsonTable, WhatIsNoTableSaysSo) {
  EXPECT_EQ(read("{\"loss\": [3.1, 2.5],\n \"N\": [1e9]}"),
            "f:2:7: \"N\" has 1 rows and \"loss\" has 2; give each column one value a run");
  for (const char* text : {"{}", "[1, 2]", "{\"a\": 1}", "{\"a\": [1], \"b\": {\"0\": 1}}"})
    EXPECT_NE(read(text).find("write {\"loss\""), std::string::npos) << text << ": " << read(text);
  EXPECT_EQ(read("{\"loss\": {\"0\": 1, \"0\": 2}}"),
            "f:1:19: the key \"0\" is here twice: remove one");
}

TEST(WhyNotANumber, GuessesWhatWasMeant) {
  EXPECT_EQ(why_not_a_number("2,31", "loss"), "\"2,31\" is not a number; a decimal comma?");
  EXPECT_EQ(why_not_a_number("1,000,000", "N"),
            "\"1,000,000\" is not a number; leave out the commas");
  EXPECT_EQ(why_not_a_number("7B", "N"), "\"7B\" is not a plain number; write 7000000000");
  EXPECT_EQ(
      why_not_a_number("", "val-loss"),
      "the cell is empty; fill it in, or leave such rows out with --where \"{val-loss} != ''\"");
  EXPECT_EQ(why_not_a_number("NaN", "loss"),
            "\"NaN\" is not a finite number; leave such rows out with --where \"{loss} != 'NaN'\"");
  EXPECT_EQ(why_not_a_number("Dense", "kind"),
            "\"Dense\" is not a number; a text can only be compared, as in --where \"{kind} == "
            "'Dense'\"");
}

}  // namespace
}  // namespace isoflop
