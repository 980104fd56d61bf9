#include "data/raw_table.h"

#include <gtest/gtest.h>

namespace isoflop {
namespace {

// All cells, row by row: "a|b\nc|d\n".
std::string cells_of(const Result<RawTablePointer>& read) {
  if (!read) return read.error().text();
  const RawTable& table = **read;
  std::string text;
  for (std::size_t row = 0; row < table.rows(); ++row)
    for (std::size_t column = 0; column < table.columns(); ++column)
      text += table.cell(row, column) + (column + 1 < table.columns() ? "|" : "\n");
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
  const Result<RawTablePointer> table = read_raw_table("a,b\n\n\"x\ny\",1\n2,3\n", "f");
  ASSERT_TRUE(table);
  EXPECT_EQ((*table)->place(0).line, 3U);
  EXPECT_EQ((*table)->place(1).line, 5U);
}

TEST(Csv, AMacsOldLineEndsAreSaid) {
  EXPECT_EQ(read("a,b\r1,2\r"),
            "f: its lines end with CR alone; save it with LF or CRLF line ends");
}

// A cell is cut out again when it is asked for: after cells that hold separators and line ends,
// too.
TEST(Csv, CellsAfterQuotedOnesAreFound) {
  EXPECT_EQ(read("a,b,c\n\"x,\n\"\"y\"\"\", 2 ,\"3\" \n"), "x,\n\"y\"|2|3\n");
  EXPECT_EQ(read("a;b\n\"1;5\";2\n"), "1;5|2\n");
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
  const Result<RawTablePointer> table = read_raw_table(",a,b,a\n0,1,2,3\n", "f");
  ASSERT_TRUE(table);
  EXPECT_EQ((*table)->find("b"), 2U);
  EXPECT_EQ((*table)->count("a"), 2U);
  EXPECT_EQ((*table)->find(""), std::nullopt);
  EXPECT_EQ((*table)->count("c"), 0U);
}

TEST(JsonTable, RowsAreJoinedByTheirIds) {
  const Result<RawTablePointer> table = read_raw_table(
      R"({"loss": {"0": 3.1, "2": 0.1, "7": null}, "kind": {"2": "a", "0": "b", "9": true}})", "f");
  EXPECT_EQ(cells_of(table), "3.1|b\n0.1|a\n|\n|true\n");
  EXPECT_EQ((*table)->label(2), "row \"7\": ");
  EXPECT_EQ((*table)->place(2).line, 0U);
}

TEST(JsonTable, ListsGoByPosition) {
  EXPECT_EQ(read("\n{\"loss\": [3.1, 2.5], \"N\": [1e9, 2e9]}"), "3.1|1e9\n2.5|2e9\n");
}

// One table in every form: what a file was written with must not matter.
TEST(JsonTable, RecordsLinesAndListsAreTheSameTable) {
  const std::string wanted = "1e9|3.1|a\n2e9|2.5|say \"hi\"\n";
  EXPECT_EQ(read(R"([{"N": 1e9, "loss": 3.1, "kind": "a"},
                     {"N": 2e9, "loss": 2.5, "kind": "say \"hi\""}])"),
            wanted);
  EXPECT_EQ(read("{\"N\": 1e9, \"loss\": 3.1, \"kind\": \"a\"}\n\n"
                 "{\"loss\": 2.5, \"kind\": \"say \\\"hi\\\"\", \"N\": 2e9}\r\n"),
            wanted);
  EXPECT_EQ(read(R"({"N": [1e9, 2e9], "loss": [3.1, 2.5], "kind": ["a", "say \"hi\""]})"), wanted);
  EXPECT_EQ(read(R"({"N": 1e9, "loss": 3.1, "kind": "a"})"), "1e9|3.1|a\n");
}

TEST(JsonTable, MembersThatARecordLacksAreEmptyCells) {
  EXPECT_EQ(read(R"([{"a": 1}, {}, {"b": 2, "a": 3}, {"b": null}])"), "1|\n|\n3|2\n|\n");
  EXPECT_EQ(read(R"([{"a": {"deep": [1]}, "b": 2}, {"a": [3, {}], "b": 4}])"),
            "{...}|2\n[...]|4\n");
}

// json.dumps writes bare NaN and Infinity, which are no JSON; Weights & Biases hands them on.
TEST(JsonTable, NumbersThatAreNoneComeAsTheyAreWritten) {
  EXPECT_EQ(read(R"([{"loss": NaN, "N": -Infinity}, {"loss": Infinity, "N": "NaN \" Infinity"}])"),
            "NaN|-Infinity\nInfinity|NaN \" Infinity\n");
  EXPECT_NE(read(R"([{"loss": Nan}])").find("this is not JSON"), std::string::npos);
}

TEST(JsonTable, RowsAreFoundAgain) {
  const Result<RawTablePointer> lines = read_raw_table("{\"a\": 1}\n\n{\"a\": x}\n", "f");
  EXPECT_EQ(cells_of(lines).substr(0, 30), "f:3:7: this is not JSON: synta");
  const std::string two_lines = "{\"a\": 1}\n\n{\"a\": 2}\n";
  const Result<RawTablePointer> table = read_raw_table(two_lines, "f");
  ASSERT_TRUE(table);
  EXPECT_EQ((*table)->place(1).line, 3U);
  EXPECT_EQ((*table)->label(1), "");
  const Result<RawTablePointer> records = read_raw_table("[{\"a\": 1}, {\"a\": 2}]", "f");
  ASSERT_TRUE(records);
  EXPECT_EQ((*records)->label(1), "row \"2\": ");
}

TEST(JsonTable, WhatIsNoTableSaysSo) {
  EXPECT_EQ(read("{\"loss\": [3.1, 2.5],\n \"N\": [1e9]}"),
            "f:2:7: \"N\" has 1 rows and \"loss\" has 2; give each column one value a run");
  for (const char* text : {"{}", "[]", "[{}]", "[1, 2]", "[[1], [2]]", "{\"a\": [1], \"b\": 2}",
                           "{\"a\": [1], \"b\": {\"0\": 1}}", "{\"a\": 1}\n{\"a\": 1}\n[2]"})
    EXPECT_NE(read(text).find("write [{\"loss\""), std::string::npos) << text << ": " << read(text);
}

TEST(JsonTable, WhatIsThereTwiceIsFoundInEveryForm) {
  EXPECT_EQ(read(R"({"loss": {"0": 1, "0": 2}})"),
            "f:1:19: the key \"0\" is here twice: remove one");
  EXPECT_EQ(read(R"({"a": {"0": 1, "1": 2}, "b": {"1": 1, "0": 2, "1": 3}})"),
            "f:1:52: the key \"1\" is here twice: remove one");
  EXPECT_EQ(read(R"({"a": [1], "a": [2]})"), "f:1:12: the key \"a\" is here twice: remove one");
  EXPECT_EQ(read(R"([{"a": 1, "a": 2}])"), "f:1:11: the key \"a\" is here twice: remove one");
}

TEST(RawTable, OtherKindsOfFilesAreKnown) {
  EXPECT_EQ(read("PK\x03\x04..."), "f: this is a zip or Excel file; save the table as CSV");
  EXPECT_EQ(read("PAR1...."),
            "f: this is a Parquet file; write the table as CSV, as with pandas' to_csv");
  EXPECT_EQ(read("\x1f\x8b\x08"), "f: this is gzipped; unpack it");
}

TEST(WhyNotANumber, GuessesWhatWasMeant) {
  EXPECT_EQ(why_not_a_number("1e999", "N"), "\"1e999\" is too large for a number");
  for (const char* cell : {"1e", "1e+", "1e5e3", "1e-", "1-2"})
    EXPECT_NE(why_not_a_number(cell, "N").find("\" is not a number; a text can only be compared"),
              std::string::npos)
        << cell;
  EXPECT_EQ(why_not_a_number("2,31", "loss"), "\"2,31\" is not a number; a decimal comma?");
  EXPECT_EQ(why_not_a_number("1,000,000", "N"),
            "\"1,000,000\" is not a number; leave out the commas");
  EXPECT_EQ(why_not_a_number("7B", "N"), "\"7B\" is not a plain number; write 7000000000");
  EXPECT_EQ(why_not_a_number("", "val-loss"),
            "the cell is empty; fill it in, or leave such rows out with mapping.skip_missing");
  EXPECT_EQ(why_not_a_number("NaN", "loss"),
            "\"NaN\" is not a finite number; mapping.skip_missing leaves such rows out");
  EXPECT_EQ(
      why_not_a_number("Dense", "kind"),
      "\"Dense\" is not a number; a text can only be compared, as in mapping.where=\"{kind} == "
      "'Dense'\"");
}

}  // namespace
}  // namespace isoflop
