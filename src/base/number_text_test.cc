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

TEST(Sparsity, AnNmPatternIsItsShareOfZeros) {
  EXPECT_EQ(parse_sparsity("2:4", ""), 0.5);
  EXPECT_EQ(parse_sparsity("1:4", ""), 0.75);
  EXPECT_EQ(parse_sparsity("8:8", ""), 0.0);
  EXPECT_EQ(parse_sparsity("0.9", ""), 0.9);
  for (const char* text : {"4:2", "0:4", "a:4", "2:", ":", "-1:4", "1:4:8"})
    EXPECT_FALSE(parse_sparsity(text, "S")) << text;
  EXPECT_EQ(parse_sparsity("4:2", "S").error().text(),
            "S: \"4:2\" is not a sparsity; write it like 0.75, or as a pattern: 1:4 keeps 1 weight "
            "of 4");
}

// 2:4 FLOPs or an exponent of 1:2 would be a slip that changes the answer without a word.
TEST(Number, APatternIsNoNumber) {
  EXPECT_EQ(parse_number("2:4", "N").error().text(),
            "N: \"2:4\" is not a number; write it like 7e9 or 1.4T (K, M, B or T); only a sparsity "
            "may be a pattern");
}

TEST(Number, AMistakeIsQuotedAndTheFormsAreNamed) {
  const Result<double> wrong = parse_number("1,4T", "D");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().text(),
            "D: \"1,4T\" is not a number; write it like 7e9 or 1.4T (K, M, B or T)");
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

TEST(FormatFlops, IsWhatPeopleWrite) {
  EXPECT_EQ(format_flops(1e12), "1e12");
  EXPECT_EQ(format_flops(5.88e23), "5.88e23");
  EXPECT_EQ(format_flops(1.23456e21), "1.23456e21");
  EXPECT_EQ(format_flops(6.0001), "6.0001");  // not the 6 at which nothing can be trained
  EXPECT_EQ(format_flops(120000), "120000");
  EXPECT_EQ(format_flops(999999.9), "1e6");
  EXPECT_EQ(format_flops(HUGE_VAL), "inf");
}

TEST(FormatShare, NeverMakesOneOfLess) {
  EXPECT_EQ(format_share(0.9), "0.9");
  EXPECT_EQ(format_share(0.944858), "0.9449");
  EXPECT_EQ(format_share(0.999999999), "0.999999999");
  EXPECT_EQ(format_share(0.99996), "0.99996");
  EXPECT_EQ(format_share(std::nextafter(1.0, 0.0)), "0.9999999999999999");
  EXPECT_EQ(format_share(0), "0");
  EXPECT_EQ(format_share(1), "1");
}

TEST(FormatExact, ReadsBackToTheSameDouble) {
  for (const double x : {0.1, 1.0 / 3, 226492416.0, 5e-324, 1e24, -2.5})
    EXPECT_EQ(parse_plain_number(format_exact(x)), x);
  EXPECT_EQ(format_exact(226492416), "226492416");
}

}  // namespace
}  // namespace isoflop
