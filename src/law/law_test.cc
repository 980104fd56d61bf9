#include "isoflop/law.h"

#include <gtest/gtest.h>

#include <string>

namespace isoflop {
namespace {

constexpr std::string_view kSmall = R"(key = "small"
title = "A small law"
formula = "E + A/N^alpha"

[inputs]
N = "parameters"

[coefficients]
E = { range = [0, 10] }
A = { range = [0, 1e6], ln_starts = [0, 1] }
alpha = { range = [0, 2] }

[[set]]
name = "first"
fitted_on = { N = [1e6, 1e9] }
values = { E = 1, A = 100, alpha = 0.5 }
)";

std::string changed(std::string_view from, std::string_view to) {
  std::string text(kSmall);
  text.replace(text.find(from), from.size(), to);
  return text;
}

std::string problems_of(const std::string& toml) {
  const Result<Law> law = Law::from_toml(toml, "small.toml");
  return law ? "read" : law.error().text();
}

TEST(LawFile, IsReadWhole) {
  const Result<Law> law = Law::from_toml(kSmall, "small.toml");
  ASSERT_TRUE(law) << law.error().text();
  EXPECT_EQ(law->label(), "small:first");
  ASSERT_EQ(law->coefficients().size(), 3U);
  EXPECT_EQ(law->coefficients()[1].name, "A");
  EXPECT_EQ(law->coefficients()[1].starts.size(), 2U);
  EXPECT_TRUE(law->coefficients()[1].linear);
  EXPECT_EQ(law->coefficients()[0].role, Role::kConstant);
  EXPECT_EQ(law->coefficients()[2].role, Role::kExponent);
  EXPECT_EQ(law->fitted_on().at("N").high, 1e9);
}

// People write these files by hand: every mistake is named where it is.
TEST(LawFile, MistakesAreNamedWithLineAndColumn) {
  EXPECT_EQ(problems_of(changed("E + A/N^alpha", "E + A/N^alhpa")),
            "small.toml:3:11: 'alhpa' is not an input or a coefficient of this law; did you mean "
            "\"alpha\"?\n"
            "small.toml:3:11: 'alpha' is declared, but the formula has none");
  EXPECT_EQ(problems_of(changed("E + A/N^alpha", "E + A/N^")),
            "small.toml:3:20: the text ends where a number, a name or '(' should follow");
  EXPECT_EQ(problems_of(changed("range = [0, 2]", "range = [2, 0]")),
            "small.toml:11:19: 'alpha' needs a range = [low, high]");
  EXPECT_EQ(problems_of(changed(", alpha = 0.5", "")),
            "small.toml:16:10: 'alpha' is missing: write alpha = a number");
  EXPECT_EQ(problems_of(changed("alpha = 0.5", "alpha = 5")),
            "small.toml:16:36: 5 is outside the range of 'alpha', [0, 2]");
  EXPECT_EQ(problems_of(changed("title", "titel")),
            "small.toml:2:9: a law file has no 'titel'; it has key, title, cite, formula, let, "
            "inputs, coefficients, optimum, set; did you mean \"title\"?\n"
            "small.toml:1:1: 'title' is missing: write title = \"...\"");
  EXPECT_EQ(problems_of(changed("E + A/N^alpha\"", "E + A/N^alpha")).substr(0, 16),
            "small.toml:3:25:");
}

// The coefficients of a formula are found by elimination; their ranges follow from what they do.
TEST(LawFromFormula, FindsCoefficientsTheirRolesAndRanges) {
  const std::string width[] = {"w"};
  const Result<Law> law = Law::from_formula("E + A*w/N^alpha + (d0/D)^beta", width);
  ASSERT_TRUE(law) << law.error().text();
  ASSERT_EQ(law->inputs().size(), 3U);
  ASSERT_EQ(law->coefficients().size(), 5U);
  const auto at = [&](std::string_view name) {
    return law->coefficients()[*law->coefficient_index(name)];
  };
  EXPECT_EQ(at("E").role, Role::kConstant);
  EXPECT_EQ(at("A").role, Role::kScale);
  EXPECT_EQ(at("d0").role, Role::kScale);  // a size, though it stands under an exponent
  EXPECT_EQ(at("beta").role, Role::kExponent);
  EXPECT_TRUE(at("E").linear && at("A").linear);
  EXPECT_FALSE(at("d0").linear || at("alpha").linear || at("beta").linear);
  EXPECT_EQ(at("alpha").range.high, 2);
  EXPECT_EQ(at("A").range.high, 1e15);
}

// A fit file carries the whole text of its law, a formula's too.
TEST(LawFromFormula, CanBeReadBackFromItsToml) {
  const std::string width[] = {"width \"w\""};
  const Result<Law> law = Law::from_formula("E + A*{width \"w\"}/N^alpha", width);
  ASSERT_TRUE(law) << law.error().text();
  const Result<Law> again = Law::from_toml(law->toml(), "again");
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->formula(), law->formula());
  ASSERT_EQ(again->coefficients().size(), law->coefficients().size());
  for (std::size_t i = 0; i < law->coefficients().size(); ++i)
    EXPECT_EQ(again->coefficients()[i].range.high, law->coefficients()[i].range.high);
}

TEST(LawFromFormula, NeedsAnInputAndACoefficient) {
  EXPECT_NE(Law::from_formula("E + A").error().text().find("has no input"), std::string::npos);
  EXPECT_NE(Law::from_formula("1/N").error().text().find("no coefficient"), std::string::npos);
}

TEST(Book, NamesWhatIsClose) {
  EXPECT_EQ(
      find_law("hofmann2022").error().text(),
      "the book has no law 'hofmann2022'; `isoflop laws` lists it; did you mean \"hoffmann2022\"?");
  EXPECT_NE(find_law("hossain2025:mo").error().text().find("did you mean \"moe\"?"),
            std::string::npos);
}

}  // namespace
}  // namespace isoflop
