#include "report/page/html.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/chart/figure_svg.h"
#include "report/chart/svg.h"

namespace isoflop {

std::string escape_lines(const std::string& text) {
  std::string escaped;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    escaped += escape_xml(std::string_view(text).substr(begin, end - begin)) + "\n";
    begin = end + 1;
  }
  return escaped;
}

void Html::element(std::string_view name, std::string_view text) {
  if (!text.empty()) add(fmt::format("<{0}>{1}</{0}>", name, escape_xml(text)));
}

void Html::lines(const std::string& text) {
  if (!text.empty()) add(fmt::format("<pre>{}</pre>", escape_lines(text)));
}

void Html::list(std::string_view heading, const std::vector<std::string>& items) {
  if (items.empty()) return;
  element("h3", heading);
  add("<ul>");
  for (const std::string& item : items) element("li", item);
  add("</ul>");
}

void Html::begin_table(std::string_view caption, const std::vector<std::string>& head) {
  add(fmt::format("<table><caption>{}</caption>", escape_xml(caption)));
  if (!head.empty()) {
    add("<thead><tr>");
    for (const std::string& name : head)
      add(fmt::format("<th scope=\"col\">{}</th>", escape_xml(name)));
    add("</tr></thead>");
  }
  add("<tbody>");
}

void Html::row(const std::vector<std::string>& cells) {
  std::string text = "<tr>";
  for (const std::string& cell : cells) {
    const bool first = &cell == cells.data();
    text +=
        (first ? "<th scope=\"row\">" : "<td>") + escape_xml(cell) + (first ? "</th>" : "</td>");
  }
  add(text + "</tr>");
}

void Html::figure(const ReportFigure& figure, const std::string& id) {
  element("h3", figure.heading);
  add("<figure>");
  out_ += figure_svg(figure.figure, {.width = 960, .in_page = true, .id = id});
  element("figcaption", figure.figure.numbers);
  add("</figure>");
}

}  // namespace isoflop
