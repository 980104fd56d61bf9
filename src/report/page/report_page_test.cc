#include "report/page/report_page.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>

#include "report/page/checklist.h"
#include "support/sample_comparison.h"
#include "support/sample_plan.h"
#include "workflow/charts.h"

namespace isoflop {
namespace {

FitReport sample_report() {
  FitRecord record = sample_fit();
  const std::size_t rows = record.fit.table.rows();
  const std::vector<double> losses(rows, 2.0);
  const Residuals residuals{.measured = losses,
                            .predicted = losses,
                            .each = std::vector<double>(rows, 0.001),
                            .rms = 0.001};
  FitReport report{.fit = record,
                   .residuals = residuals,
                   .runs = rows,
                   .rms = 0.001,
                   .plan = test::sample_plan(),
                   .figures = {}};
  report.figures.push_back({"fit", "Predicted against measured", fit_figure(record, residuals)});
  return report;
}

// A column called <script> is harmless, and so is everything else that a file may say.
TEST(ReportPage, TextOfDataIsEscaped) {
  const std::string evil = "<script>alert(1)</script>\"'&";
  FitReport report = sample_report();
  ASSERT_TRUE(report.fit.fit.table.set(evil, std::vector<double>(report.runs, 1.0)));
  report.fit.fit.notes = {evil};
  report.fit.command = evil;
  report.fit.data.source = evil;
  report.fit.data.mapping.columns = evil;
  report.plan->plan.notes = {evil};
  report.figures[0].heading = evil;
  const std::string page = report_page(std::span(&report, 1));
  EXPECT_EQ(page.find("<script>alert"), std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;alert(1)"), std::string::npos);
}

TEST(ReportPage, AsksForNothingFromElsewhere) {
  const FitReport report = sample_report();
  const std::string page = report_page(std::span(&report, 1));
  static const std::regex outside("(src|href)=\"(?!#|data:)");
  std::string text = page;
  EXPECT_FALSE(std::regex_search(text, outside));
  EXPECT_EQ(page.find("@import"), std::string::npos);
  EXPECT_EQ(page.find("fetch("), std::string::npos);
}

// Ids that are there twice would make links and labels go astray.
TEST(ReportPage, IdsAreThereOnceAlsoForTwoFits) {
  const FitReport reports[] = {sample_report(), sample_report()};
  const ComparisonSummary comparisons[] = {summary_of(test::sample_comparison()),
                                           summary_of(test::sample_comparison())};
  const std::string page = report_page(reports, comparisons);
  static const std::regex id(" id=\"([^\"]*)\"");
  std::set<std::string> seen;
  for (auto at = std::sregex_iterator(page.begin(), page.end(), id); at != std::sregex_iterator();
       ++at)
    EXPECT_TRUE(seen.insert((*at)[1]).second) << (*at)[1];
  EXPECT_GT(seen.size(), 10u);
  static const std::regex link(" href=\"#([^\"]*)\"");
  for (auto at = std::sregex_iterator(page.begin(), page.end(), link); at != std::sregex_iterator();
       ++at)
    EXPECT_TRUE(seen.contains((*at)[1])) << (*at)[1];
}

// The comparison of the same data is in the answer, the checklist and an article of its own.
TEST(ReportPage, ShowsComparisons) {
  const FitReport report = sample_report();
  ComparisonSummary comparison = summary_of(test::sample_comparison());
  comparison.notes = {"<script>alert(1)</script>"};
  comparison.laws[1].name = "<b>bold</b>";
  const std::string page = report_page(std::span(&report, 1), std::span(&comparison, 1));
  EXPECT_NE(page.find("Against other laws"), std::string::npos);
  EXPECT_NE(page.find("3 of 12 rows (top:20%:N)"), std::string::npos);
  EXPECT_NE(page.find("id=\"c0-figure-errors\""), std::string::npos);
  EXPECT_EQ(page.find("<script>alert"), std::string::npos);
  EXPECT_EQ(page.find("<b>bold"), std::string::npos);

  comparison.sha256 = "of other data";
  const std::string other = report_page(std::span(&report, 1), std::span(&comparison, 1));
  EXPECT_EQ(other.find("Against other laws"), std::string::npos);
  EXPECT_EQ(other.find("3 of 12 rows (top:20%:N)"), std::string::npos);
}

TEST(ReportPage, SaysThatRunsAreThinned) {
  FitReport report = sample_report();
  report.every = 50;
  report.runs = 1000;
  const std::string page = report_page(std::span(&report, 1));
  EXPECT_NE(page.find("One run in 50 is shown"), std::string::npos);
  EXPECT_NE(page.find("predicts 1000 runs"), std::string::npos);
}

// What the program cannot know it must not make up.
TEST(Checklist, LeavesTheTrainingOfTheRunsToTheAuthors) {
  for (const ChecklistItem& item : checklist(sample_report())) {
    if (item.part == "training") {
      EXPECT_EQ(item.answer, "") << item.asks;
    }
    EXPECT_FALSE(item.asks.empty());
  }
}

}  // namespace
}  // namespace isoflop
