#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/number_text.h"
#include "data/derive.h"
#include "isoflop/output.h"
#include "workflow/charts.h"
#include "workflow/figure_parts.h"

namespace isoflop {

namespace {

// Profiles of several budgets, smallest first, along N or P, with their optima; runs of a fit that
// are near a budget are drawn on top.
struct IsoflopPicture {
  Law law;
  std::vector<IsoflopProfile> profiles;
  std::vector<PlanRecord> optima;  // one a profile
  std::optional<Table> runs{};     // with N, P or S, C and loss
};

// A run belongs to a profile when its FLOPs are within this factor, and its sparsity as near.
constexpr double kSameBudget = 1.25, kSameSparsity = 0.02;

// Runs near a budget and a sparsity, in the colour of the profile.
Mark runs_near(const Law& law, const Table& runs, const PlannedRun& plan, const std::string& axis,
               double place) {
  const std::vector<double> C = column_of(law, runs, "C"), x = column_of(law, runs, axis);
  const std::vector<double> S = column_of(law, runs, "S");
  const std::vector<std::string> tips = tips_of(runs);
  Mark mark{.kind = Mark::Kind::kPoints,
            .x = {},
            .y = {},
            .colour = Mark::Colour::kScale,
            .place = place};
  for (std::size_t row = 0; row < std::min(C.size(), x.size()); ++row) {
    if (std::abs(std::log(C[row] / plan.total_flops)) > std::log(kSameBudget)) continue;
    if (row < S.size() && std::abs(S[row] - plan.S) > kSameSparsity) continue;
    mark.x.push_back(x[row]);
    mark.y.push_back(runs.column("loss")[row]);
    mark.tips.push_back(tips[row]);
    mark.runs.push_back(row + 1);
  }
  return mark;
}

std::string growth_text(const IsoflopPicture& picture, std::string_view axis, Axis along) {
  const auto size = [along](const PlanRecord& record) {
    return count(along == Axis::kTotal ? record.plan.run->P : record.plan.run->N);
  };
  const std::string first = flops_text(picture.profiles.front().flops);
  if (picture.profiles.size() == 1)
    return fmt::format("At {} FLOPs the {} is least at {} = {}", first, output_of(picture.law).name,
                       axis, size(picture.optima.front()));
  return fmt::format("The best {} grows from {} to {} between {} and {} FLOPs", axis,
                     size(picture.optima.front()), size(picture.optima.back()), first,
                     flops_text(picture.profiles.back().flops));
}

Figure isoflop_figure(const IsoflopPicture& picture) {
  const Axis along = picture.profiles.front().axis;
  const std::string axis = to_text(along);
  Panel panel{.title = "", .x = axis_of(axis), .y = axis_of_output(picture.law), .marks = {}};
  const std::size_t budgets = picture.profiles.size();
  std::string numbers;
  std::size_t drawn_runs = 0;
  std::vector<Mark> optima;
  for (std::size_t i = 0; i < budgets; ++i) {
    const IsoflopProfile& points = picture.profiles[i];
    const std::vector<double>& x = along == Axis::kTotal ? points.P : points.N;
    const double place = place_of(i, budgets);
    panel.marks.push_back(budget_line(points.flops, i, budgets, x, points.loss));
    if (picture.runs) {
      Mark runs = runs_near(picture.law, *picture.runs, *picture.optima[i].plan.run, axis, place);
      drawn_runs += runs.x.size();
      panel.marks.push_back(std::move(runs));
    }
    const PlanRecord& best = picture.optima[i];
    const PlannedRun& run = *best.plan.run;
    const double size = along == Axis::kTotal ? run.P : run.N;
    optima.push_back({.kind = Mark::Kind::kOptimum,
                      .x = {size},
                      .y = {run.loss},
                      .colour = Mark::Colour::kScale,
                      .place = place,
                      .tips = {count(size)}});
    numbers +=
        fmt::format("{}{} FLOPs: {} = {}{}, {} {}", numbers.empty() ? "" : "; ",
                    flops_text(points.flops), axis, count(size), interval_text(best, axis, count),
                    output_of(picture.law).name, loss_text(run.loss));
  }
  set_ranges(panel);
  std::ranges::move(optima, std::back_inserter(panel.marks));
  return {.title = growth_text(picture, axis, along),
          .what = fmt::format(
              "IsoFLOP profiles of {} at S = {}; rings: optima{}", picture.law.label(),
              format_share(picture.optima.back().plan.run->S),
              drawn_runs > 0 ? fmt::format("; points: {} runs near them", drawn_runs) : ""),
          .numbers = "Optima: " + numbers + ".",
          .panels = {std::move(panel)}};
}

}  // namespace

Result<Figure> isoflop_chart(const ChartRequest& request, const Model& model, Executor& executor,
                             Progress& progress) {
  Result<FrontierRecord> plans =
      drawn_plans(model, with_budgets(request.plan, model, Budgets::kRound), executor, progress);
  if (!plans) return std::unexpected(plans.error());
  IsoflopPicture picture{
      .law = model.law, .profiles = {}, .optima = std::move(plans->plans), .runs = runs_of(model)};
  for (const PlanRecord& each : picture.optima) {
    Result<IsoflopProfile> points =
        profile(model.law, {.plan = each.plan.question,
                            .axis = request.input == "P" ? Axis::kTotal : Axis::kActive,
                            .points = kProfilePoints});
    if (!points) return std::unexpected(points.error());
    picture.profiles.push_back(*std::move(points));
  }
  return isoflop_figure(picture);
}

std::optional<Figure> plan_figure(const Model& model, const FrontierRecord& record) {
  const FrontierRecord drawn = with_runs(record);
  if (drawn.plans.empty()) return std::nullopt;
  if (record.plans.size() > 1) return frontier_figure(drawn, runs_of(model));
  const PlanRecord& only = drawn.plans[0];
  PlanQuestion question = only.plan.question;
  // A plan for a loss has its budget as an answer; limits would hide the other sizes.
  question.loss.reset();
  question.limits.clear();
  question.flops = only.plan.run->flops;
  Result<IsoflopProfile> points = profile(model.law, {.plan = question});
  if (!points) return std::nullopt;
  return isoflop_figure({.law = model.law,
                         .profiles = {*std::move(points)},
                         .optima = {only},
                         .runs = runs_of(model)});
}

}  // namespace isoflop
