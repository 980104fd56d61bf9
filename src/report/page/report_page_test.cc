#include "report/page/report_page.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>
#include <string_view>

#include "base/value.h"
#include "report/json/json.h"
#include "support/sample_report.h"
#include "workflow/checklist.h"

namespace isoflop {
namespace {

std::string page_of(const FitReport& report) {
  return report_page({.heading = {}, .fits = {report}}, "");
}

// As scripts/build-web leaves it.
constexpr std::string_view kPage =
    "<head><title>isoflop</title></head><body><main id=\"static\"></main>\n"
    "<script type=\"application/json\" id=\"report\"></script><script>start()</script></body>";

// A column called <script> is harmless, and so is everything else that a file may say.
TEST(ReportPage, TextOfDataIsEscaped) {
  const std::string evil = "<script>alert(1)</script>\"'&";
  FitReport report = test::sample_fit_report();
  ASSERT_TRUE(report.fit.fit.table.set(evil, std::vector<double>(report.runs, 1.0)));
  report.fit.fit.notes = {evil};
  report.fit.command = evil;
  report.fit.data.source = evil;
  report.fit.data.mapping.columns = evil;
  report.findings = {{"plan", true, evil, {}}};
  report.figures[0].heading = evil;
  const std::string page = page_of(report);
  EXPECT_EQ(page.find("<script>alert"), std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;alert(1)"), std::string::npos);
}

// The document is data to a browser, whatever is in it, and reads back as it was.
TEST(ReportPage, AnInteractivePageHasTheDocumentAndTheStaticBody) {
  const std::string evil = "</script><script>alert(1)</script><main id=\"static\"></main>";
  FitReport fit = test::sample_fit_report();
  fit.fit.command = evil;
  const Report report{.heading = {evil, evil, evil, evil}, .fits = {fit}};
  const std::string page = report_page(report, kPage);
  EXPECT_EQ(page.find("<script>alert"), std::string::npos);
  EXPECT_NE(page.find("<title>&lt;/script&gt;"), std::string::npos);
  EXPECT_NE(page.find("<main id=\"static\"><style>"), std::string::npos);
  const std::string_view before = "id=\"report\">", after = "</script><script>start()";
  const std::size_t first = page.find(before) + before.size(), last = page.find(after);
  ASSERT_LT(first, last);
  const Result<Value> document = read_json(page.substr(first, last - first), "page");
  ASSERT_TRUE(document) << document.error().text();
  EXPECT_EQ(document->find("title")->string(), evil);
  EXPECT_EQ(write_json(*document, -1) + "\n", report_json(report));
}

TEST(ReportPage, AsksForNothingFromElsewhere) {
  const FitReport report = test::sample_fit_report();
  const std::string page = page_of(report);
  static const std::regex outside("(src|href)=\"(?!#|data:)");
  std::string text = page;
  EXPECT_FALSE(std::regex_search(text, outside));
  EXPECT_EQ(page.find("@import"), std::string::npos);
  EXPECT_EQ(page.find("fetch("), std::string::npos);
}

// Ids that are there twice would make links and labels go astray.
TEST(ReportPage, IdsAreThereOnceAlsoForTwoFits) {
  const ComparisonReport comparison = test::report_of(summary_of(test::sample_comparison()));
  const std::string page =
      report_page({.heading = {},
                   .fits = {test::sample_fit_report(), test::sample_fit_report()},
                   .comparisons = {comparison, comparison}},
                  "");
  static const std::regex id(" id=\"([^\"]*)\"");
  std::set<std::string> seen;
  for (auto at = std::sregex_iterator(page.begin(), page.end(), id); at != std::sregex_iterator();
       ++at)
    EXPECT_TRUE(seen.insert((*at)[1]).second) << (*at)[1];
  EXPECT_GT(seen.size(), 4u);
  static const std::regex link(" href=\"#([^\"]*)\"");
  for (auto at = std::sregex_iterator(page.begin(), page.end(), link); at != std::sregex_iterator();
       ++at)
    EXPECT_TRUE(seen.contains((*at)[1])) << (*at)[1];
}

// The comparison of the same data is in the answer, the checklist and an article of its own.
TEST(ReportPage, ShowsComparisons) {
  const FitReport report = test::sample_fit_report();
  ComparisonSummary comparison = summary_of(test::sample_comparison());
  comparison.notes = {"<script>alert(1)</script>"};
  comparison.laws[1].name = "<b>bold</b>";
  const std::string page = report_page(
      {.heading = {}, .fits = {report}, .comparisons = {test::report_of(comparison)}}, "");
  EXPECT_NE(page.find("Against other laws"), std::string::npos);
  EXPECT_NE(page.find("3 of 12 rows (top:20%:N)"), std::string::npos);
  EXPECT_NE(page.find("Held-out errors"), std::string::npos);
  EXPECT_EQ(page.find("<script>alert"), std::string::npos);
  EXPECT_EQ(page.find("<b>bold"), std::string::npos);

  comparison.sha256 = "of other data";
  const std::string other = report_page(
      {.heading = {}, .fits = {report}, .comparisons = {test::report_of(comparison)}}, "");
  EXPECT_EQ(other.find("Against other laws"), std::string::npos);
  EXPECT_EQ(other.find("3 of 12 rows (top:20%:N)"), std::string::npos);
}

TEST(ReportPage, SaysThatRunsAreThinned) {
  FitReport report = test::sample_fit_report();
  report.every = 50;
  report.runs = 1000;
  const std::string page = page_of(report);
  EXPECT_NE(page.find("One run in 50 is shown"), std::string::npos);
  EXPECT_NE(page.find("predicts 1000 runs"), std::string::npos);
}

// What the program cannot know it must not make up.
TEST(Checklist, LeavesTheTrainingOfTheRunsToTheAuthors) {
  for (const ChecklistItem& item : checklist(test::sample_fit_report())) {
    if (item.part == "training") {
      EXPECT_EQ(item.answer, "") << item.asks;
    }
    EXPECT_FALSE(item.asks.empty());
  }
}

}  // namespace
}  // namespace isoflop
