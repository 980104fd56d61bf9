#include "isoflop/predict.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>

#include "support/book.h"

namespace isoflop {
namespace {

using test::book_law;
using test::loss_of;

std::vector<std::string> notes_of(const Law& law, const Inputs& inputs) {
  const Result<Prediction> prediction = predict(law, inputs);
  EXPECT_TRUE(prediction) << prediction.error().text();
  return prediction ? prediction->notes : std::vector<std::string>{};
}

bool any_contains(const std::vector<std::string>& notes, std::string_view text) {
  return std::ranges::any_of(
      notes, [text](const std::string& note) { return note.find(text) != note.npos; });
}

std::string error_of(const Law& law, const Inputs& inputs) {
  const Result<Prediction> prediction = predict(law, inputs);
  return prediction ? "" : prediction.error().text();
}

// Users know different things of a model; what follows from what they gave must not change the
// answer.
TEST(Predict, AnyTwoOfActiveTotalAndSparsityGiveTheSame) {
  const Law law = book_law("hossain2025:moe");
  const double loss = loss_of(law, {{"N", 1e9}, {"S", 0.75}, {"D", 1e11}});
  EXPECT_DOUBLE_EQ(loss_of(law, {{"N", 1e9}, {"P", 4e9}, {"D", 1e11}}), loss);
  EXPECT_DOUBLE_EQ(loss_of(law, {{"P", 4e9}, {"S", 0.75}, {"D", 1e11}}), loss);
  EXPECT_DOUBLE_EQ(loss_of(law, {{"P", 4e9}, {"S", 0.75}, {"C", 6e20}}), loss);
}

TEST(Predict, GivesBackWhatItDerived) {
  const Result<Prediction> prediction =
      predict(book_law("hossain2025:moe"), {{"P", 4e9}, {"S", 0.75}, {"C", 6e20}});
  ASSERT_TRUE(prediction);
  EXPECT_DOUBLE_EQ(prediction->inputs.at("N"), 1e9);
  EXPECT_DOUBLE_EQ(prediction->inputs.at("D"), 1e11);
}

// A table is answered by the same program as a point; an ulp between them would make results depend
// on their number.
TEST(Predict, TablesAndPointsAgreeBitForBit) {
  for (const Law& law : test::every_set()) {
    const Table runs = test::random_runs(law, 77, 3);
    const Result<std::vector<double>> losses = predict(law, runs);
    ASSERT_TRUE(losses) << losses.error().text();
    for (std::size_t row = 0; row < runs.rows(); row += 19) {
      const std::size_t one[] = {row};
      EXPECT_EQ((*predict(law, runs.select(one)))[0], (*losses)[row])
          << law.label() << " row " << row;
    }
  }
}

TEST(Predict, AnEmptyTableHasNoLosses) {
  const Law law = book_law("hoffmann2022");
  const Result<std::vector<double>> losses = predict(law, test::random_runs(law, 0, 1));
  ASSERT_TRUE(losses) << losses.error().text();
  EXPECT_TRUE(losses->empty());
}

TEST(Predict, SaysNothingWhereTheLawWasFitted) {
  EXPECT_TRUE(notes_of(book_law("hoffmann2022:besiroglu"), {{"N", 1e9}, {"D", 2e10}}).empty());
}

// The refit of the public runs has 2.53005, worked out in Python.
TEST(Predict, SaysWhatADisputingSetGives) {
  const Result<Prediction> prediction =
      predict(book_law("hoffmann2022"), {{"N", 1e9}, {"D", 2e10}});
  ASSERT_TRUE(prediction && prediction->disputed);
  EXPECT_EQ(prediction->disputed->law, "hoffmann2022:besiroglu");
  EXPECT_NEAR(prediction->disputed->loss, 2.530050323678703, 1e-12);
  EXPECT_TRUE(any_contains(prediction->notes, "disagrees: loss 2.53005, 1.94 % less"));
}

// Extrapolation is what laws are for, and where they fail: how far it goes belongs to the answer.
TEST(Predict, SaysHowFarItExtrapolates) {
  const Law law = book_law("hoffmann2022:besiroglu");
  EXPECT_EQ(
      notes_of(law, {{"N", 32.4e9}, {"D", 318e11}}),
      (std::vector<std::string>{"D = 31.8T is above the range that hoffmann2022:besiroglu was "
                                "fitted on (810M to 318B), by 2.0 decades",
                                "N = 32.4B is above the range that hoffmann2022:besiroglu was "
                                "fitted on (57M to 16.2B), by a factor of 2"}));
  EXPECT_TRUE(any_contains(notes_of(law, {{"N", 22e6}, {"D", 1e10}}), "N = 22M is below"));
}

// Between sparsities 0 and 0.875 "a factor of" says nothing: the range starts at zero.
TEST(Predict, SharesAreOutsideWithoutAFactor) {
  EXPECT_EQ(notes_of(book_law("frantar2023:t5"), {{"N", 1e7}, {"S", 0.95}, {"D", 3e10}}),
            (std::vector<std::string>{
                "S = 0.95 is above the range that frantar2023:t5 was fitted on (0 to 0.875)"}));
}

TEST(Predict, SaysWhereTheFittedRangeIsUnknown) {
  EXPECT_TRUE(
      any_contains(notes_of(book_law("hossain2025:moe"), {{"N", 1e9}, {"S", 0.5}, {"D", 1e11}}),
                   "the range of N and D that hossain2025:moe was fitted on is unknown"));
}

// The compute is derived from N and D, and its range is known where theirs are not.
TEST(Predict, ChecksARangeOfComputeToo) {
  EXPECT_TRUE(
      any_contains(notes_of(book_law("hossain2025:moe"), {{"N", 37e9}, {"S", 0.9}, {"D", 14.8e12}}),
                   "C = 3.29e24 is above the range"));
}

TEST(Predict, SaysThatSparsityStandsIn) {
  EXPECT_TRUE(
      any_contains(notes_of(book_law("abnar2025"), {{"P", 1e10}, {"S", 0.9}, {"D", 1e11}}), "Sx"));
}

// A dense law takes no notice of a sparsity; without a word the user would believe that it did.
TEST(Predict, SaysThatADenseLawTakesNoNoticeOfSparsity) {
  EXPECT_TRUE(
      any_contains(notes_of(book_law("hoffmann2022"), {{"N", 1e9}, {"S", 0.9}, {"D", 2e10}}),
                   "S = 0.9 does not enter the formula of hoffmann2022, which is for dense "
                   "models: this is the loss of a dense model of the same N"));
  EXPECT_TRUE(
      notes_of(book_law("hoffmann2022:besiroglu"), {{"N", 1e9}, {"S", 0}, {"D", 2e10}}).empty());
}

// A law of mixtures of experts may have no sparsity among its inputs either.
TEST(Predict, CallsNoLawDenseThatIsNot) {
  const auto notes =
      notes_of(book_law("krajewski2024:moe"), {{"P", 1e9}, {"S", 0.9}, {"G", 8}, {"D", 2e10}});
  EXPECT_TRUE(
      any_contains(notes, "S = 0.9 does not enter the formula of krajewski2024 but through P"));
  EXPECT_FALSE(any_contains(notes, "dense"));
}

TEST(Predict, ErrorsNameTheMissingInput) {
  const std::string text = error_of(book_law("hossain2025:moe"), {{"N", 1e9}});
  EXPECT_NE(
      text.find(
          "nothing provides S (share of parameters that are inactive or zero) of hossain2025"),
      text.npos)
      << text;
  EXPECT_NE(
      text.find("nothing provides D (training tokens) of hossain2025; it needs D, or C with N"),
      text.npos)
      << text;
}

// With C and P a step is left, which is not seen from "it needs D".
TEST(Predict, ErrorsNameTheLastStepOfAChain) {
  const Law law =
      *Law::from_formula("E + A/P^alpha + B/D^beta")->with_values("own", {1, 2, 1, 2, 1});
  EXPECT_EQ(error_of(law, {{"C", 1e20}, {"P", 1e9}}),
            "nothing provides D of formula; it needs D, or C with N, or C with P and S; besides C "
            "and P give N or S");
}

// The nearest number of three digits is 1, a model without weights.
TEST(Predict, ASparsityBelowOneIsNeverCalledOne) {
  EXPECT_TRUE(any_contains(
      notes_of(book_law("hossain2025:moe"), {{"P", 1e13}, {"S", 0.99999}, {"D", 1e11}}),
      "S = 0.99999 is above the range"));
}

TEST(Predict, ErrorsNameTheMisspeltInput) {
  const std::string text = error_of(book_law("abnar2025"), {{"P", 1e9}, {"sx", 0.5}, {"D", 1e11}});
  EXPECT_NE(text.find("\"sx\" is not an input of abnar2025"), text.npos) << text;
}

TEST(Predict, ALawWithoutValuesPredictsNothing) {
  const Result<Law> law = Law::from_formula("E + A/N^alpha");
  ASSERT_TRUE(law);
  EXPECT_NE(error_of(*law, {{"N", 1e9}}).find("no values for its coefficients"), std::string::npos);
}

TEST(Predict, AnInfiniteLossIsAnErrorAtThatPoint) {
  const Law law = *Law::from_formula("E + A*log(log(N))")->with_values("own", {1, 1});
  const std::string text = error_of(law, {{"N", 0.5}});
  EXPECT_NE(text.find("not finite at N = 0.5"), text.npos) << text;
}

// An empty cell among thousands would pass unseen; who mends a table wants all of them.
TEST(Predict, RowsOfATableWithoutALossAreErrorsAllAtOnce) {
  const Law law = *Law::from_formula("E + A*log(log(N))")->with_values("own", {1, 1});
  Table table;
  ASSERT_TRUE(table.set("N", {0.5, 1e9, 0.25}));
  const Result<std::vector<double>> losses = predict(law, table);
  ASSERT_FALSE(losses);
  EXPECT_EQ(losses.error().text(),
            "row 1: the loss of formula:own is not finite at N = 0.5: check the inputs and the "
            "coefficients\n"
            "row 3: the loss of formula:own is not finite at N = 0.25: check the inputs and the "
            "coefficients");
}

// A table is no reason to keep quiet about what is said of a point; but one line an input will do.
TEST(Predict, ATableSaysHowManyRowsExtrapolateAndHowFar) {
  Table table;
  ASSERT_TRUE(table.set("N", {1e9, 32e9, 64e9, 1e6}));
  ASSERT_TRUE(table.set("D", {2e10, 2e10, 2e10, 2e10}));
  EXPECT_EQ(range_notes(book_law("hoffmann2022"), table),
            (std::vector<std::string>{
                "N = 1M is below the range that hoffmann2022:hoffmann was fitted on (44M to 16B), "
                "by 1.6 decades; rows outside it: 3 of 4",
                "hoffmann2022:besiroglu, a refit of the public runs (Besiroglu et al. 2024, "
                "arXiv:2404.10102, as printed), disagrees: losses 2.39 % less to 3.16 % more"}));
}

// Compute is derived for a table as for a point: its range may be all that is known.
TEST(Predict, ATableIsHeldAgainstTheRangeOfWhatFollowsFromIt) {
  Table table;
  ASSERT_TRUE(table.set("N", {37e9}));
  ASSERT_TRUE(table.set("S", {0.9}));
  ASSERT_TRUE(table.set("D", {14.8e12}));
  EXPECT_TRUE(any_contains(range_notes(book_law("hossain2025:moe"), table),
                           "C = 3.29e24 is above the range"));
}

TEST(Predict, TheErrorOfATableNamesTheColumnsItLacks) {
  Table table;
  ASSERT_TRUE(table.set("N", {1e9}));
  const Result<std::vector<double>> losses = predict(book_law("hoffmann2022"), table);
  ASSERT_FALSE(losses);
  EXPECT_EQ(losses.error().text(),
            "hoffmann2022 needs a column D (training tokens); the table has N");
}

}  // namespace
}  // namespace isoflop
