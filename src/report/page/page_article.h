// The articles of an HTML page, and the parts that they share: headings, lists, tables, figures.
// All text is escaped here.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "isoflop/comparison_file.h"
#include "workflow/fit_report.h"

namespace isoflop {

// A cell that sorts by its number; what is not finite sorts last.
std::string number_cell(double value, const std::string& text,
                        std::string_view attributes = " class=\"number\"");
// Escaped text with its line ends.
std::string escape_lines(const std::string& text);

// An article in the making; `id` starts all ids of it.
class PageArticle {
 public:
  explicit PageArticle(std::string id) : id_(std::move(id)) {}

  [[nodiscard]] const std::string& id() const { return id_; }
  // HTML as it is.
  void add(std::string_view html) { out_.append(html).push_back('\n'); }
  void heading(const std::string& name, const std::string& text);
  void end_section() { add("</section>"); }
  void list(const std::vector<std::string>& items, const std::string& classes);
  // A table whose rows are added in between; `head` is the cells of its header, "" for none.
  void begin_table(const std::string& name, const std::string& caption, const std::string& head,
                   const std::string& classes = "");
  void end_table(const std::string& name);
  // With a section of its own; `number` tells it from others of the article.
  void figure(const ReportFigure& figure, std::size_t number);
  std::string take() { return std::move(out_); }

 private:
  std::string id_;
  std::string out_;
};

// The article on one fit. `id` starts all ids of it. The comparisons are those of the page, whose
// articles have the ids "c0", "c1", ...: those of the same data answer here, too, and in the
// checklist.
std::string fit_article(const FitReport& report, std::span<const ComparisonSummary> comparisons,
                        std::string id);

// The article on a comparison of laws: the answer first, then the chart, the measures and what was
// not compared. `id` starts all ids.
std::string comparison_article(const ComparisonSummary& comparison, std::string id);

}  // namespace isoflop
