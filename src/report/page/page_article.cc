#include "report/page/page_article.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/number_text.h"
#include "report/chart/figure_svg.h"
#include "report/chart/svg.h"

namespace isoflop {

std::string number_cell(double value, const std::string& text, std::string_view attributes) {
  return fmt::format("<td{} data-value=\"{}\">{}</td>", attributes,
                     std::isfinite(value) ? format_exact(value) : "", escape_xml(text));
}

std::string escape_lines(const std::string& text) {
  std::string escaped;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    escaped += escape_xml(std::string_view(text).substr(begin, end - begin)) + "\n";
    begin = end + 1;
  }
  return escaped;
}

void PageArticle::heading(const std::string& name, const std::string& text) {
  add(fmt::format("<section aria-labelledby=\"{0}-{1}\"><h2 id=\"{0}-{1}\">{2}</h2>", id_, name,
                  escape_xml(text)));
}

void PageArticle::list(const std::vector<std::string>& items, const std::string& classes) {
  if (items.empty()) return;
  add(fmt::format("<ul class=\"{}\">", classes));
  for (const std::string& item : items) add("<li>" + escape_xml(item) + "</li>");
  add("</ul>");
}

void PageArticle::begin_table(const std::string& name, const std::string& caption,
                              const std::string& head, const std::string& classes) {
  add(
      fmt::format("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{1}\">"
                  "<table id=\"{0}\" class=\"{2}\"><caption>{1}</caption>",
                  id_ + "-" + name, escape_xml(caption), classes));
  add(head.empty() ? "<tbody>" : "<thead><tr>" + head + "</tr></thead><tbody>");
}

void PageArticle::end_table(const std::string& name) {
  add("</tbody>");
  add(fmt::format("</table></div><button class=\"script\" data-csv=\"{}-{}\">Save as CSV</button>",
                  id_, name));
}

void PageArticle::figure(const ReportFigure& figure, std::size_t number) {
  heading(figure.id, figure.heading);
  const std::string figure_id = fmt::format("{}-figure-{}", id_, figure.id);
  add(fmt::format("<figure id=\"{}\">", figure_id));
  out_ += figure_svg(figure.figure,
                     {.width = 960, .in_page = true, .id = fmt::format("{}f{}", id_, number)});
  add(
      fmt::format("<figcaption><details><summary>The numbers in words</summary><p>{}</p></details>"
                  "<button class=\"script\" data-svg=\"{}\">Save as SVG</button></figcaption>"
                  "</figure>",
                  escape_xml(figure.figure.numbers), figure_id));
  end_section();
}

}  // namespace isoflop
