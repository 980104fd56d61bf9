#include "data/text_condition.h"

#include <gtest/gtest.h>

namespace isoflop {
namespace {

bool holds(std::string_view condition, const std::string& text, const std::string& cell) {
  const Result<TextCondition> read = text_condition(condition, text);
  EXPECT_TRUE(read) << read.error().text();
  return read && (*read)(cell);
}

TEST(TextCondition, LooksAtTheWholeAtAPartAtTheStartOrAtAPattern) {
  EXPECT_TRUE(holds("==", "moe", "moe"));
  EXPECT_FALSE(holds("==", "moe", "MoE"));
  EXPECT_TRUE(holds("contains", "o-", "moe-moo-1"));
  EXPECT_FALSE(holds("contains", "x", "moe"));
  EXPECT_TRUE(holds("contains", "", ""));
  EXPECT_TRUE(holds("starts_with", "mo", "moe"));
  EXPECT_FALSE(holds("starts_with", "oe", "moe"));
  EXPECT_TRUE(holds("matches", "^run-[0-9]+$", "run-12"));
  EXPECT_FALSE(holds("matches", "^run-[0-9]+$", "run-12b"));
  EXPECT_TRUE(holds("matches", "a|b", "xbx"));
}

TEST(TextCondition, TruthIsInAnyCaseOrANumber) {
  for (const char* cell : {"true", "True", "TRUE", "1", "1.0"}) {
    EXPECT_TRUE(holds("is", "True", cell)) << cell;
    EXPECT_FALSE(holds("is", "FALSE", cell)) << cell;
  }
  for (const char* cell : {"", "2", "yes", "truest"}) {
    EXPECT_FALSE(holds("is", "true", cell)) << cell;
    EXPECT_FALSE(holds("is", "false", cell)) << cell;
  }
}

TEST(TextCondition, PatternsThatAreNoneOrTooLargeAreErrors) {
  EXPECT_FALSE(text_condition("matches", "("));
  EXPECT_FALSE(text_condition("matches", "[a"));
  EXPECT_NE(text_condition("matches", "\\d+").error().text().find("write [0-9]"),
            std::string::npos);
  EXPECT_TRUE(holds("matches", "\\\\d", "a\\d")) << "a backslash that is meant itself";
  EXPECT_FALSE(text_condition("matches", "((((a{99}){99}){99}){99}"));
  EXPECT_TRUE(text_condition("matches", "[0-9]{1,99}"));
}

}  // namespace
}  // namespace isoflop
