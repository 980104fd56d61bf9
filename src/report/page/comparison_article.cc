#include <fmt/format.h>

#include <utility>

#include "base/number_text.h"
#include "report/chart/svg.h"
#include "report/page/page_article.h"
#include "store/document.h"
#include "workflow/charts.h"
#include "workflow/figure_parts.h"

namespace isoflop {

namespace {

std::string cell(double value) { return number_cell(value, format_or_none(value)); }

std::string share_cell(double share) { return number_cell(share, percent(share)); }

std::string law_row(const LawSummary& law) {
  const Range& interval = law.held_out_interval;
  return fmt::format("<tr><th scope=\"row\">{}</th>{}<td>{} to {}</td>{}", escape_xml(law.name),
                     cell(law.held_out.rmse), format_number(interval.low),
                     format_number(interval.high), share_cell(law.held_out.relative)) +
         (law.beaten ? share_cell(*law.beaten) : "<td class=\"number\">first</td>") +
         cell(law.training.rmse) + share_cell(law.training.relative) + cell(law.training.r2) +
         cell(law.objective) + cell(law.aicc) + cell(law.bic) +
         number_cell(static_cast<double>(law.free), std::to_string(law.free)) +
         fmt::format("<td>{}</td></tr>", escape_xml(law.status));
}

void write_table(const ComparisonSummary& comparison, PageArticle& page) {
  page.begin_table("laws", "The compared laws, best first",
                   "<th>law</th><th>held-out RMSE</th><th>" + percent(comparison.level) +
                       " interval</th><th>relative</th><th>first beats it</th><th>fitted RMSE</th>"
                       "<th>relative</th><th>R2</th><th>objective</th><th>AICc</th><th>BIC</th>"
                       "<th>free</th><th>status</th>");
  for (const LawSummary& law : comparison.laws) page.add(law_row(law));
  page.end_table("laws");
}

std::vector<std::string> worries_of(const ComparisonSummary& comparison) {
  std::vector<std::string> worries = comparison.notes;
  if (comparison.stopped) worries.emplace_back("the comparison was stopped before it was done");
  for (const UnusableLaw& law : comparison.unusable)
    worries.push_back(fmt::format("{} was not compared: {}", law.name, law.reason));
  return worries;
}

}  // namespace

std::string comparison_article(const ComparisonSummary& comparison, std::string id) {
  PageArticle page(std::move(id));
  page.add(fmt::format("<article id=\"{}\">", page.id()));
  page.heading("compare", "Which law to believe");
  page.add(fmt::format("<p>{}</p>", escape_xml(comparison.answer)));
  page.add(fmt::format("<p>{} of {} rows of {} were held out, in {} fold{}: <code>{}</code>.</p>",
                       comparison.held_out_rows, comparison.rows,
                       escape_xml(file_name(source_text(comparison.source))), comparison.folds,
                       comparison.folds == 1 ? "" : "s", escape_xml(comparison.holdout)));
  page.list(worries_of(comparison), "worry");
  page.end_section();
  page.figure({"errors", "Held-out errors", comparison_figure(comparison)}, 0);
  page.heading("measures", "Measures of the laws");
  write_table(comparison, page);
  page.end_section();
  page.add("</article>");
  return page.take();
}

}  // namespace isoflop
