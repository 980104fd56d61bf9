#include "report/page/report_page.h"

#include <fmt/format.h>

#include <optional>
#include <span>
#include <vector>

#include "base/listed.h"
#include "base/version.h"
#include "report/chart/figure_style.h"
#include "report/chart/svg.h"
#include "report/console/console.h"
#include "report/page/page_article.h"
#include "report/page/page_script.h"

namespace isoflop {

namespace {

std::string link(const std::string& to, const std::string& text) {
  return fmt::format("<li><a href=\"#{}\">{}</a></li>", to, escape_xml(text));
}

std::string navigation(std::span<const FitReport> reports, std::size_t comparisons) {
  std::string text = "<nav aria-label=\"Parts of this page\"><ul>";
  for (std::size_t i = 0; i < reports.size(); ++i) {
    const std::string id = fmt::format("s{}", i);
    if (reports.size() > 1) text += link(id, reports[i].fit.fit.law.key());
    for (const ReportFigure& each : reports[i].figures)
      text += link(id + "-" + each.id, each.heading);
    for (const auto& [name, words] : {std::pair("coefficients", "Coefficients"),
                                      {"runs", "Runs"},
                                      {"recipe", "Recipe"},
                                      {"checklist", "Checklist"}})
      text += link(fmt::format("{}-{}", id, name), words);
  }
  for (std::size_t i = 0; i < comparisons; ++i)
    text += link(fmt::format("c{}-compare", i), "Comparison");
  return text + "</ul></nav>\n";
}

}  // namespace

std::string report_page(const Report& report) {
  std::vector<ComparisonSummary> comparisons;
  for (const ComparisonReport& each : report.comparisons) comparisons.push_back(each.summary);
  const std::span<const FitReport> reports = report.fits;
  const std::optional<Averaged>& averaged = report.averaged;
  const std::string title =
      joined(reports, ", ", [](const FitReport& each) { return each.fit.fit.law.key(); });
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<title>{}: a report of isoflop</title>\n<link rel=\"icon\" href=\"data:,\">\n"
      "<style>{}</style>\n<style id=\"figure-style\">{}</style>\n</head><body>\n",
      escape_xml(title), page_style(), figure_style_sheet(FigureStyle::Theme::kViewer));
  page += navigation(reports, comparisons.size()) + "<main>\n";
  if (averaged)
    page += fmt::format(
        "<article id=\"averaged\"><h2>The laws together</h2>\n<pre>{}</pre></article>\n",
        escape_xml(averaged_page(*averaged)));
  for (std::size_t i = 0; i < reports.size(); ++i)
    page += fit_article(reports[i], comparisons, fmt::format("s{}", i));
  for (std::size_t i = 0; i < comparisons.size(); ++i)
    page += comparison_article(comparisons[i], fmt::format("c{}", i));
  page += fmt::format(
      "<p class=\"missing\">Made by isoflop {}.</p></main>\n<script>{}</script>\n</body></html>\n",
      version(), page_script());
  return page;
}

}  // namespace isoflop
