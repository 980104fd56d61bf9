#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/number_text.h"
#include "workflow/charts.h"
#include "workflow/figure_parts.h"

namespace isoflop {

namespace {

constexpr std::size_t kSizes = 41;
constexpr double kAround = 30, kSparsest = 0.99;

// Loss against sparsity, one line a budget, with optima; and, where they are given, the optima by
// total size.
struct SparsityPicture {
  Law law;
  std::string held;                              // what the lines have in common: "P = 10B"
  std::vector<IsoflopProfile> profiles;          // along S, one a budget
  std::vector<std::optional<Plan>> optima;       // of a free sparsity, one a budget
  std::vector<std::vector<PlannedRun>> by_size;  // of a free sparsity along P, a list a budget
};

bool is_interior(const std::optional<Plan>& plan) {
  return plan && plan->run && plan->sparsity_answer == SparsityAnswer::kInterior;
}

std::string answer_text(const std::optional<Plan>& plan) {
  if (is_interior(plan)) return format_share(plan->run->S, 3);
  return plan && plan->sparsity_answer ? to_text(*plan->sparsity_answer) : "unknown";
}

Panel loss_by_sparsity(const SparsityPicture& picture) {
  Panel panel{.title = "", .x = axis_of("S"), .y = axis_of_output(picture.law), .marks = {}};
  const std::size_t lines = picture.profiles.size();
  std::vector<Mark> optima;
  for (std::size_t i = 0; i < lines; ++i) {
    const IsoflopProfile& points = picture.profiles[i];
    panel.marks.push_back(budget_line(points.flops, i, lines, points.S, points.loss));
    const std::optional<Plan>& best = picture.optima[i];
    if (!is_interior(best)) continue;
    optima.push_back({.kind = Mark::Kind::kOptimum,
                      .x = {best->run->S},
                      .y = {best->run->loss},
                      .colour = Mark::Colour::kScale,
                      .place = place_of(i, lines),
                      .tips = {answer_text(best)}});
  }
  set_ranges(panel, 0);
  std::ranges::move(optima, std::back_inserter(panel.marks));
  return panel;
}

Panel sparsity_by_size(const SparsityPicture& picture) {
  Panel panel{.title = "", .x = axis_of("P"), .y = axis_of("S"), .marks = {}};
  panel.y.title = "optimal " + panel.y.title;
  for (std::size_t i = 0; i < picture.by_size.size(); ++i) {
    Mark line = budget_line(picture.profiles[i].flops, i, picture.by_size.size(), {}, {});
    for (const PlannedRun& best : picture.by_size[i]) {
      line.x.push_back(best.P);
      line.y.push_back(best.S);
    }
    panel.marks.push_back(std::move(line));
  }
  set_ranges(panel);
  return panel;
}

Figure sparsity_figure(const SparsityPicture& picture) {
  const std::size_t last = picture.profiles.size() - 1;
  std::string numbers;
  for (std::size_t i = 0; i <= last; ++i)
    numbers += fmt::format("{}{} FLOPs: {}", i == 0 ? "" : "; ",
                           flops_text(picture.profiles[i].flops), answer_text(picture.optima[i]));
  std::string title =
      fmt::format("Optimal sparsity is {} at {} FLOPs", answer_text(picture.optima[0]),
                  flops_text(picture.profiles[0].flops));
  if (last > 0)
    title += fmt::format(" and {} at {}", answer_text(picture.optima[last]),
                         flops_text(picture.profiles[last].flops));
  return {.title = fmt::format("{}, for {}", title, picture.held),
          .what = fmt::format("Loss of {} against sparsity on each budget, rings: optima{}",
                              picture.law.label(),
                              picture.by_size.empty() ? "" : "; and the optima by total size"),
          .numbers = "Optimal sparsities: " + numbers + ".",
          .panels = picture.by_size.empty()
                        ? std::vector{loss_by_sparsity(picture)}
                        : std::vector{loss_by_sparsity(picture), sparsity_by_size(picture)},
          .columns = 2};
}

std::string held_text(const PlanQuestion& question) {
  if (question.total_params) return "P = " + format_count(*question.total_params);
  if (question.active_params) return "N = " + format_count(*question.active_params);
  return "the best sizes";
}

// Plans of a free sparsity for total sizes around the one that is given.
std::vector<PlannedRun> optima_by_size(const Law& law, PlanQuestion question, const Range& sizes) {
  std::vector<PlannedRun> plans;
  for (const double P : evenly(sizes, kSizes)) {
    question.total_params = P;
    const Result<Plan> best = plan(law, question);
    if (best && best->run) plans.push_back(*best->run);
  }
  return plans;
}

// As far as the optimum and a bit more.
Range sparsities_around(const std::optional<Plan>& best) {
  if (!best || !best->run) return {0, kSparsest};
  return {0, std::max(kSparsest, 1 - (1 - best->run->S) / 2)};
}

}  // namespace

Result<Figure> sparsity_chart(const ChartRequest& request, const Model& model, Executor&,
                              Progress&) {
  const PlanRequest plan_request = with_budgets(request.plan, model, Budgets::kOwn);
  const Result<std::vector<double>> budgets = budgets_of(plan_request);
  if (!budgets) return std::unexpected(budgets.error());
  std::vector<std::string> notes;
  Result<PlanQuestion> question = plan_question(without_budgets(plan_request), model.law, notes);
  if (!question) return std::unexpected(question.error());
  question->sparsity.reset();
  question->free_sparsity = true;
  SparsityPicture picture{
      .law = model.law, .held = held_text(*question), .profiles = {}, .optima = {}, .by_size = {}};
  for (const double flops : *budgets) {
    question->flops = flops;
    Result<Plan> best = plan(model.law, *question);
    picture.optima.push_back(best ? std::optional(*std::move(best)) : std::nullopt);
    Result<IsoflopProfile> points =
        profile(model.law, {.plan = *question,
                            .axis = Axis::kSparsity,
                            .points = kProfilePoints,
                            .span = sparsities_around(picture.optima.back())});
    if (!points) return std::unexpected(points.error());
    picture.profiles.push_back(*std::move(points));
    const std::optional<double>& P = question->total_params;
    if (!P || question->active_params) continue;
    picture.by_size.push_back(optima_by_size(model.law, *question, {*P / kAround, *P * kAround}));
  }
  return sparsity_figure(picture);
}

}  // namespace isoflop
