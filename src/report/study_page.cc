#include "report/study_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/number_text.h"
#include "report/checklist.h"
#include "report/document.h"
#include "report/figure_parts.h"
#include "report/figure_style.h"
#include "report/figure_svg.h"
#include "report/law_text.h"
#include "report/plan_page.h"
#include "report/study_script.h"
#include "report/svg.h"
#include "report/version.h"

namespace isoflop {

namespace {

std::string number_cell(double value, const std::string& text,
                        std::string_view attributes = " class=\"number\"") {
  return fmt::format("<td{} data-value=\"{}\">{}</td>", attributes,
                     std::isfinite(value) ? format_exact(value) : "", escape_xml(text));
}

std::string interval_text(const Range& range) {
  if (!std::isfinite(range.low) || !std::isfinite(range.high)) return "unknown";
  return fmt::format("{} to {}", format_number(range.low), format_number(range.high));
}

// Text with its line ends.
std::string escape_lines(const std::string& text) {
  std::string escaped;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    escaped += escape_xml(std::string_view(text).substr(begin, end - begin)) + "\n";
    begin = end + 1;
  }
  return escaped;
}

// The page of one fit; `id` starts all ids of it.
class StudyWriter {
 public:
  StudyWriter(const StudyRecord& study, std::string id)
      : study_(study), fit_(study.fit.fit), id_(std::move(id)) {}

  std::string run() {
    out_ = fmt::format("<article data-study id=\"{}\">\n", id_);
    write_answer();
    write_planner();
    write_figures();
    write_coefficients();
    write_runs();
    write_recipe();
    write_checklist();
    return out_ + "</article>\n";
  }

 private:
  void add(const std::string& line) { out_ += line + "\n"; }
  void heading(const std::string& name, const std::string& text) {
    add(fmt::format("<section aria-labelledby=\"{0}-{1}\"><h2 id=\"{0}-{1}\">{2}</h2>", id_, name,
                    escape_xml(text)));
  }
  void end_section() { add("</section>"); }
  void list(const std::vector<std::string>& items, const std::string& classes) {
    if (items.empty()) return;
    add(fmt::format("<ul class=\"{}\">", classes));
    for (const std::string& item : items) add("<li>" + escape_xml(item) + "</li>");
    add("</ul>");
  }

  // ---- the answer

  void write_answer() {
    add(fmt::format("<h1>{} predicts {} runs to {}</h1>", escape_xml(fit_.law.key()), study_.runs,
                    escape_xml(percent(study_.rms))));
    add(fmt::format("<p><code>L = {}</code></p>", escape_xml(fit_.law.formula())));
    add(fmt::format("<p>The fit {}.</p>", escape_xml(fit_.message)));
    if (study_.plan) add("<pre tabindex=\"0\">" + escape_lines(plan_page(*study_.plan)) + "</pre>");
    std::vector<std::string> worries = fit_.notes;
    if (study_.plan) {
      for (const std::string& note : study_.plan->plan.warnings) worries.push_back(note);
      for (const std::string& note : study_.plan->plan.notes) worries.push_back(note);
    }
    if (!study_.fit.bootstrap)
      worries.emplace_back("nothing says how sure the coefficients are: fit with --bootstrap 1000");
    if (worries.empty()) return;
    heading("worries", "What to worry about");
    list(worries, "worry");
    end_section();
  }

  // ---- sliders

  void write_planner() {
    if (!study_.planner) return;
    const StudyPlanner& planner = *study_.planner;
    const std::string planner_id = id_ + "-planner";
    out_ += "<div class=\"script\">";
    heading("plan", "Plan for another budget");
    add(fmt::format("<div class=\"planner\" id=\"{}\"><div>", planner_id));
    add(fmt::format(
        "<p><label>Budget <output data-field=\"flops\"></output> FLOPs"
        "<input type=\"range\" data-field=\"budget\" min=\"{}\" max=\"{}\" step=\"0.01\" "
        "value=\"{}\"></label></p>",
        format_number(std::log10(planner.flops.low), 6),
        format_number(std::log10(planner.flops.high), 6), format_exact(std::log10(planner.start))));
    if (planner.sparsity)
      add(fmt::format(
          "<p><label>Sparsity S = <output data-field=\"share\"></output>"
          "<input type=\"range\" data-field=\"sparsity\" min=\"0\" max=\"6\" step=\"0.01\" "
          "value=\"{}\"></label></p>",
          format_exact(-std::log1p(-planner.start_sparsity))));
    add("<dl aria-live=\"polite\">");
    for (const auto& [field, words] : {std::pair("N", "active parameters N"),
                                       {"P", "total parameters P"},
                                       {"D", "training tokens D"},
                                       {"ratio", "tokens a parameter"},
                                       {"loss", "predicted loss"}})
      add(fmt::format("<dt>{}</dt><dd data-field=\"{}\"></dd>", words, field));
    add("</dl></div><div><svg data-field=\"profile\" viewBox=\"0 0 520 260\" role=\"img\" "
        "aria-label=\"Loss along active parameters on this budget, with its optimum\"></svg>"
        "</div></div>");
    add(
        fmt::format("<script>{{{}\nconst run=()=>startPlanner('{}',planner);"
                    "document.addEventListener('DOMContentLoaded',run);}}</script>",
                    planner.script, planner_id));
    end_section();
    out_ += "</div>\n";
  }

  // ---- pictures

  void write_figures() {
    for (const StudyFigure& each : study_.figures) {
      heading(each.id, each.heading);
      const std::string figure_id = fmt::format("{}-figure-{}", id_, each.id);
      const std::string short_id = fmt::format("{}f{}", id_, &each - study_.figures.data());
      add(fmt::format("<figure id=\"{}\">", figure_id));
      out_ += figure_svg(each.figure, {.width = 960, .in_page = true, .id = short_id});
      add(fmt::format(
          "<figcaption><details><summary>The numbers in words</summary><p>{}</p></details>"
          "<button class=\"script\" data-svg=\"{}\">Save as SVG</button></figcaption></figure>",
          escape_xml(each.figure.numbers), figure_id));
      end_section();
    }
    add("<p class=\"run-said\" role=\"status\"></p>");
  }

  // ---- tables

  void begin_table(const std::string& name, const std::string& caption,
                   const std::string& classes = "") {
    add(
        fmt::format("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{1}\">"
                    "<table id=\"{0}\" class=\"{2}\"><caption>{1}</caption>",
                    id_ + "-" + name, escape_xml(caption), classes));
  }
  void end_table(const std::string& name) {
    add(fmt::format(
        "</table></div><button class=\"script\" data-csv=\"{}-{}\">Save as CSV</button>", id_,
        name));
  }

  void write_coefficients() {
    heading("coefficients", "Coefficients");
    begin_table("coefficient-table", "Coefficients of the fit");
    const auto& bootstrap = study_.fit.bootstrap;
    const std::string level = bootstrap ? format_number(100 * bootstrap->level) + " % " : "";
    add("<thead><tr><th>name</th><th class=\"number\">value</th>" +
        (bootstrap ? fmt::format("<th class=\"number\">standard error</th><th>{0}BCa</th><th>{0}"
                                 "percentile</th>",
                                 level)
                   : "") +
        "<th>range</th><th>meaning</th></tr></thead><tbody>");
    for (std::size_t i = 0; i < fit_.law.coefficients().size(); ++i) {
      const Coefficient& each = fit_.law.coefficients()[i];
      std::string row =
          fmt::format("<tr><th scope=\"row\">{}</th>{}", escape_xml(each.name),
                      number_cell(fit_.law.values()[i], format_number(fit_.law.values()[i], 5)));
      if (bootstrap) {
        const Uncertainty& spread = bootstrap->uncertainties[i];
        row += number_cell(spread.standard_error, std::isfinite(spread.standard_error)
                                                      ? format_number(spread.standard_error, 2)
                                                      : "unknown");
        row += fmt::format("<td>{}</td><td>{}</td>", interval_text(spread.bca),
                           interval_text(spread.percentile));
      }
      add(row + fmt::format("<td>{}</td><td class=\"wrap\">{}</td></tr>",
                            range_text(fitted_range(fit_, each)), escape_xml(each.meaning)));
    }
    add("</tbody>");
    end_table("coefficient-table");
    end_section();
  }

  void write_runs() {
    heading("runs", "Runs");
    const std::size_t rows = fit_.table.rows();
    if (study_.every > 1)
      add(fmt::format("<p>One run in {} is shown, here and in the charts: {} of {}.</p>",
                      study_.every, rows, study_.runs));
    const std::string table = id_ + "-run-table";
    add(fmt::format(
        "<p class=\"script\"><label>Filter <input type=\"search\" id=\"{0}-search\" "
        "placeholder=\"S=0.9 N=1b\"></label> <span id=\"{0}-count\" role=\"status\"></span></p>",
        table));
    begin_table("run-table", "The runs of the fit, with what the law predicts for them", "runs");
    std::string head = "<thead><tr>";
    std::vector<std::string> names = {"run"};
    for (const std::string& name : fit_.table.names()) names.push_back(name);
    names.insert(names.end(), {"predicted", "residual, %"});
    for (const std::string& name : names)
      head += fmt::format("<th class=\"number\"><button>{}</button></th>", escape_xml(name));
    add(head + "</tr></thead><tbody>");
    for (std::size_t row = 0; row < rows; ++row) add(run_row(row));
    add("</tbody>");
    end_table("run-table");
    end_section();
  }

  std::string run_row(std::size_t row) {
    const std::size_t number = row * study_.every + 1;
    std::string text =
        fmt::format("<tr data-run=\"{0}\" tabindex=\"0\">{1}", row + 1,
                    number_cell(static_cast<double>(number), std::to_string(number), ""));
    for (const std::string& name : fit_.table.names()) {
      const double value = fit_.table.column(name)[row];
      text += number_cell(
          value, name == "loss" ? format_number(value, kLossDigits) : input_text(value), "");
    }
    text += number_cell(study_.residuals.predicted[row],
                        format_number(study_.residuals.predicted[row], kLossDigits), "");
    const double share = 100 * study_.residuals.log_ratio[row];
    return text + number_cell(share, format_number(share, 3), "") + "</tr>";
  }

  // ---- how it was made

  void write_recipe() {
    const FitRecord& record = study_.fit;
    heading("recipe", "How to repeat it");
    begin_table("recipe-table", "All that the fit depends on");
    const auto row = [this](const std::string& name, const std::string& value) {
      if (!value.empty())
        add(fmt::format("<tr><th scope=\"row\">{}</th><td class=\"wrap\">{}</td></tr>", name,
                        escape_xml(value)));
    };
    add("<tbody>");
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
    add("</tbody>");
    end_table("recipe-table");
    add("<details><summary>The law's file</summary><pre tabindex=\"0\">" +
        escape_lines(fit_.law.toml()) + "</pre></details>");
    end_section();
  }

  void write_checklist() {
    heading("checklist", "What a scaling-law fit should report");
    add("<p>After the checklist of <cite>(Mis)Fitting</cite> (arXiv:2502.18969). What the program "
        "cannot know is for the authors to add.</p>");
    begin_table("checklist-table", "What should be reported, and what this fit reports");
    add("<thead><tr><th>part</th><th>what</th><th>here</th></tr></thead><tbody>");
    for (const ChecklistItem& item : checklist(study_))
      add(fmt::format("<tr><td>{}</td><td class=\"wrap\">{}</td><td class=\"wrap{}\">{}</td></tr>",
                      item.part, escape_xml(item.asks), item.answer.empty() ? " missing" : "",
                      item.answer.empty() ? "for the authors to say" : escape_xml(item.answer)));
    add("</tbody>");
    end_table("checklist-table");
    end_section();
  }

  const StudyRecord& study_;
  const Fit& fit_;
  std::string id_;
  std::string out_;
};

std::string navigation(std::span<const StudyRecord> studies) {
  std::string text = "<nav aria-label=\"Parts of this page\"><ul>";
  for (std::size_t i = 0; i < studies.size(); ++i) {
    const std::string id = fmt::format("s{}", i);
    if (studies.size() > 1)
      text += fmt::format("<li><a href=\"#{}\">{}</a></li>", id,
                          escape_xml(studies[i].fit.fit.law.key()));
    for (const StudyFigure& each : studies[i].figures)
      text +=
          fmt::format("<li><a href=\"#{}-{}\">{}</a></li>", id, each.id, escape_xml(each.heading));
    for (const auto& [name, words] : {std::pair("coefficients", "Coefficients"),
                                      {"runs", "Runs"},
                                      {"recipe", "Recipe"},
                                      {"checklist", "Checklist"}})
      text += fmt::format("<li><a href=\"#{}-{}\">{}</a></li>", id, name, words);
  }
  return text + "</ul></nav>\n";
}

}  // namespace

std::string study_page(std::span<const StudyRecord> studies) {
  std::string title;
  for (const StudyRecord& study : studies)
    title += fmt::format("{}{}", title.empty() ? "" : ", ", study.fit.fit.law.key());
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<title>{}: a report of isoflop</title>\n<link rel=\"icon\" href=\"data:,\">\n"
      "<style>{}</style>\n<style id=\"figure-style\">{}</style>\n</head><body>\n",
      escape_xml(title), study_style(), figure_style_sheet(FigureStyle::Theme::kViewer));
  page += navigation(studies) + "<main>\n";
  for (std::size_t i = 0; i < studies.size(); ++i)
    page += StudyWriter(studies[i], fmt::format("s{}", i)).run();
  page += fmt::format(
      "<p class=\"missing\">Made by isoflop {}.</p></main>\n<script>{}</script>\n</body></html>\n",
      version(), study_script());
  return page;
}

}  // namespace isoflop
