// HTML in the making: sections, lists, tables, figures. All text is escaped here.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "workflow/fit_report.h"

namespace isoflop {

// Escaped text with its line ends.
std::string escape_lines(const std::string& text);

class Html {
 public:
  // HTML as it is.
  void add(std::string_view html) { out_.append(html).push_back('\n'); }
  // An element with a text, such as "p" or "h2"; nothing of an empty one.
  void element(std::string_view name, std::string_view text);
  // Text in the lines that it has.
  void lines(const std::string& text);
  void list(std::string_view heading, const std::vector<std::string>& items);
  // A table whose rows are added in between, cell by cell; the first cell names its row.
  void begin_table(std::string_view caption, const std::vector<std::string>& head);
  void row(const std::vector<std::string>& cells);
  void end_table() { add("</tbody></table>"); }
  // `id` tells its parts from those of other figures of the page.
  void figure(const ReportFigure& figure, const std::string& id);
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

}  // namespace isoflop
