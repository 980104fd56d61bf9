#include "isoflop/comparison_file.h"

#include <gtest/gtest.h>

#include <string>

#include "isoflop/fit_file.h"
#include "support/sample_comparison.h"

namespace isoflop {
namespace {

void expect_same(const LossErrors& a, const LossErrors& b) {
  EXPECT_EQ(a.rmse, b.rmse);
  EXPECT_EQ(a.relative, b.relative);
  EXPECT_EQ(a.r2, b.r2);
}

TEST(ComparisonFile, IsReadBackToTheSame) {
  const ComparisonRecord record = test::sample_comparison();
  const std::string text = write_comparison_file(record);
  const Result<ComparisonSummary> read = read_comparison_file(text, "c.json");
  ASSERT_TRUE(read) << read.error().text();
  const ComparisonSummary made = summary_of(record);
  EXPECT_EQ(read->source, made.source);
  EXPECT_EQ(read->sha256, made.sha256);
  EXPECT_EQ(read->holdout, made.holdout);
  EXPECT_EQ(read->answer, made.answer);
  EXPECT_EQ(read->rows, made.rows);
  EXPECT_EQ(read->held_out_rows, made.held_out_rows);
  EXPECT_EQ(read->folds, made.folds);
  EXPECT_EQ(read->level, made.level);
  EXPECT_EQ(read->unusable.at(0).reason, "nothing provides experts");
  ASSERT_EQ(read->laws.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    const LawSummary &a = read->laws[i], &b = made.laws[i];
    EXPECT_EQ(a.name, b.name);
    expect_same(a.held_out, b.held_out);
    expect_same(a.training, b.training);
    EXPECT_EQ(a.held_out_interval.low, b.held_out_interval.low);
    EXPECT_EQ(a.held_out_interval.high, b.held_out_interval.high);
    EXPECT_EQ(a.aicc, b.aicc);
    EXPECT_EQ(a.free, b.free);
    EXPECT_EQ(a.status, b.status);
    EXPECT_EQ(a.beaten, b.beaten);
  }
  EXPECT_EQ(read->laws[1].beaten, 0.7);
  EXPECT_FALSE(read->laws[0].beaten);
}

TEST(ComparisonFile, ADamagedOneIsReportedWhole) {
  std::string text = write_comparison_file(test::sample_comparison());
  for (const auto& [from, to] :
       {std::pair<std::string, std::string>{"\"rmse\"", "\"rsme\""}, {"\"answer\"", "\"anwser\""}})
    text.replace(text.find(from), from.size(), to);
  const Result<ComparisonSummary> read = read_comparison_file(text, "c.json");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().problems.size(), 2u) << read.error().text();
}

TEST(ComparisonFile, OthersAreNotTakenForOne) {
  const std::string fit = write_fit_file(sample_fit());
  EXPECT_FALSE(is_comparison_file(fit));
  EXPECT_FALSE(is_comparison_file("[1]"));
  EXPECT_FALSE(is_comparison_file(""));
  EXPECT_FALSE(is_comparison_file("{"));
  EXPECT_FALSE(read_comparison_file(fit, "fit.json"));
  // Nor one for a fit.
  const Result<FitRecord> read =
      read_fit_file(write_comparison_file(test::sample_comparison()), "c.json");
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().text().find("this is a comparison"), std::string::npos);
}

}  // namespace
}  // namespace isoflop
