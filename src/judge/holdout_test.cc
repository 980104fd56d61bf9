#include "isoflop/holdout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

namespace isoflop {

namespace {

using Rows = std::vector<std::size_t>;

Folds folds_of(std::string_view text, std::vector<double> values, std::uint64_t seed = 1) {
  const Result<Holdout> holdout = parse_holdout(text);
  EXPECT_TRUE(holdout);
  const Result<Folds> folds = make_folds(*holdout, values, seed);
  EXPECT_TRUE(folds) << folds.error().text();
  return *folds;
}

TEST(Holdout, AFilterMayHoldAColonInAText) {
  const Result<Holdout> holdout = parse_holdout("kind == 'a:b'");
  ASSERT_TRUE(holdout);
  EXPECT_EQ(holdout->kind, Holdout::Kind::kFilter);
  EXPECT_EQ(holdout->expression, "kind == 'a:b'");
}

TEST(Holdout, TakesTheLargestAndKeepsEqualRowsTogether) {
  const Folds plain = folds_of("top:40%:P", {5, 1, 4, 2, 3});
  EXPECT_EQ(plain.folds[0].held_out, (Rows{0, 2}));
  EXPECT_EQ(plain.folds[0].training, (Rows{1, 3, 4}));
  EXPECT_TRUE(plain.notes.empty());
  const Folds tied = folds_of("top:0.2:P", {3, 1, 3, 2, 3});
  EXPECT_EQ(tied.folds[0].held_out, (Rows{0, 2, 4}));
  ASSERT_EQ(tied.notes.size(), 1u);
  EXPECT_NE(tied.notes[0].find("2 more rows of the value 3"), std::string::npos) << tied.notes[0];
}

TEST(Holdout, RollsOnlyForward) {
  const std::vector<double> values = {8, 1, 7, 2, 6, 3, 5, 4};
  const Folds folds = folds_of("rolling:3", values);
  ASSERT_EQ(folds.folds.size(), 3u);
  std::size_t held_out = 0;
  for (const Fold& fold : folds.folds) {
    double largest = 0;
    for (const std::size_t row : fold.training) largest = std::max(largest, values[row]);
    for (const std::size_t row : fold.held_out) EXPECT_GT(values[row], largest);
    EXPECT_EQ(fold.held_out.size(), 2u);
    held_out += fold.held_out.size();
  }
  EXPECT_EQ(held_out, 6u);
}

// C of one budget, derived as 6 N D, takes several doubles; and real budgets are met to a per cent
// or two. A long chain of near values is no budget, and is cut where it was asked.
TEST(Holdout, NoWindowCutsABudget) {
  const std::vector<double> exact = {1, 1, 1, 2, 2, 2, 4, 4, 4, 8, 8, 8};
  std::vector<double> rounded = exact, uneven = exact;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    rounded[i] *= 1 + 1e-16 * static_cast<double>(i % 3) * 3;
    uneven[i] *= 1 + 0.02 * static_cast<double>(i % 3);
  }
  for (const char* text : {"rolling:2", "top:20%:C"})
    for (const auto& values : {rounded, uneven}) {
      const Folds wanted = folds_of(text, exact), found = folds_of(text, values);
      ASSERT_EQ(found.folds.size(), wanted.folds.size());
      for (std::size_t i = 0; i < found.folds.size(); ++i)
        EXPECT_EQ(found.folds[i].held_out, wanted.folds[i].held_out) << text;
    }
  std::vector<double> chain;
  for (int i = 0; i < 100; ++i) chain.push_back(std::pow(1.02, i));
  EXPECT_EQ(folds_of("top:20%:C", chain).folds[0].held_out.size(), 20u);
}

TEST(Holdout, LeavesOutWindowsWithTooFewRowsBeforeThem) {
  Folds folds = folds_of("rolling:3", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  drop_short_windows(folds, 3);
  ASSERT_EQ(folds.folds.size(), 2u);
  EXPECT_EQ(folds.folds[0].training.size(), 6u);
  ASSERT_EQ(folds.notes.size(), 1u);
  EXPECT_NE(folds.notes[0].find("1 of 3 windows"), std::string::npos) << folds.notes[0];
}

TEST(Holdout, HoldsEveryRowOutOnceInFoldsAndGroups) {
  const std::vector<double> groups = {0, 1, 0, 2, 1, 2, 2};
  for (const Folds& folds : {folds_of("folds:3", groups, 7), folds_of("group:kind", groups)}) {
    std::multiset<std::size_t> seen;
    for (const Fold& fold : folds.folds) {
      seen.insert(fold.held_out.begin(), fold.held_out.end());
      EXPECT_EQ(fold.held_out.size() + fold.training.size(), groups.size());
    }
    EXPECT_EQ(seen, (std::multiset<std::size_t>{0, 1, 2, 3, 4, 5, 6}));
  }
  EXPECT_EQ(folds_of("group:kind", groups).folds[2].held_out, (Rows{3, 5, 6}));
}

TEST(Holdout, RandomFoldsDependOnTheSeedAlone) {
  const std::vector<double> rows(40);
  const auto first = [&](std::uint64_t seed) {
    return folds_of("folds:4", rows, seed).folds[0].held_out;
  };
  EXPECT_EQ(first(1), first(1));
  EXPECT_NE(first(1), first(2));
}

}  // namespace

}  // namespace isoflop
