#include "isoflop/law.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "isoflop/output.h"
#include "law/definition.h"

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
            "\"alpha\"?");
  EXPECT_EQ(problems_of(changed("E + A/N^alpha", "E + A/N^")),
            "small.toml:3:20: the text ends where a number, a name or '(' should follow");
  EXPECT_EQ(problems_of(changed("range = [0, 2]", "range = [2, 0]")),
            "small.toml:11:19: 'range' goes down: write [0, 2]");
  EXPECT_EQ(problems_of(changed(", alpha = 0.5", "")),
            "small.toml:16:10: 'alpha' is missing: write alpha = a number");
  EXPECT_EQ(problems_of(changed("alpha = 0.5", "alpha = 5")),
            "small.toml:16:36: 5 is outside the range of 'alpha', [0, 2]: correct one of them");
  EXPECT_EQ(problems_of(changed("title", "titel")),
            "small.toml:1:1: 'title' is missing: write title = \"...\"\n"
            "small.toml:2:9: a law file has no 'titel'; it has key, title, cite, group, note, "
            "counts, runs_count, embeddings, output, "
            "inputs, coefficients, let, formula, optimum, set, special_cases, box; did you mean "
            "\"title\"?");
  EXPECT_EQ(problems_of(changed("E + A/N^alpha\"", "E + A/N^alpha")).substr(0, 16),
            "small.toml:3:25:");
}

// Parts with names make a long formula readable; what is computed is the same.
TEST(LawFile, DefinitionsAreParts) {
  const Result<Law> law = Law::from_toml(
      changed("E + A/N^alpha\"", "E + A*n^-alpha\"\nlet = [\"m = N/2\", \"n = 2*m\"]"),
      "small.toml");
  ASSERT_TRUE(law) << law.error().text();
  ASSERT_EQ(law->parts().size(), 2U);
  EXPECT_EQ(law->parts()[1].name, "n");
  EXPECT_EQ(law->parts()[1].formula, "2*m");
  EXPECT_EQ(print(law->definition().expression), "E + A*(2*(N/2))^-alpha");
}

TEST(LawFile, MistakesInDefinitionsAreNamed) {
  const auto with = [](const std::string& list) {
    return problems_of(changed("alpha\"", "alpha + 0*n\"\nlet = [" + list + "]"));
  };
  EXPECT_EQ(with("\"n = N\", \"n = 2*N\""), "small.toml:4:17: 'n' is defined twice: remove one");
  EXPECT_EQ(with("\"n = N\", \"m = 2*N\""),
            "small.toml:4:7: 'm' is defined, but no formula has it");
  EXPECT_EQ(with("\"n = m\", \"m = 2*N\"").substr(0, 64),
            "small.toml:4:8: 'm' is not an input or a coefficient of this law");
  EXPECT_EQ(with("\"C = 6*N\", \"n = C\", \"E = N\""),
            "small.toml:4:8: 'C' is an input or a coefficient already: give the definition another "
            "name\n"
            "small.toml:4:28: 'E' is an input or a coefficient already: give the definition "
            "another name");
  // Twice as long with each: a hundred would fill any memory.
  std::string doubling = "\"n0 = N\"";
  for (int i = 1; i <= 100; ++i) doubling += fmt::format(", \"n{} = n{} + n{}\"", i, i - 1, i - 1);
  EXPECT_NE(with(doubling + ", \"n = n100\"").find("has more than 4000 parts"), std::string::npos);
}

TEST(LawFile, SaysWhatItCounts) {
  EXPECT_EQ(Law::from_toml(kSmall, "small.toml")->parameter_count(), ParameterCount::kUnknown);
  for (const ParameterCountName& each : parameter_counts()) {
    const std::string line = fmt::format("counts = \"{}\"\nformula =", each.name);
    const Result<Law> law = Law::from_toml(changed("formula =", line), "small.toml");
    ASSERT_TRUE(law) << law.error().text();
    EXPECT_EQ(law->parameter_count(), each.count);
  }
  EXPECT_EQ(problems_of(changed("formula =", "counts = \"non-embeding\"\nformula =")),
            "small.toml:3:10: 'non-embeding' does not say which parameters are counted; did you "
            "mean \"non-embedding\"?; use total, with-head, non-embedding or matrices");
}

// A fit is of the sizes of its runs; the law behind it still knows its own.
TEST(LawFile, CountsAsTheRunsOfItsFit) {
  const Law law = *find_law("kaplan2020");
  Mapping mapping;
  mapping.params_count = ParameterCount::kTotal;
  const Law fitted = with_mapping(law, mapping).without_values();
  EXPECT_EQ(fitted.parameter_count(), ParameterCount::kTotal);
  EXPECT_EQ(fitted.own_parameter_count(), ParameterCount::kNonEmbedding);
  const Result<Law> again = Law::from_toml(fitted.toml(), "again");
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->without_values().parameter_count(), ParameterCount::kTotal);
  EXPECT_EQ(find_law("kaplan2020:kaplan")->parameter_count(), ParameterCount::kNonEmbedding);
}

TEST(LawFile, SaysWhetherItCountsEmbeddings) {
  EXPECT_TRUE(Law::from_toml(kSmall, "small.toml")->counts_embeddings());
  const Result<Law> without =
      Law::from_toml(changed("formula =", "embeddings = false\nformula ="), "small.toml");
  ASSERT_TRUE(without) << without.error().text();
  EXPECT_FALSE(without->counts_embeddings());
  EXPECT_FALSE(Law::from_toml(without->toml(), "again")->counts_embeddings());
  EXPECT_EQ(problems_of(changed("formula =", "embeddings = 0\nformula =")),
            "small.toml:3:14: 'embeddings' is 0, and must be true or false");
}

// An input that only this law has says where its values lie, so that examples can be made.
TEST(LawFile, InputsMayHaveAUsualRange) {
  const Result<Law> law = Law::from_toml(
      changed("N = \"parameters\"", "N = { meaning = \"parameters\", usual = [1, 8] }"),
      "small.toml");
  ASSERT_TRUE(law) << law.error().text();
  EXPECT_EQ(law->inputs()[0].meaning, "parameters");
  ASSERT_TRUE(law->inputs()[0].usual);
  EXPECT_EQ(law->inputs()[0].usual->high, 8);
  EXPECT_EQ(problems_of(changed("N = \"parameters\"", "N = 7")),
            "small.toml:6:5: 'N' is 7, and must be \"meaning\"");
  EXPECT_EQ(problems_of(changed("N = \"parameters\"", "N = { meaning = \"size\", usual = 8 }"))
                .substr(0, 13),
            "small.toml:6:");
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

// The form in which many fit: exp(a - alpha log N), a log-sum-exp. Its a is the logarithm of a
// scale and needs another range than an exponent.
TEST(LawFromFormula, FindsLogarithmsOfScales) {
  const Result<Law> law = Law::from_formula("exp(e) + exp(a - alpha*log(N)) + B/D^beta");
  ASSERT_TRUE(law) << law.error().text();
  const auto role = [&](std::string_view name) {
    return law->coefficients()[*law->coefficient_index(name)].role;
  };
  EXPECT_EQ(role("e"), Role::kLogScale);
  EXPECT_EQ(role("a"), Role::kLogScale);
  EXPECT_EQ(role("alpha"), Role::kExponent);
  EXPECT_EQ(role("B"), Role::kScale);
  EXPECT_EQ(law->coefficients()[*law->coefficient_index("a")].range.low, -50);
}

// Not all that stands in an exponential is an exponent: what divides an input is a size in the
// input's units, and what multiplies a power of an input is a scale.
TEST(LawFromFormula, FindsSizesAndScalesInExponentials) {
  const std::string bits[] = {"bits"};
  const Result<Law> law = Law::from_formula("E*(1 - exp(-bits/g)) + exp(a*N^k + b)/D^(1/q)", bits);
  ASSERT_TRUE(law) << law.error().text();
  const auto role = [&](std::string_view name) {
    return law->coefficients()[*law->coefficient_index(name)].role;
  };
  EXPECT_EQ(role("g"), Role::kScale);
  EXPECT_EQ(role("a"), Role::kScale);
  EXPECT_EQ(role("k"), Role::kExponent);
  EXPECT_EQ(role("b"), Role::kLogScale);
  EXPECT_EQ(role("q"), Role::kExponent);  // it divides no input
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

// Whoever gave the formula knows it as a flag's value, not as "formula".
TEST(LawFromFormula, ErrorsNameItsSource) {
  EXPECT_TRUE(Law::from_formula("E + $", {}, "--law").error().text().starts_with("--law:5: "));
}

// A law whose fit failed must not go on with what was published.
TEST(Law, WithoutValuesHasNothingOfASetLeft) {
  const Law law = find_law("hoffmann2022:besiroglu")->without_values();
  EXPECT_FALSE(law.has_values());
  EXPECT_TRUE(law.fitted_on().empty());
  EXPECT_EQ(law.label(), "hoffmann2022");
  EXPECT_FALSE(law.sets().empty());
}

// A fit that happens to carry the name of a set was not printed, and nothing disputes it.
TEST(Law, RoundingAndDisputesAreThoseOfTheSet) {
  const Law printed = *find_law("hoffmann2022");
  const std::vector<Range> alike = printed.rounding();
  ASSERT_EQ(alike.size(), 5u);
  EXPECT_NEAR(alike[3].low, 0.335, 1e-15);
  EXPECT_NEAR(alike[3].high, 0.345, 1e-15);
  ASSERT_TRUE(printed.disputed_by());
  EXPECT_EQ(printed.disputed_by()->label(), "hoffmann2022:besiroglu");
  EXPECT_FALSE(printed.disputed_by()->disputed_by());
  EXPECT_TRUE(find_law("hoffmann2022:besiroglu-unrounded")->rounding().empty());
  const Law fitted = *printed.with_values("hoffmann", {1.7, 400, 400, 0.34, 0.28});
  EXPECT_EQ(fitted.set(), nullptr);
  EXPECT_TRUE(fitted.rounding().empty());
  EXPECT_FALSE(fitted.disputed_by());
}

// gamma is printed as 2.00, which is the end of its range.
TEST(Law, RoundingStaysInsideTheRangesOfTheLaw) {
  const Range gamma = find_law("hossain2025:pruned")->rounding().at(6);
  EXPECT_NEAR(gamma.low, 1.995, 1e-12);
  EXPECT_EQ(gamma.high, 2);
}

TEST(Book, NamesWhatIsClose) {
  EXPECT_EQ(find_law("hofmann2022").error().text(),
            "the book has no law 'hofmann2022'; did you mean \"hoffmann2022\"?");
  EXPECT_NE(find_law("hossain2025:mo").error().text().find("did you mean \"moe\"?"),
            std::string::npos);
}

}  // namespace
}  // namespace isoflop
