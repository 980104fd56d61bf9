#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/listed.h"
#include "base/number_text.h"
#include "data/derive.h"
#include "workflow/charts.h"
#include "workflow/figure_parts.h"

namespace isoflop {

namespace {

// Models that were trained, to set plans beside: sizes and tokens as their reports say.
struct KnownModel {
  std::string_view name;
  double N, D;  // active parameters, training tokens
};
constexpr KnownModel kModels[] = {
    {"GPT-3", 175e9, 300e9},           // Brown et al. 2020, arXiv:2005.14165
    {"Gopher", 280e9, 300e9},          // Rae et al. 2021, arXiv:2112.11446
    {"Chinchilla", 70e9, 1.4e12},      // Hoffmann et al. 2022, arXiv:2203.15556
    {"PaLM", 540e9, 780e9},            // Chowdhery et al. 2022, arXiv:2204.02311
    {"LLaMA 65B", 65.2e9, 1.4e12},     // Touvron et al. 2023, arXiv:2302.13971
    {"Llama 3 405B", 405e9, 15.6e12},  // Grattafiori et al. 2024, arXiv:2407.21783
    {"DeepSeek-V3", 37e9, 14.8e12}};   // DeepSeek-AI 2024, arXiv:2412.19437

// N or D of plans against their budgets.
Panel frontier_panel(const FrontierRecord& record, const std::optional<Table>& runs,
                     const std::string& of, std::size_t series) {
  Panel panel{.title = "", .x = axis_of("C"), .y = axis_of(of), .marks = {}};
  if (runs) {
    const Law& law = record.plans.front().law;
    Mark dots = run_points(*runs, column_of(law, *runs, "C"), column_of(law, *runs, of));
    if (dots.x.size() == dots.y.size() && !dots.x.empty()) panel.marks.push_back(std::move(dots));
  }
  add_plan_line(record.plans, of, series, "", panel);
  set_ranges(panel);
  const Range budgets = panel.x.range;
  Mark models{.kind = Mark::Kind::kOptimum, .x = {}, .y = {}, .colour = Mark::Colour::kQuiet};
  for (const KnownModel& model : kModels) {
    const double C = 6 * model.N * model.D;
    if (!budgets.contains(C)) continue;
    models.x.push_back(C);
    models.y.push_back(of == "N" ? model.N : model.D);
    models.tips.emplace_back(model.name);
  }
  panel.marks.push_back(std::move(models));
  set_ranges(panel);
  panel.x.range = budgets;
  for (const Limit& limit : record.plans.back().plan.question.limits)
    if (limit.on == (of == "N" ? Limit::On::kActive : Limit::On::kTokens))
      add_limit_line(limit.max, false, limit_text(limit), panel);
  return panel;
}

}  // namespace

Figure frontier_figure(const FrontierRecord& record, const std::optional<Table>& runs) {
  const PlanRecord &first = record.plans.front(), &last = record.plans.back();
  const auto interval = last.shown("N");
  const bool sure = interval && std::isfinite(interval->high - interval->low);
  const std::string numbers = joined(record.plans, "; ", [](const PlanRecord& each) {
    return fmt::format("{} FLOPs: N = {}{}, D = {}{}", flops_text(each.plan.run->total_flops),
                       count(each.plan.run->N), interval_text(each, "N", count),
                       count(each.plan.run->D), interval_text(each, "D", count));
  });
  return {
      .title = fmt::format("Compute-optimal N grows as C^{:.2f}, D as C^{:.2f}", record.exponents.N,
                           record.exponents.D),
      .what = fmt::format("Plans of {} from {} to {} FLOPs{}{}; rings: models that were trained",
                          first.law.label(), flops_text(first.plan.run->total_flops),
                          flops_text(last.plan.run->total_flops),
                          sure ? fmt::format("; band: {} % interval ({})",
                                             format_number(100 * last.level), last.sure_by())
                               : "",
                          runs ? "; points: the runs of the fit" : ""),
      .numbers = numbers + ".",
      .panels = {frontier_panel(record, runs, "N", 0), frontier_panel(record, runs, "D", 1)},
      .columns = 2};
}

Result<Figure> frontier_chart(const ChartRequest& request, const Model& model, Executor& executor,
                              Progress& progress) {
  const Result<FrontierRecord> plans =
      drawn_plans(model, with_budgets(request.plan, model, Budgets::kCurve), executor, progress);
  if (!plans) return std::unexpected(plans.error());
  return frontier_figure(*plans, runs_of(model));
}

}  // namespace isoflop
