// Fit and comparison files that earlier versions wrote stay readable and mean the same
// (docs/json.md says how their schema changes). tests/cases/old_fit_files.case plans with them.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "base/value.h"
#include "isoflop/comparison_file.h"
#include "isoflop/fit_file.h"
#include "support/command.h"

namespace isoflop {
namespace {

std::string text_of(const std::string& name) {
  return read_text(source_folder() / "tests/data/version_0.1.0" / (name + ".json"));
}

// Everything that the old document has is in the new one and the same; the new one may have more.
void expect_kept(const Value& old, const Value& fresh, const std::string& path) {
  ASSERT_EQ(old.kind(), fresh.kind()) << path;
  EXPECT_EQ(old.string(), fresh.string()) << path;
  EXPECT_EQ(old.boolean(), fresh.boolean()) << path;
  // Intervals are made again from the draws.
  if (old.is(Value::Kind::kNumber)) {
    EXPECT_NEAR(old.number(), fresh.number(), 1e-12 * std::abs(old.number())) << path;
  }
  ASSERT_EQ(old.items().size(), fresh.items().size()) << path;
  for (std::size_t i = 0; i < old.items().size(); ++i)
    expect_kept(old.items()[i], fresh.items()[i], fmt::format("{}[{}]", path, i));
  for (const auto& [name, value] : old.members()) {
    const Value* kept = fresh.find(name);
    ASSERT_NE(kept, nullptr) << path << "." << name;
    expect_kept(value, *kept, path + "." + name);
  }
}

class OldFitFile : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Version010, OldFitFile,
                         testing::Values("plain", "bootstrap", "formula", "bayes"),
                         [](const auto& file) { return std::string(file.param); });

TEST_P(OldFitFile, IsReadAndWrittenAgainWithAllThatItHas) {
  const std::string text = text_of(GetParam());
  const Result<FitRecord> record = read_fit_file(text, GetParam());
  ASSERT_TRUE(record) << record.error().text();
  EXPECT_EQ(record->version, "0.1.0");
  EXPECT_TRUE(record->fit.law.has_values());
  ASSERT_TRUE(record->fit.errors);  // which that version did not write
  EXPECT_LT(record->fit.errors->relative, 0.2);
  expect_kept(*read_json(text, ""), *read_json(write_fit_file(*record), ""), "");
}

TEST(OldComparisonFile, IsRead) {
  const Result<ComparisonSummary> summary =
      read_comparison_file(text_of("comparison"), "comparison.json");
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_EQ(summary->holdout, "D > 1e11");
  EXPECT_EQ(summary->held_out_rows, 4u);
  ASSERT_EQ(summary->laws.size(), 2u);
  EXPECT_EQ(summary->laws[0].name, "hoffmann2022");
  EXPECT_NEAR(summary->laws[0].held_out.rmse, 0.03169, 1e-5);
  EXPECT_NEAR(summary->laws[1].held_out_interval.high, 0.1184, 1e-4);
  EXPECT_NEAR(*summary->laws[1].beaten, 0.983, 1e-3);
}

}  // namespace
}  // namespace isoflop
