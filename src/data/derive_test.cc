#include "data/derive.h"

#include <gtest/gtest.h>

#include <cmath>

#include "isoflop/predict.h"

namespace isoflop {
namespace {

Law law_of(const char* formula) { return *Law::from_formula(formula); }
const Law& dense() {
  static const Law kLaw = law_of("E + A/N^alpha + B/D^beta");
  return kLaw;
}
const Law& sparse() {
  static const Law kLaw = law_of("E + A*(1-S)/N^alpha + B/D^beta");
  return kLaw;
}
const Law& experts() {
  static const Law kLaw = law_of("E + A*(1-Sx)/P^alpha + B/D^beta");
  return kLaw;
}

std::string problem_of(const Law& law, Inputs inputs) {
  const auto notes = derive_inputs(law, inputs);
  return notes ? "no error" : notes.error().text();
}

TEST(DeriveInputs, AnyTwoGiveTheThird) {
  const double N = 37e9, P = 671e9, S = 1 - N / P, D = 14.8e12, C = 6 * N * D;
  const Inputs all = {{"N", N}, {"P", P}, {"S", S}, {"D", D}, {"C", C}};
  for (const char* first : {"N", "P", "S"})
    for (const char* second : {"C", "D"}) {
      Inputs inputs = all;
      inputs.erase(first);
      inputs.erase(second);
      const auto notes = derive_inputs(sparse(), inputs);
      ASSERT_TRUE(notes) << notes.error().text();
      EXPECT_TRUE(notes->empty());
      ASSERT_EQ(inputs.size(), 5U) << first << " " << second;
      for (const auto& [name, value] : all) EXPECT_NEAR(inputs[name] / value, 1, 1e-14) << name;
    }
}

// P and S give N only together with C and D: a chain of rules, in whatever order it takes.
TEST(DeriveInputs, RulesFollowEachOther) {
  Inputs inputs = {{"C", 6e20}, {"D", 1e10}, {"S", 0.75}};
  ASSERT_TRUE(derive_inputs(sparse(), inputs));
  EXPECT_DOUBLE_EQ(inputs["N"], 1e10);
  EXPECT_DOUBLE_EQ(inputs["P"], 4e10);
}

TEST(DeriveInputs, StandInsAreSaidAndComeLast) {
  Inputs inputs = {{"P", 2e9}, {"S", 0.5}, {"D", 1e10}};
  auto notes = derive_inputs(experts(), inputs);
  ASSERT_TRUE(notes);
  EXPECT_EQ(*notes, std::vector<std::string>{
                        "S stands in for Sx, which is another number: give Sx where it is known"});
  EXPECT_EQ(inputs["Sx"], 0.5);

  // N and P give the real S, so Sx, another number, does not stand in for it.
  inputs = {{"N", 1e9}, {"P", 4e9}, {"Sx", 0.875}, {"D", 1e10}};
  notes = derive_inputs(sparse(), inputs);
  ASSERT_TRUE(notes);
  EXPECT_TRUE(notes->empty());
  EXPECT_EQ(inputs["S"], 0.75);

  // A law that wants neither gets neither.
  inputs = {{"N", 1e9}, {"D", 1e10}, {"Sx", 0.5}};
  ASSERT_TRUE(derive_inputs(dense(), inputs));
  EXPECT_FALSE(inputs.contains("S"));
  EXPECT_FALSE(inputs.contains("P"));
}

TEST(DeriveInputs, ContradictionsAreErrors) {
  EXPECT_EQ(problem_of(sparse(), {{"N", 1e9}, {"P", 4e9}, {"S", 0.5}, {"D", 1e10}}),
            "N is 1000000000, but P (1 - S) is 2000000000: give two of N, P and S");
  EXPECT_EQ(problem_of(dense(), {{"N", 1e9}, {"D", 1e10}, {"C", 6.1e19}}),
            "C is 6.1e19, but 6 N D is 6e19: give two of C, N and D");
  // Three numbers of a model card, each rounded, are no contradiction.
  EXPECT_EQ(problem_of(sparse(), {{"N", 37e9}, {"P", 671e9}, {"S", 0.94486}, {"D", 14.8e12}}),
            "no error");
}

TEST(DeriveInputs, ValuesOutsideTheirDomainAreErrorsAllAtOnce) {
  EXPECT_EQ(problem_of(sparse(), {{"N", -1}, {"S", 1}, {"D", NAN}}),
            "D is nan; it must be a finite number\n"
            "N is -1; it must be above 0\n"
            "S is 1; it must lie in [0, 1): 0 is dense");
  EXPECT_EQ(problem_of(sparse(), {{"N", 3e9}, {"P", 2e9}, {"D", 1e10}}),
            "S is -0.5; it must lie in [0, 1): 0 is dense");
}

TEST(DeriveInputs, LeavesTheInputsAloneOnError) {
  Inputs inputs = {{"N", 3e9}, {"P", 2e9}, {"D", 1e10}};
  ASSERT_FALSE(derive_inputs(sparse(), inputs));
  EXPECT_EQ(inputs.size(), 3U);
}

// 1 - N/P of a dense model is 0 even where N carries a rounding error.
TEST(DeriveInputs, ADenseModelHasNoNegativeSparsity) {
  Inputs inputs = {{"N", std::nextafter(3e9, 4e9)}, {"P", 3e9}, {"D", 1e10}};
  ASSERT_TRUE(derive_inputs(sparse(), inputs));
  EXPECT_EQ(inputs["S"], 0);
}

TEST(WaysToGive, NameEveryRule) {
  EXPECT_EQ(ways_to_give("D"), "it needs D, or C with N, or C with P and S");
  EXPECT_EQ(ways_to_give("N"), "it needs N, or P with S, or C with D");
  EXPECT_EQ(ways_to_give("S"), "it needs S, or N with P, or P with C and D, or Sx");
  EXPECT_EQ(ways_to_give("Sx"), "it needs Sx, or S");
  EXPECT_EQ(ways_to_give("loss"), "");
}

// Of three ways in general a user who gave C and P needs one word: what is missing of them.
TEST(WaysToGive, TheLastStepIsNamed) {
  EXPECT_EQ(last_missing("D", {{"C", 1e20}, {"P", 1e9}}), "; besides C and P give N or S");
  EXPECT_EQ(last_missing("D", {{"N", 1e9}}), "; besides N give C");
  EXPECT_EQ(last_missing("D", {{"P", 1e9}}), "");
  EXPECT_EQ(last_missing("Sx", {{"N", 1e9}}), "");
}

}  // namespace
}  // namespace isoflop
