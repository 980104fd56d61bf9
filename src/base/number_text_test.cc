#include "base/number_text.h"

#include <gtest/gtest.h>

#include <cmath>

namespace isoflop {
namespace {

TEST(PlainNumber, IsTheWholeTextAndFinite) {
  EXPECT_EQ(parse_plain_number("3.1"), 3.1);
  EXPECT_EQ(parse_plain_number("-2e5"), -2e5);
  EXPECT_EQ(parse_plain_number(".5"), 0.5);
  for (const char* text :
       {"", " 3", "3 ", "2,31", "3x", "0x10", "nan", "inf", "-Infinity", "1e999", "1e", "+"})
    EXPECT_EQ(parse_plain_number(text), std::nullopt) << text;
}

// A product 2.3 * 1e12 may be the neighbour of the double that "2.3e12" means; a filter that
// compares would miss it.
TEST(Number, ASuffixIsExact) {
  for (const char* digits : {"1.4", "2.3", "70", "226.49", "1.1", "0.07"}) {
    EXPECT_EQ(parse_number(std::string(digits) + "T", "").value_or(-1),
              parse_plain_number(std::string(digits) + "e12"));
    EXPECT_EQ(parse_number(std::string(digits) + "K", "").value_or(-1),
              parse_plain_number(std::string(digits) + "e3"));
  }
  EXPECT_EQ(suffix_factor('B'), 1e9);
  EXPECT_EQ(suffix_factor('b'), std::nullopt);
}

TEST(Number, AnNmPatternIsItsShareOfZeros) {
  EXPECT_EQ(parse_number("2:4", ""), 0.5);
  EXPECT_EQ(parse_number("1:4", ""), 0.75);
  EXPECT_EQ(parse_number("8:8", ""), 0.0);
  for (const char* text : {"4:2", "0:4", "a:4", "2:", ":", "-1:4", "1:4:8"})
    EXPECT_FALSE(parse_number(text, "S")) << text;
}

TEST(Number, AMistakeIsQuotedAndTheFormsAreNamed) {
  const Result<double> wrong = parse_number("1,4T", "D");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().text(),
            "D: \"1,4T\" is not a number; write it like 7e9, 1.4T (K, M, B or T) or, for a "
            "sparsity pattern, 2:4");
  for (const char* text : {"", "T", "7b", "1e3K", "7BB", "nan"})
    EXPECT_FALSE(parse_number(text, "D")) << text;
}

TEST(FormatCount, TakesTheSuffixAfterRounding) {
  EXPECT_EQ(format_count(70e9), "70B");
  EXPECT_EQ(format_count(1.4e12), "1.4T");
  EXPECT_EQ(format_count(226492416, 4), "226.5M");
  EXPECT_EQ(format_count(512), "512");
  EXPECT_EQ(format_count(999.9), "1K");    // not "1000"
  EXPECT_EQ(format_count(999.9e6), "1B");  // not "1000M"
  EXPECT_EQ(format_count(1.234e24), "1.23e24");
  EXPECT_EQ(format_count(-1500), "-1.5K");
  EXPECT_EQ(format_count(0.5), "0.5");
  EXPECT_EQ(format_count(0), "0");
}

TEST(FormatNumber, HasTheDigitsAskedForAndNoEmptyOnes) {
  EXPECT_EQ(format_number(0.34), "0.34");
  EXPECT_EQ(format_number(6324.82), "6325");
  EXPECT_EQ(format_number(1.69), "1.69");
  EXPECT_EQ(format_number(5.88e23), "5.88e23");
  EXPECT_EQ(format_number(26214400), "26210000");
  EXPECT_EQ(format_number(1e-4), "0.0001");
  EXPECT_EQ(format_number(1.5e-5), "1.5e-5");
  EXPECT_EQ(format_number(9.9999e-5, 3), "0.0001");
  EXPECT_EQ(format_number(1e100, 1), "1e100");
  EXPECT_EQ(format_number(-0.00002, 3), "-2e-5");
  EXPECT_EQ(format_number(0), "0");
  EXPECT_EQ(format_number(std::nan("")), "nan");
}

TEST(FormatExact, ReadsBackToTheSameDouble) {
  for (const double x : {0.1, 1.0 / 3, 226492416.0, 5e-324, 1e24, -2.5})
    EXPECT_EQ(parse_plain_number(format_exact(x)), x);
  EXPECT_EQ(format_exact(226492416), "226492416");
}

}  // namespace
}  // namespace isoflop
