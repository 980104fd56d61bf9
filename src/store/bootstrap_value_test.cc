#include "store/bootstrap_value.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "isoflop/fit_file.h"
#include "support/fit_text.h"
#include "support/sample_fit.h"

namespace isoflop {
namespace {

TEST(Draws, AFitFileGivesThemBackToTheBit) {
  const FitRecord sample = sample_bootstrap();
  const std::string text = write_fit_file(sample);
  const Result<FitRecord> record = read_fit_file(text, "fit.json");
  ASSERT_TRUE(record) << record.error().text();
  EXPECT_EQ(write_fit_file(*record), text);
  ASSERT_TRUE(record->bootstrap);
  const Draws& draws = record->bootstrap->draws;
  EXPECT_EQ(draws.how.by, Resampling::kClusters);
  EXPECT_EQ(draws.how.replicates, 4u);
  EXPECT_TRUE(draws.stopped);
  EXPECT_EQ(draws.status, sample.bootstrap->draws.status);
  EXPECT_EQ(draws.jackknife, sample.bootstrap->draws.jackknife);
  EXPECT_EQ(draws.values[4], 1.75);
  EXPECT_TRUE(std::isnan(draws.values[2]));
  EXPECT_EQ(record->data.mapping.cluster, "model");
  EXPECT_EQ(record->bootstrap->uncertainties[0].percentile.high,
            sample.bootstrap->uncertainties[0].percentile.high);
}

// Files of before there were draws are read as they were.
TEST(Draws, AFitFileNeedNotHaveThem) {
  std::string text = write_fit_file(sample_fit());
  for (const char* line : {"  \"bootstrap\": null,\n", "  \"draws\": null,\n"})
    text = replaced(text, line, "");
  text = replaced(text, "      \"cluster\": \"\",\n", "");
  const Result<FitRecord> record = read_fit_file(text, "fit.json");
  ASSERT_TRUE(record) << record.error().text();
  EXPECT_FALSE(record->bootstrap);
}

// A file of before "stopped" was there says it by the draws that are missing.
TEST(Draws, WhetherTheyWereStoppedNeedNotBeThere) {
  const auto is_stopped = [](const std::string& text) {
    const Result<FitRecord> record = read_fit_file(text, "fit.json");
    EXPECT_TRUE(record) << record.error().text();
    return record && record->bootstrap && record->bootstrap->draws.stopped;
  };
  std::string text = write_fit_file(sample_bootstrap());
  const std::size_t fields = text.find("\"bootstrap\": {");
  const std::string line = "    \"stopped\": true,\n";
  ASSERT_NE(text.find(line, fields), std::string::npos) << text;
  text.erase(text.find(line, fields), line.size());
  EXPECT_TRUE(is_stopped(text));
  EXPECT_FALSE(is_stopped(replaced(text, "\"replicates\": 4", "\"replicates\": 3")));
}

TEST(Draws, DamagedOnesAreNamed) {
  const std::string text = write_fit_file(sample_bootstrap());
  EXPECT_TRUE(error_of(replaced(text, "\"level\": 0.8", "\"level\": 80"))
                  .contains("\"level\" must be between 0 and 1"));
  EXPECT_TRUE(error_of(replaced(text, "\"by\": \"clusters\"", "\"by\": \"leaves\""))
                  .contains("\"leaves\" is not a way to resample"));
  const std::string objectives = text.substr(text.find("\"objective\": ["));
  EXPECT_TRUE(error_of(replaced(text, objectives.substr(0, objectives.find(']') + 1),
                                "\"objective\": [0.5]"))
                  .contains("1 objectives of 3 draws"));
  const std::string values = text.substr(text.find("\"values\": {"));
  const std::string first =
      values.substr(values.find("\"E\""), values.find(']') + 1 - values.find("\"E\""));
  EXPECT_TRUE(error_of(replaced(text, first, "\"E\": [1.75]")).contains("E has 1 values"));
}

}  // namespace
}  // namespace isoflop
