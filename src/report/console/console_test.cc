#include "report/console/console.h"

#include <gtest/gtest.h>

#include <string>

#include "report/console/text_table.h"
#include "support/sample_fit.h"

namespace isoflop {
namespace {

TEST(TextTable, AlignsColumnsAndLeavesOutEmptyOnes) {
  TextTable table({"name", "unit", "value"});
  table.add({"A", "", "20.125"});
  table.add({"alpha", "", "0.3"});
  EXPECT_EQ(table.text(),
            "  name   value\n"
            "  A      20.125\n"
            "  alpha  0.3\n");
}

TEST(TextTable, ARowMayBeShorterThanOthers) {
  TextTable table;
  table.add({"a"});
  table.add({"long", "b"});
  EXPECT_EQ(table.text(), "  a\n  long  b\n");
}

TEST(Console, AFitSaysWhichLawOnWhichRowsAndHowItEnded) {
  EXPECT_EQ(
      fit_page(sample_fit(), "fit.json"),
      R"(small2025 fitted on 3 of 7 rows of runs.csv, 2 left out by mapping.where, 1 with missing cells skipped, 1 of the highest loss left out

  L = E + A/N

  coefficient  value   unit  range      remark
  E            1.75    nats  1.75 to 3  at the edge of its range
  A            20.125        0 to 1e15  fixed

  objective  0.0045, the sum of huber:0.01 over linear residuals (mean 0.0015)
  errors     RMSE 0.0125 nats, R2 0.75
  status     E is at the low edge of its range
  starts     4, chosen among 8 candidates
  optima     2 distinct: 0.0045 (3 descents), 0.0625 (1 descent)

wrote fit.json
)");
}

// A coefficient of a failed fit would be taken for a result.
TEST(Console, AFailedFitShowsNoValues) {
  FitRecord record = sample_fit();
  record.fit.usable = false;
  record.fit.status = FitStatus::kFailed;
  record.fit.message = "no start gave a finite objective";
  const std::string page = fit_page(record, "");
  EXPECT_EQ(page.find("20.125"), std::string::npos) << page;
  EXPECT_NE(page.find("failed: no start"), std::string::npos) << page;
}

TEST(Console, APredictionSaysForWhatItIs) {
  const Prediction prediction{
      .inputs = {{"D", 1.4e12}, {"N", 7e10}, {"S", 0.25}}, .loss = 1.93684, .notes = {}};
  EXPECT_EQ(predict_page(sample_law(), prediction),
            "small2025:first: loss 1.93684 at D = 1.4T, N = 70B, S = 0.25\n");
}

// A band by one way must not be read as that of another.
TEST(Console, BandsAreNamedWhereThereAreSeveral) {
  const Prediction prediction{.inputs = {{"N", 7e10}}, .loss = 2, .notes = {}};
  LossIntervals sure{.level = 0.9, .band = LossBand{.mean = {1.9, 2.1}, .run = {1.8, 2.2}}};
  const std::string first = "small2025:first: loss 2 at N = 70B\n";
  EXPECT_EQ(predict_page(sample_law(), prediction, sure),
            first + "  90 % band of the law: 1.9 to 2.1; of a new run: 1.8 to 2.2\n");
  sure.bootstrap = Uncertainty{.standard_error = 0.1, .percentile = {1.95, 2.15}, .bca = {1, 3}};
  EXPECT_EQ(predict_page(sample_law(), prediction, sure),
            first +
                "  90 % band of the law: 1.9 to 2.1 (sandwich), 1.95 to 2.15 (bootstrap); "
                "of a new run: 1.8 to 2.2\n");
  sure.profile = ProfileInterval{{1.97, std::numeric_limits<double>::infinity()}};
  EXPECT_EQ(predict_page(sample_law(), prediction, sure),
            first +
                "  90 % band of the law: 1.9 to 2.1 (sandwich), 1.95 to 2.15 (bootstrap), "
                "1.97 or more (profile); of a new run: 1.8 to 2.2\n");
  sure.profile.reset();
  sure.band.reset();
  EXPECT_EQ(predict_page(sample_law(), prediction, sure),
            first + "  90 % band of the law: 1.95 to 2.15 (bootstrap)\n");
}

TEST(Console, AFitHasItsIntervalsBesideTheCoefficients) {
  const std::string page = fit_page(sample_bootstrap(), "");
  for (const char* part :
       {"bootstrap error", "80 % BCa", "80 % percentile", "1.755 to 1.795",
        "3 of 4 refits to resampled clusters (2 clusters), 1 converged, 1 at the edge of a range, "
        "1 failed"})
    EXPECT_NE(page.find(part), std::string::npos) << part << "\n" << page;
  EXPECT_EQ(fit_page(sample_fit(), "").find("std. error"), std::string::npos);
}

}  // namespace
}  // namespace isoflop
