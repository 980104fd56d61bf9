#include <fmt/format.h>

#include <cmath>
#include <utility>
#include <vector>

#include "base/listed.h"
#include "base/number_text.h"
#include "isoflop/output.h"
#include "law/law_text.h"
#include "report/chart/svg.h"
#include "report/console/console.h"
#include "report/page/page_article.h"
#include "store/document.h"
#include "workflow/checklist.h"
#include "workflow/figure_parts.h"

namespace isoflop {

namespace {

struct IntervalColumn {
  std::string name;
  std::vector<Range> intervals;  // one a coefficient
};

// By each way that the fit has them.
std::vector<IntervalColumn> interval_columns(const FitRecord& record) {
  std::vector<IntervalColumn> columns;
  const auto add = [&](double level, const char* name, const auto& of, auto part) {
    IntervalColumn column{fmt::format("{} % {}", format_number(100 * level), name), {}};
    for (const auto& each : of) column.intervals.push_back(each.*part);
    if (!column.intervals.empty()) columns.push_back(std::move(column));
  };
  if (const auto& own = record.confidence) {
    add(own->level, "sandwich", own->sandwich, &NormalInterval::interval);
    add(own->level, "profile", own->profile, &ProfileInterval::interval);
  }
  if (const auto& bootstrap = record.bootstrap) {
    add(bootstrap->level, "BCa", bootstrap->uncertainties, &Uncertainty::bca);
    add(bootstrap->level, "percentile", bootstrap->uncertainties, &Uncertainty::percentile);
  }
  return columns;
}

// Of the draws, or of the sandwich; empty without both.
std::vector<double> standard_errors(const FitRecord& record) {
  std::vector<double> errors;
  if (record.bootstrap)
    for (const Uncertainty& each : record.bootstrap->uncertainties)
      errors.push_back(each.standard_error);
  else if (record.confidence)
    for (const NormalInterval& each : record.confidence->sandwich)
      errors.push_back(each.standard_error);
  return errors;
}

class ArticleWriter {
 public:
  ArticleWriter(const FitReport& report, std::span<const ComparisonSummary> comparisons,
                std::string id)
      : report_(report), comparisons_(comparisons), fit_(report.fit.fit), page_(std::move(id)) {}

  std::string run() {
    page_.add(fmt::format("<article data-study id=\"{}\">", page_.id()));
    write_answer();
    write_planner();
    write_figures();
    write_coefficients();
    write_runs();
    write_recipe();
    write_checklist();
    page_.add("</article>");
    return page_.take();
  }

 private:
  // ---- the answer

  void write_answer() {
    page_.add(fmt::format("<h1>{} predicts {} runs to {}</h1>", escape_xml(fit_.law.key()),
                          report_.runs,
                          escape_xml(residual_text(fit_.law, report_.residuals, report_.rms))));
    page_.add(fmt::format("<p><code>{} = {}</code></p>",
                          escape_xml(formula_lines(fit_.law).front().name),
                          escape_xml(fit_.law.formula())));
    page_.add(fmt::format("<p>The fit {}.</p>", escape_xml(fit_.message)));
    if (report_.plan() != nullptr)
      page_.add("<pre tabindex=\"0\">" + escape_lines(plan_page(*report_.plan())) + "</pre>");
    write_comparisons();
    std::vector<std::string> worries;
    for (const ReportFinding& finding : report_.findings) worries.push_back(finding.text);
    if (worries.empty()) return;
    page_.heading("worries", "What to worry about");
    page_.list(worries, "worry");
    page_.end_section();
  }

  // What other laws do on the same data.
  void write_comparisons() {
    for (std::size_t i = 0; i < comparisons_.size(); ++i)
      if (comparisons_[i].sha256 == report_.fit.data.sha256)
        page_.add(fmt::format("<p><a href=\"#c{}-compare\">Against other laws</a>: {}</p>", i,
                              escape_xml(comparisons_[i].answer)));
  }

  // ---- sliders

  void write_planner() {
    if (!report_.planner) return;
    const ReportPlanner& planner = *report_.planner;
    const std::string planner_id = page_.id() + "-planner";
    page_.add("<div class=\"script\">");
    page_.heading("plan", "Plan for another budget");
    page_.add(fmt::format("<div class=\"planner\" id=\"{}\"><div>", planner_id));
    page_.add(fmt::format(
        "<p><label>Budget <output data-field=\"flops\"></output> FLOPs"
        "<input type=\"range\" data-field=\"budget\" min=\"{}\" max=\"{}\" step=\"0.01\" "
        "value=\"{}\"></label></p>",
        format_number(std::log10(planner.flops.low), 6),
        format_number(std::log10(planner.flops.high), 6), format_exact(std::log10(planner.start))));
    if (planner.sparsity)
      page_.add(fmt::format(
          "<p><label>Sparsity S = <output data-field=\"share\"></output>"
          "<input type=\"range\" data-field=\"sparsity\" min=\"0\" max=\"6\" step=\"0.01\" "
          "value=\"{}\"></label></p>",
          format_exact(-std::log1p(-planner.start_sparsity))));
    page_.add("<dl aria-live=\"polite\">");
    for (const auto& [field, words] :
         {std::pair<std::string, std::string>("N", "active parameters N"),
          {"P", "total parameters P"},
          {"D", "training tokens D"},
          {"ratio", "tokens a parameter"},
          {"loss", "predicted " + axis_of_output(fit_.law).title}})
      page_.add(fmt::format("<dt>{}</dt><dd data-field=\"{}\"></dd>", words, field));
    page_.add(
        "</dl></div><div><svg data-field=\"profile\" viewBox=\"0 0 520 260\" role=\"img\" "
        "aria-label=\"Loss along active parameters on this budget, with its optimum\"></svg>"
        "</div></div>");
    page_.add(
        fmt::format("<script>{{{}\nconst run=()=>startPlanner('{}',planner);"
                    "document.addEventListener('DOMContentLoaded',run);}}</script>",
                    planner.script, planner_id));
    page_.end_section();
    page_.add("</div>");
  }

  // ---- pictures

  void write_figures() {
    for (std::size_t i = 0; i < report_.figures.size(); ++i) page_.figure(report_.figures[i], i);
    page_.add("<p class=\"run-said\" role=\"status\"></p>");
  }

  // ---- tables

  void write_coefficients() {
    page_.heading("coefficients", "Coefficients");
    const std::vector<double> errors = standard_errors(report_.fit);
    const std::vector<IntervalColumn> columns = interval_columns(report_.fit);
    std::string head = "<th>name</th><th class=\"number\">value</th>";
    if (!errors.empty()) head += "<th class=\"number\">standard error</th>";
    for (const IntervalColumn& column : columns) head += "<th>" + column.name + "</th>";
    page_.begin_table("coefficient-table", "Coefficients of the fit",
                      head + "<th>range</th><th>meaning</th>");
    for (std::size_t i = 0; i < fit_.law.coefficients().size(); ++i) {
      const Coefficient& each = fit_.law.coefficients()[i];
      std::string row =
          fmt::format("<tr><th scope=\"row\">{}</th>{}", escape_xml(each.name),
                      number_cell(fit_.law.values()[i], format_number(fit_.law.values()[i], 5)));
      if (!errors.empty()) row += number_cell(errors[i], error_text(errors[i]));
      for (const IntervalColumn& column : columns)
        row += "<td>" + interval_text(column.intervals[i]) + "</td>";
      page_.add(row + fmt::format("<td>{}</td><td class=\"wrap\">{}</td></tr>",
                                  range_text(range_in(fit_.recipe, each)),
                                  escape_xml(each.meaning)));
    }
    page_.end_table("coefficient-table");
    page_.end_section();
  }

  void write_runs() {
    page_.heading("runs", "Runs");
    const std::size_t rows = fit_.table.rows();
    if (report_.every > 1)
      page_.add(fmt::format("<p>One run in {} is shown, here and in the charts: {} of {}.</p>",
                            report_.every, rows, report_.runs));
    const std::string table = page_.id() + "-run-table";
    page_.add(fmt::format(
        "<p class=\"script\"><label>Filter <input type=\"search\" id=\"{0}-search\" "
        "placeholder=\"S=0.9 N=1b\"></label> <span id=\"{0}-count\" role=\"status\"></span></p>",
        table));
    std::vector<std::string> names = {"run"};
    for (const std::string& name : fit_.table.names())
      names.push_back(name == "loss" ? output_of(fit_.law).name : name);
    names.insert(names.end(),
                 {"predicted", report_.residuals.logarithmic ? "residual, %" : "residual"});
    const auto head = [](const std::string& name) {
      return fmt::format("<th class=\"number\"><button>{}</button></th>", escape_xml(name));
    };
    page_.begin_table("run-table", "The runs of the fit, with what the law predicts for them",
                      joined(names, "", head), "runs");
    for (std::size_t row = 0; row < rows; ++row) page_.add(run_row(row));
    page_.end_table("run-table");
    page_.end_section();
  }

  std::string run_row(std::size_t row) {
    const std::size_t number = row * report_.every + 1;
    std::string text =
        fmt::format("<tr data-run=\"{0}\" tabindex=\"0\">{1}", row + 1,
                    number_cell(static_cast<double>(number), std::to_string(number), ""));
    for (const std::string& name : fit_.table.names()) {
      const double value = fit_.table.column(name)[row];
      text += number_cell(
          value, name == "loss" ? format_number(value, kLossDigits) : input_text(value), "");
    }
    text += number_cell(report_.residuals.predicted[row],
                        format_number(report_.residuals.predicted[row], kLossDigits), "");
    const Residuals& all = report_.residuals;
    const double residual = (all.logarithmic ? 100 : 1) * all.each[row];
    return text + number_cell(residual, format_number(residual, 3), "") + "</tr>";
  }

  // ---- how it was made

  void write_recipe() {
    const FitRecord& record = report_.fit;
    page_.heading("recipe", "How to repeat it");
    page_.begin_table("recipe-table", "All that the fit depends on", "");
    const auto row = [this](const std::string& name, const std::string& value) {
      if (!value.empty())
        page_.add(fmt::format("<tr><th scope=\"row\">{}</th><td class=\"wrap\">{}</td></tr>", name,
                              escape_xml(value)));
    };
    row("command", record.command);
    row("isoflop", record.version);
    row("data", file_name(record.data.source));
    row("SHA-256", record.data.sha256);
    row("columns", record.data.mapping.columns);
    row("filter", record.data.mapping.where);
    row("minimised", fmt::format("sum of {} over {} residuals", to_text(fit_.recipe.loss),
                                 to_text(fit_.recipe.residual)));
    row("objective", format_number(fit_.objective.sum, 7));
    row("seed", std::to_string(fit_.recipe.seed));
    page_.end_table("recipe-table");
    page_.add("<details><summary>The law's file</summary><pre tabindex=\"0\">" +
              escape_lines(fit_.law.toml()) + "</pre></details>");
    page_.end_section();
  }

  void write_checklist() {
    page_.heading("checklist", "What a scaling-law fit should report");
    page_.add(
        "<p>After the checklist of <cite>(Mis)Fitting</cite> (arXiv:2502.18969). What the program "
        "cannot know is for the authors to add.</p>");
    page_.begin_table("checklist-table", "What should be reported, and what this fit reports",
                      "<th>part</th><th>what</th><th>here</th>");
    for (const ChecklistItem& item : checklist(report_, comparisons_))
      page_.add(
          fmt::format("<tr><td>{}</td><td class=\"wrap\">{}</td><td class=\"wrap{}\">{}</td></tr>",
                      item.part, escape_xml(item.asks), item.answer.empty() ? " missing" : "",
                      item.answer.empty() ? "for the authors to say" : escape_xml(item.answer)));
    page_.end_table("checklist-table");
    page_.end_section();
  }

  const FitReport& report_;
  std::span<const ComparisonSummary> comparisons_;
  const Fit& fit_;
  PageArticle page_;
};

}  // namespace

std::string fit_article(const FitReport& report, std::span<const ComparisonSummary> comparisons,
                        std::string id) {
  return ArticleWriter(report, comparisons, std::move(id)).run();
}

}  // namespace isoflop
