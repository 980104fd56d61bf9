#include "report/page/static_body.h"

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/number_text.h"
#include "base/version.h"
#include "isoflop/output.h"
#include "law/law_text.h"
#include "report/chart/figure_style.h"
#include "report/console/console.h"
#include "report/page/html.h"
#include "store/document.h"
#include "workflow/checklist.h"
#include "workflow/citation.h"
#include "workflow/decision.h"
#include "workflow/figure_parts.h"

namespace isoflop {

namespace {

constexpr const char* kStyle =
    "#static{max-width:62rem;margin:0 auto;padding:0 1rem;font:1rem/1.5 Helvetica,Arial,"
    "'Liberation Sans',sans-serif}#static figure{margin:1rem 0}#static svg{width:100%;height:auto}"
    "#static pre{overflow-x:auto;font-size:.85rem}#static table{border-collapse:collapse;"
    "font-size:.85rem;display:block;overflow-x:auto}#static th,#static td{padding:.2rem .6rem;"
    "border-bottom:1px solid #8884;text-align:left;vertical-align:top}"
    "@media print{#static table{overflow:visible}#static figure{break-inside:avoid}}";

struct IntervalColumn {
  std::string name;
  std::vector<Range> intervals;  // one a coefficient
};

// By each way that the fit has them.
std::vector<IntervalColumn> interval_columns(const FitRecord& record) {
  std::vector<IntervalColumn> columns;
  const auto add = [&](double level, const char* name, const auto& of, auto part) {
    IntervalColumn column{fmt::format("{} {}", format_percent(level), name), {}};
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

std::vector<std::string> texts_of(const FitReport& report, bool doubt) {
  std::vector<std::string> texts;
  for (const ReportFinding& finding : report.findings)
    if (finding.doubt == doubt) texts.push_back(finding.text);
  return texts;
}

class BodyWriter {
 public:
  explicit BodyWriter(const Report& report) : report_(report) {
    for (const ComparisonReport& each : report.comparisons) comparisons_.push_back(each.summary);
  }

  std::string run() {
    html_.add(fmt::format("<style>{}{}</style>", kStyle,
                          figure_style_sheet(FigureStyle::Theme::kViewer)));
    const ReportHeading& heading = report_.heading;
    html_.element("h1", heading.title.empty() ? "A report on scaling laws" : heading.title);
    html_.element("p", heading.author.empty() || heading.date.empty()
                           ? heading.author + heading.date
                           : heading.author + ", " + heading.date);
    html_.element("p", decision_text(report_));
    html_.lines(heading.notes);
    if (report_.averaged) {
      html_.element("h2", "The laws together");
      html_.lines(averaged_page(*report_.averaged));
    }
    for (const FitReport& fit : report_.fits) write_fit(fit);
    for (const ComparisonReport& comparison : report_.comparisons) write_comparison(comparison);
    html_.element("p", fmt::format("Made by isoflop {}.", version()));
    return html_.take();
  }

 private:
  // ---- a fit

  void write_fit(const FitReport& report) {
    const Fit& fit = report.fit.fit;
    html_.add("<article>");
    html_.element("h2", fmt::format("{} predicts {} runs to {}", fit.law.key(), report.runs,
                                    residual_text(fit.law, report.residuals, report.rms)));
    if (report_.fits.size() > 1) html_.element("p", decision_text(report.plans));
    if (report.plans.plans.size() > 1)
      html_.lines(frontier_page(report.plans));
    else if (report.plan() != nullptr)
      html_.lines(plan_page(*report.plan()));
    write_comparison_answers(report);
    html_.list("Why to doubt it", texts_of(report, true));
    html_.list("Notes", texts_of(report, false));
    for (const ReportFigure& each : report.figures) write_figure(each);
    write_coefficients(report.fit);
    write_runs(report);
    write_recipe(report.fit);
    write_checklist(report);
    html_.element("h3", "Citation");
    html_.lines(bibtex(fit.law));
    html_.add("</article>");
  }

  void write_figure(const ReportFigure& figure) {
    html_.figure(figure, fmt::format("f{}", figures_++));
  }

  // What other laws do on the same data.
  void write_comparison_answers(const FitReport& report) {
    for (const ComparisonSummary& each : comparisons_)
      if (each.sha256 == report.fit.data.sha256)
        html_.element("p", "Against other laws: " + each.answer);
  }

  void write_coefficients(const FitRecord& record) {
    const Fit& fit = record.fit;
    html_.element("h3", "Coefficients");
    html_.lines(formula_lines(fit.law).front().name + " = " + fit.law.formula());
    const std::vector<double> errors = standard_errors(record);
    const std::vector<IntervalColumn> columns = interval_columns(record);
    std::vector<std::string> head = {"name", "value"};
    if (!errors.empty()) head.emplace_back("standard error");
    for (const IntervalColumn& column : columns) head.push_back(column.name);
    head.insert(head.end(), {"range", "meaning"});
    html_.begin_table("Coefficients of the fit", head);
    for (std::size_t i = 0; i < fit.law.coefficients().size(); ++i) {
      const Coefficient& each = fit.law.coefficients()[i];
      std::vector<std::string> row = {each.name, format_number(fit.law.values()[i], 5)};
      if (!errors.empty()) row.push_back(error_text(errors[i]));
      for (const IntervalColumn& column : columns)
        row.push_back(interval_text(column.intervals[i]));
      row.insert(row.end(), {range_text(range_in(fit.recipe, each)), each.meaning});
      html_.row(row);
    }
    html_.end_table();
  }

  void write_runs(const FitReport& report) {
    const Fit& fit = report.fit.fit;
    const Residuals& all = report.residuals;
    html_.element("h3", "Runs");
    if (report.every > 1)
      html_.element("p", fmt::format("One run in {} is shown, here and in the charts: {} of {}.",
                                     report.every, fit.table.rows(), report.runs));
    std::vector<std::string> head = {"run"};
    for (const std::string& name : fit.table.names())
      head.push_back(name == "loss" ? output_of(fit.law).name : name);
    head.insert(head.end(), {"predicted", all.logarithmic ? "residual, %" : "residual"});
    html_.begin_table("The runs of the fit, with what the law predicts for them", head);
    for (std::size_t row = 0; row < fit.table.rows(); ++row) {
      std::vector<std::string> cells = {fit.table.row_label(row)};
      for (const std::string& name : fit.table.names()) {
        const double value = fit.table.column(name)[row];
        cells.push_back(name == "loss" ? format_number(value, kLossDigits) : input_text(value));
      }
      cells.push_back(format_number(all.predicted[row], kLossDigits));
      cells.push_back(format_number((all.logarithmic ? 100 : 1) * all.each[row], 3));
      html_.row(cells);
    }
    html_.end_table();
  }

  // ---- how it was made

  void write_recipe(const FitRecord& record) {
    const Fit& fit = record.fit;
    html_.element("h3", "How to repeat it");
    html_.begin_table("All that the fit depends on", {});
    for (const auto& [name, value] :
         {std::pair<std::string, std::string>("command", record.command),
          {"isoflop", record.version},
          {"data", file_name(record.data.source)},
          {"SHA-256", record.data.sha256},
          {"columns", record.data.mapping.columns},
          {"filter", record.data.mapping.where},
          {"minimised", fmt::format("sum of {} over {} residuals", to_text(fit.recipe.loss),
                                    to_text(fit.recipe.residual))},
          {"objective", format_number(fit.objective.sum, 7)},
          {"outcome", fit.message},
          {"seed", std::to_string(fit.recipe.seed)}})
      if (!value.empty()) html_.row({name, value});
    html_.end_table();
    html_.element("p", "The law's file:");
    html_.lines(fit.law.toml());
  }

  void write_checklist(const FitReport& report) {
    html_.element("h3", "What a scaling-law fit should report");
    html_.element("p",
                  "After the checklist of (Mis)Fitting (arXiv:2502.18969). What the program cannot "
                  "know is for the authors to add.");
    html_.begin_table("What should be reported, and what this fit reports",
                      {"part", "what", "here"});
    for (const ChecklistItem& item : checklist(report, comparisons_))
      html_.row(
          {item.part, item.asks, item.answer.empty() ? "for the authors to say" : item.answer});
    html_.end_table();
  }

  // ---- a comparison

  void write_comparison(const ComparisonReport& report) {
    const ComparisonSummary& all = report.summary;
    html_.add("<article>");
    html_.element("h2", "Which law to believe");
    html_.element("p", all.answer);
    html_.element("p", fmt::format("{} of {} rows of {} were held out, in {} fold{}: {}.",
                                   all.held_out_rows, all.rows, file_name(source_text(all.source)),
                                   all.folds, all.folds == 1 ? "" : "s", all.holdout));
    std::vector<std::string> notes = all.notes;
    if (all.stopped) notes.emplace_back("the comparison was stopped before it was done");
    for (const UnusableLaw& law : all.unusable)
      notes.push_back(fmt::format("{} was not compared: {}", law.name, law.reason));
    html_.list("Notes", notes);
    write_figure(report.figure);
    write_measures(all);
    html_.add("</article>");
  }

  void write_measures(const ComparisonSummary& all) {
    html_.begin_table("The compared laws, best first",
                      {"law", "held-out RMSE", format_percent(all.level) + " interval", "relative",
                       "first beats it", "fitted RMSE", "relative", "R2", "objective", "AICc",
                       "BIC", "free", "status"});
    for (const LawSummary& law : all.laws)
      html_.row({law.name, format_or_none(law.held_out.rmse), interval_text(law.held_out_interval),
                 percent(law.held_out.relative), law.beaten ? percent(*law.beaten) : "first",
                 format_or_none(law.training.rmse), percent(law.training.relative),
                 format_or_none(law.training.r2), format_or_none(law.objective),
                 format_or_none(law.aicc), format_or_none(law.bic), std::to_string(law.free),
                 law.status});
    html_.end_table();
  }

  const Report& report_;
  std::vector<ComparisonSummary> comparisons_;
  std::size_t figures_ = 0;
  Html html_;
};

}  // namespace

std::string static_body(const Report& report) { return BodyWriter(report).run(); }

}  // namespace isoflop
