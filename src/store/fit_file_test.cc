#include "isoflop/fit_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "support/fit_text.h"
#include "support/sample_fit.h"

namespace isoflop {
namespace {

// Every field goes through, or the second file would differ from the first.
TEST(FitFile, ReadsBackToTheSameBytes) {
  const std::string text = write_fit_file(sample_fit());
  const Result<FitRecord> record = read_fit_file(text, "fit.json");
  ASSERT_TRUE(record) << record.error().text();
  EXPECT_EQ(write_fit_file(*record), text);
}

TEST(FitFile, GivesBackTheLawItsValuesAndTheRuns) {
  const Result<FitRecord> record = read_fit_file(write_fit_file(sample_fit()), "fit.json");
  ASSERT_TRUE(record) << record.error().text();
  const Fit& fit = record->fit;
  EXPECT_EQ(fit.law.label(), "small2025:fit");
  EXPECT_EQ(fit.law.values()[1], 20.125);
  EXPECT_EQ(fit.law.fitted_on().at("N").high, 40);
  EXPECT_EQ(fit.status, FitStatus::kAtBound);
  EXPECT_EQ(fit.recipe.starts.count, 4u);
  EXPECT_EQ(fit.recipe.range.at("E").low, 1.75);
  EXPECT_EQ(fit.table.column("loss")[2], 2.25);
  EXPECT_EQ(record->data.mapping.where, "loss < 4");
}

// Decimal text that is one bit short would move predictions far from the fitted range.
TEST(FitFile, KeepsEveryBitOfACoefficient) {
  FitRecord sample = sample_fit();
  const double third = 1.0 / 3, tiny = std::numeric_limits<double>::denorm_min();
  sample.fit.law = *sample.fit.law.with_values("fit", {third, tiny});
  const Result<FitRecord> record = read_fit_file(write_fit_file(sample), "fit.json");
  ASSERT_TRUE(record) << record.error().text();
  EXPECT_EQ(record->fit.law.values()[0], third);
  EXPECT_EQ(record->fit.law.values()[1], tiny);
}

// A double holds whole numbers up to 2^53; a seed has 64 bits.
TEST(FitFile, KeepsASeedOf64Bits) {
  FitRecord sample = sample_fit();
  sample.fit.recipe.seed = std::numeric_limits<std::uint64_t>::max();
  const Result<FitRecord> record = read_fit_file(write_fit_file(sample), "fit.json");
  ASSERT_TRUE(record) << record.error().text();
  EXPECT_EQ(record->fit.recipe.seed, std::numeric_limits<std::uint64_t>::max());
}

// JSON has no infinity; a file with a bare `inf` could be read by nobody.
TEST(FitFile, AFailedFitIsWrittenWithNullsAndReadBackAsFailed) {
  FitRecord sample = sample_fit();
  sample.fit.status = FitStatus::kFailed;
  sample.fit.usable = false;
  sample.fit.objective.sum = std::numeric_limits<double>::infinity();
  const std::string text = write_fit_file(sample);
  EXPECT_NE(text.find("\"sum\": null"), std::string::npos);
  EXPECT_NE(text.find("\"value\": null"), std::string::npos);
  const Result<FitRecord> record = read_fit_file(text, "fit.json");
  ASSERT_TRUE(record) << record.error().text();
  EXPECT_FALSE(record->fit.usable);
  EXPECT_FALSE(record->fit.law.has_values()) << "those that were published are not the fit's";
  EXPECT_EQ(record->fit.status, FitStatus::kFailed);
}

// Plans and intervals are made from the runs, however many there are.
TEST(FitFile, KeepsALongTableToTheLastBit) {
  FitRecord sample = sample_fit();
  const std::size_t rows = kUnpackedRows + 2;
  std::vector<double> N, loss;
  std::vector<std::size_t> lines;
  for (std::size_t i = 0; i < rows; ++i) {
    N.push_back(i % 3 == 0 ? 1e9 / 3 : static_cast<double>(i % 300 + 1));
    loss.push_back(2 + 1 / static_cast<double>(i + 1));
    lines.push_back(i + 2);
  }
  sample.fit.table = {};
  ASSERT_TRUE(sample.fit.table.set("N", N));
  ASSERT_TRUE(sample.fit.table.set("loss", loss));
  ASSERT_TRUE(sample.fit.table.name_rows({RowNames::Kind::kLine, lines}));
  sample.fit.objective.rows = rows;
  const std::string text = write_fit_file(sample);
  EXPECT_LT(text.size(), 25 * rows);
  const Result<FitRecord> back = read_fit_file(text, "fit.json");
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_TRUE(std::ranges::equal(back->fit.table.column("N"), N));
  EXPECT_TRUE(std::ranges::equal(back->fit.table.column("loss"), loss));
  EXPECT_EQ(back->fit.table.row_name(rows - 1), fmt::format("{}", rows + 1));
  const std::size_t column = text.find("\"N\": \"i1:");
  ASSERT_NE(column, std::string::npos);
  EXPECT_NE(error_of(std::string(text).replace(column + 10, 1, "!")).find("no packed column"),
            std::string::npos);
}

TEST(FitFile, SaysWhatARunLacks) {
  const std::string text = write_fit_file(sample_fit());
  const std::string without = replaced(text, "\"table\": {\n    \"N\"", "\"table\": {\n    \"M\"");
  EXPECT_NE(error_of(without).find("needs a column N"), std::string::npos) << error_of(without);
}

TEST(FitFile, SaysWhatIsNotAFitFile) {
  EXPECT_EQ(error_of("{\"loss\": [1, 2]}"),
            "fit.json: this is not a fit file: it has no \"format\"; give one that a fit was "
            "written to");
}

// A table of runs in a fit's place is an easy slip, and "syntax error" would not say so.
TEST(FitFile, SaysThatATableIsNotAFitFile) {
  EXPECT_EQ(error_of("N,D,loss\n1,2,3\n"),
            "fit.json: this is not a fit file, which is a JSON object: give one that a fit was "
            "written to");
}

TEST(FitFile, SaysThatANewerFormatNeedsANewerProgram) {
  const std::string text = replaced(write_fit_file(sample_fit()), "\"format\": 1", "\"format\": 2");
  EXPECT_EQ(error_of(text),
            "fit.json:2:13: \"format\" is 2, and this isoflop reads up to 1: update isoflop, or "
            "fit again");
}

// All of the damage at once: who repairs a file by hand should not meet it piece by piece.
TEST(FitFile, NamesEveryDamagedField) {
  std::string text = write_fit_file(sample_fit());
  text = replaced(text, "\"huber:0.01\"", "\"hubert\"");
  text = replaced(text, "\"status\": \"at_bound\"", "\"status\": \"fine\"");
  text = replaced(text, "\"tried\": 4", "\"tried\": -4");
  text = replaced(text, "\"sha256\"", "\"sha257\"");
  const std::string error = error_of(text);
  EXPECT_NE(error.find("'hubert' is not a loss"), std::string::npos) << error;
  EXPECT_NE(error.find("\"fine\" is not the status of a fit"), std::string::npos) << error;
  EXPECT_NE(error.find("\"tried\" is -4, and must be a whole number"), std::string::npos) << error;
  EXPECT_NE(error.find("\"sha256\" is missing"), std::string::npos) << error;
}

// The law of the file has published values; used in their place they would pass for the fit's.
TEST(FitFile, ACoefficientWithoutAValueIsDamage) {
  const std::string text =
      replaced(write_fit_file(sample_fit()), "\"value\": 1.75", "\"value\": null");
  EXPECT_NE(error_of(text).find("E has no value, though the fit is usable; the file is damaged"),
            std::string::npos)
      << error_of(text);
}

// What a file says twice it may say in two ways once it was edited.
TEST(FitFile, WhatDisagreesIsDamage) {
  const std::string text = write_fit_file(sample_fit());
  const auto error = [&text](const char* old, const char* fresh) {
    return error_of(replaced(text, old, fresh));
  };
  EXPECT_NE(error("\"law\": \"small2025\"", "\"law\": \"large2025\"")
                .find("\"law\" is \"large2025\", and \"small2025\" in \"law_toml\""),
            std::string::npos);
  EXPECT_NE(error("\"formula\": \"E + A/N\"", "\"formula\": \"E\"").find("\"formula\" is \"E\""),
            std::string::npos);
  EXPECT_NE(error("\"status\": \"at_bound\"", "\"status\": \"failed\"")
                .find("\"usable\" is true, and \"status\" is \"failed\""),
            std::string::npos);
  EXPECT_NE(error("\"usable\": true", "\"usable\": false")
                .find("\"usable\" is false, and \"status\" is \"at_bound\""),
            std::string::npos);
  EXPECT_NE(error("\"tried\": 4", "\"tried\": 4.5").find("\"tried\" is 4.5, and must be a whole"),
            std::string::npos);
  FitRecord reversed = sample_fit();
  reversed.fit.recipe.range["E"] = {3, 1.75};
  EXPECT_NE(error_of(write_fit_file(reversed)).find("\"E\" goes down: write ["), std::string::npos);
}

TEST(FitFile, KeepsTheNamesOfRows) {
  FitRecord sample = sample_fit();
  const auto names_of = [](const FitRecord& record) {
    const Result<FitRecord> back = read_fit_file(write_fit_file(record), "fit.json");
    EXPECT_TRUE(back) << back.error().text();
    std::vector<std::string> names;
    for (std::size_t row = 0; row < 3; ++row) names.push_back(back->fit.table.row_label(row));
    return names;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(names_of(sample), (Names{"line 2", "line 3", "line 7"}));
  ASSERT_TRUE(sample.fit.table.name_rows({RowNames::Kind::kNumber, {1, 5, 6}}));
  EXPECT_EQ(names_of(sample), (Names{"row \"1\"", "row \"5\"", "row \"6\""}));
  const auto ids =
      std::make_shared<const std::vector<std::string>>(Names{"big", "a \"b\"", "", "left out"});
  ASSERT_TRUE(sample.fit.table.name_rows({RowNames::Kind::kId, {2, 0, 1}, ids}));
  EXPECT_EQ(names_of(sample), (Names{"row \"\"", "row \"big\"", "row \"a \"b\"\""}));
}

// Files of before a recipe had a stopping rule were fitted with what is now the default one.
TEST(FitFile, WithoutAStoppingRuleHasTheDefaultOne) {
  std::string text = write_fit_file(sample_fit());
  for (const char* name : {"decrease_tolerance", "step_tolerance", "max_iterations"})
    text = replaced(text, fmt::format("\"{}\"", name), fmt::format("\"other_{}\"", name));
  const Result<FitRecord> record = read_fit_file(text, "fit.json");
  ASSERT_TRUE(record) << record.error().text();
  EXPECT_EQ(record->fit.recipe.decrease_tolerance, Recipe{}.decrease_tolerance);
  EXPECT_EQ(record->fit.recipe.step_tolerance, Recipe{}.step_tolerance);
  EXPECT_EQ(record->fit.recipe.max_iterations, Recipe{}.max_iterations);
}

// Files of before rows had names.
TEST(FitFile, WithoutNamesOfRowsIsRead) {
  const std::string text = replaced(write_fit_file(sample_fit()), "\"row_names\"", "\"other\"");
  const Result<FitRecord> record = read_fit_file(text, "fit.json");
  ASSERT_TRUE(record) << record.error().text();
  EXPECT_EQ(record->fit.table.row_names(), nullptr);
}

TEST(FitFile, WrongNamesOfRowsAreDamage) {
  const std::string text = write_fit_file(sample_fit());
  EXPECT_NE(error_of(replaced(text, "\"line\"", "\"lines\"")).find("\"lines\" is none of line, "),
            std::string::npos);
  EXPECT_NE(error_of(replaced(text, "\"line\"", "\"id\"")).find("must be text"), std::string::npos);
  const std::size_t last = text.rfind("7\n");
  ASSERT_NE(last, std::string::npos);
  EXPECT_NE(
      error_of(std::string(text).replace(last, 1, "-7")).find("is -7, and must be a whole number"),
      std::string::npos);
  EXPECT_NE(error_of(std::string(text).replace(last, 1, "7, 8"))
                .find("4 names for the 3 rows of a table"),
            std::string::npos);
}

TEST(FitFile, SaysWhereTheLawOfAFileIsWrong) {
  const std::string text = replaced(write_fit_file(sample_fit()), "E + A/N\\\"", "E + A/M\\\"");
  EXPECT_NE(error_of(text).find("fit.json (\"law_toml\")"), std::string::npos) << error_of(text);
}

}  // namespace
}  // namespace isoflop
