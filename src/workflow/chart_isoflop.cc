#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
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
constexpr double kAroundOptimum = 16;  // times larger and smaller

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

// Whether a model of the profile is within the limits of the question.
bool is_allowed(const IsoflopProfile& points, std::size_t i, const std::vector<Limit>& limits) {
  constexpr double kRounding = 1 + 1e-9;
  return std::ranges::all_of(limits, [&](const Limit& limit) {
    const double value = limit.on == Limit::On::kActive  ? points.N[i]
                         : limit.on == Limit::On::kTotal ? points.P[i]
                                                         : points.D[i];
    return value <= limit.max * kRounding;
  });
}

// The profile, its part beyond the limits dashed. The two meet in the optimum where that is at a
// limit.
void add_profile(const IsoflopProfile& points, const std::vector<double>& x, const PlanRecord& best,
                 double size, Mark line, Panel& panel) {
  const std::vector<Limit>& limits = best.plan.question.limits;
  if (limits.empty()) {
    line.x = x;
    line.y = points.loss;
    panel.marks.push_back(std::move(line));
    return;
  }
  Mark beyond{.kind = Mark::Kind::kLine, .x = {}, .y = {}, .colour = Mark::Colour::kQuiet};
  beyond.dashed = true;
  const auto add = [](Mark& mark, double at, double loss) {
    mark.x.push_back(at);
    mark.y.push_back(loss);
  };
  bool last_allowed = false;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const bool allowed = is_allowed(points, i, limits);
    if (i > 0 && allowed != last_allowed) {
      const bool between = (x[i - 1] < size) == (size < x[i]);
      if (between) {
        add(line, size, best.plan.run->loss);
        add(beyond, size, best.plan.run->loss);
      }
      add(allowed ? beyond : line, std::nan(""), std::nan(""));  // the line is parted
      if (between) add(allowed ? line : beyond, size, best.plan.run->loss);
    }
    add(allowed ? line : beyond, x[i], points.loss[i]);
    last_allowed = allowed;
  }
  panel.marks.push_back(std::move(beyond));
  panel.marks.push_back(std::move(line));
}

// Limits that are a size of the axis, for all budgets alike.
void add_limits(const PlanRecord& best, Axis along, Panel& panel) {
  const PlannedRun& run = *best.plan.run;
  for (const Limit& limit : best.plan.question.limits) {
    if (limit.on == Limit::On::kTokens) continue;
    const bool total = limit.on == Limit::On::kTotal;
    // At the sparsity of the profiles.
    const double size = along == Axis::kTotal ? (total ? limit.max : limit.max / (1 - run.S))
                                              : (total ? limit.max * (1 - run.S) : limit.max);
    add_limit_line(size, true, limit_text(limit), panel);
  }
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

// The line through the optima.
Mark optima_line(const std::vector<Mark>& optima) {
  Mark line{.kind = Mark::Kind::kLine, .x = {}, .y = {}, .colour = Mark::Colour::kQuiet};
  for (const Mark& each : optima) {
    line.x.push_back(each.x[0]);
    line.y.push_back(each.y[0]);
  }
  return line;
}

// On the plan's budget, wide enough for its optimum and that without its limits.
Result<IsoflopProfile> drawn_profile(const Law& law, PlanQuestion question, Axis axis,
                                     const PlannedRun& run) {
  std::optional<Range> span;
  if (!question.limits.empty()) {
    PlanQuestion open = question;
    open.limits.clear();
    const Result<Plan> best = plan(law, open);
    const PlannedRun& other = best && best->run ? *best->run : run;
    const auto [low, high] =
        axis == Axis::kTotal ? std::minmax(run.P, other.P) : std::minmax(run.N, other.N);
    span = {low / kAroundOptimum, high * kAroundOptimum};
  }
  return profile(
      law, {.plan = std::move(question), .axis = axis, .points = kProfilePoints, .span = span});
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
    const PlanRecord& best = picture.optima[i];
    const PlannedRun& run = *best.plan.run;
    const double size = along == Axis::kTotal ? run.P : run.N;
    add_profile(points, x, best, size, budget_line(points.flops, i, budgets, {}, {}), panel);
    if (picture.runs) {
      Mark runs = runs_near(picture.law, *picture.runs, run, axis, place);
      drawn_runs += runs.x.size();
      panel.marks.push_back(std::move(runs));
    }
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
  if (budgets > 1) panel.marks.push_back(optima_line(optima));
  add_limits(picture.optima.back(), along, panel);
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
  if (!request.input.empty() && request.input != "N" && request.input != "P")
    return error_at({"chart.input"}, "the axis of isoflop is N or P, not {}", request.input);
  Result<FrontierRecord> plans =
      drawn_plans(model, with_budgets(request.plan, model, Budgets::kOwn), executor, progress);
  if (!plans) return std::unexpected(plans.error());
  IsoflopPicture picture{
      .law = model.law, .profiles = {}, .optima = std::move(plans->plans), .runs = runs_of(model)};
  for (const PlanRecord& each : picture.optima) {
    const Axis axis = request.input == "P" ? Axis::kTotal : Axis::kActive;
    Result<IsoflopProfile> points =
        drawn_profile(model.law, each.plan.question, axis, *each.plan.run);
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
  // A plan for a loss has its budget as an answer.
  question.loss.reset();
  question.flops = only.plan.run->flops;
  Result<IsoflopProfile> points =
      drawn_profile(model.law, std::move(question), Axis::kActive, *only.plan.run);
  if (!points) return std::nullopt;
  return isoflop_figure({.law = model.law,
                         .profiles = {*std::move(points)},
                         .optima = {only},
                         .runs = runs_of(model)});
}

}  // namespace isoflop
