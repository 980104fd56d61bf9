#include "cli/chart_figures.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/number_text.h"
#include "base/spelling.h"
#include "cli/plan_views.h"
#include "report/chart/figure_parts.h"
#include "report/chart/figures.h"

namespace isoflop::cli {

namespace {

constexpr ChartKind kKinds[] = {
    {"fit", "predicted against measured losses", true},
    {"residuals", "residuals along --x, an input", true},
    {"coefficients", "bootstrap draws, two coefficients at a time", true},
    {"isoflop", "profiles of --flops budgets along N, with runs and optima", false},
    {"frontier", "N and D of plans against --flops LOW:HIGH:COUNT", false},
    {"sparsity", "loss against sparsity at --flops budgets, with optima", false},
    {"surface", "contours of the loss over P and S at one budget", false},
    {"compare",
     "held-out errors of a comparison file; of models, compute-optimal losses of this and each "
     "--against",
     false}};
constexpr std::size_t kProfiles = 5, kFrontierPoints = 25, kProfilePoints = 65, kSurfacePoints = 60,
                      kSizes = 41;
constexpr double kAround = 30, kSparsest = 0.99;
constexpr Range kUsualBudgets{1e19, 1e24};

// The budgets of the runs that a law was fitted on, where they are known.
Range known_budgets(const Model& model) {
  const std::map<std::string, Range>& fitted = model.law.fitted_on();
  if (const auto C = fitted.find("C"); C != fitted.end() && C->second.low < C->second.high)
    return C->second;
  if (!model.fit) return kUsualBudgets;
  const std::vector<double> C = column_of(model.law, model.fit->fit.table, "C");
  if (C.empty()) return kUsualBudgets;
  const auto [low, high] = std::ranges::minmax(C);
  return low < high ? Range{low, high} : kUsualBudgets;
}

std::vector<double> evenly(const Range& range, std::size_t count) {
  std::vector<double> list;
  for (std::size_t i = 0; i < count; ++i)
    list.push_back(range.low * std::pow(range.high / range.low,
                                        static_cast<double>(i) / static_cast<double>(count - 1)));
  return list;
}

// 1, 3, 10, 30, ... within the range, at most kProfiles of them; fewer than two give the ends.
std::vector<double> round_budgets(const Range& range) {
  std::vector<double> list;
  for (double decade = std::floor(std::log10(range.low)); decade <= std::log10(range.high);
       ++decade)
    for (const double factor : {1.0, 3.0}) {
      const double budget = factor * std::pow(10, decade);
      if (budget >= range.low * 0.999 && budget <= range.high * 1.001) list.push_back(budget);
    }
  if (list.size() < 2) return {range.low, range.high};
  std::vector<double> chosen;
  const std::size_t every = (list.size() + kProfiles - 1) / kProfiles;
  for (std::size_t i = 0; i < list.size(); i += every) chosen.push_back(list[i]);
  return chosen;
}

// With budgets where none are given: within what the law was fitted on, or to a hundred times that.
ChartOptions with_budgets(ChartOptions options, const Model& model) {
  if (!options.plan.budgets.empty()) return options;
  Range range = known_budgets(model);
  const bool curve = options.kind == "frontier" || options.kind == "compare";
  if (curve) range.high *= 100;
  options.plan.budgets = options.kind == "surface" ? std::vector{range.high}
                         : curve                   ? evenly(range, kFrontierPoints)
                                                   : round_budgets(range);
  return options;
}

std::optional<Table> runs_of(const Model& model) {
  if (!model.fit) return std::nullopt;
  return model.fit->fit.table;
}

Result<Figure> of_fit(const ChartOptions& options, const Model& model) {
  const FitRecord& record = *model.fit;
  if (options.kind == "coefficients") {
    if (!record.bootstrap)
      return error("{} has no draws: fit again, with --bootstrap 1000", options.plan.model);
    return coefficients_figure(record);
  }
  const Result<Residuals> all = residuals(model.law, record.fit.table);
  if (!all) return std::unexpected(all.error());
  if (options.kind == "fit") return fit_figure(record, *all);
  const std::string input =
      !options.input.empty() ? options.input : model.law.inputs().front().name;
  if (column_of(model.law, record.fit.table, input).empty())
    return error_at({"--x"}, "the runs have no {}: give one of {}", input,
                    fmt::join(record.fit.table.names(), ", "));
  return residuals_figure(record, *all, input);
}

Result<IsoflopProfile> profile_of(const Law& law, const PlanQuestion& question, Axis axis) {
  return profile(law, {.plan = question, .axis = axis, .points = kProfilePoints});
}

// The plans that a chart can show.
Result<FrontierRecord> drawn_plans(const PlanOptions& options, const Model& model,
                                   const PlanInput& input, Executor& executor, Progress& progress) {
  Result<FrontierRecord> record = plan_all(options, model, input, executor, progress);
  if (!record) return record;
  std::erase_if(record->plans, [](const PlanRecord& each) { return !each.plan.run; });
  if (record->plans.empty())
    return work_error("{} has no optimal sparsity to show: give --sparsity", model.law.label());
  return record;
}

Result<Figure> isoflop_profiles(const ChartOptions& options, const Model& model,
                                FrontierRecord plans) {
  IsoflopPicture picture{
      .law = model.law, .profiles = {}, .optima = std::move(plans.plans), .runs = runs_of(model)};
  for (const PlanRecord& each : picture.optima) {
    Result<IsoflopProfile> points = profile_of(model.law, each.plan.question,
                                               options.input == "P" ? Axis::kTotal : Axis::kActive);
    if (!points) return std::unexpected(points.error());
    picture.profiles.push_back(*std::move(points));
  }
  return isoflop_figure(picture);
}

std::string held_text(const PlanQuestion& question) {
  if (question.total_params) return "P = " + format_count(*question.total_params);
  if (question.active_params) return "N = " + format_count(*question.active_params);
  return "the best sizes";
}

// Plans of a free sparsity for total sizes around the one that is given.
std::vector<PlannedRun> sparsity_by_size(const Law& law, PlanQuestion question,
                                         const Range& sizes) {
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

Result<Figure> sparsity_profiles(const Model& model, const PlanInput& input) {
  SparsityPicture picture{.law = model.law,
                          .held = held_text(input.question),
                          .profiles = {},
                          .optima = {},
                          .by_size = {}};
  for (const double flops : input.budgets) {
    PlanQuestion question = input.question;
    question.flops = flops;
    question.sparsity.reset();
    question.free_sparsity = true;
    Result<Plan> best = plan(model.law, question);
    picture.optima.push_back(best ? std::optional(*std::move(best)) : std::nullopt);
    Result<IsoflopProfile> points =
        profile(model.law, {.plan = question,
                            .axis = Axis::kSparsity,
                            .points = kProfilePoints,
                            .span = sparsities_around(picture.optima.back())});
    if (!points) return std::unexpected(points.error());
    picture.profiles.push_back(*std::move(points));
    if (!question.total_params || question.active_params) continue;
    picture.by_size.push_back(sparsity_by_size(
        model.law, question, {*question.total_params / kAround, *question.total_params * kAround}));
  }
  return sparsity_figure(picture);
}

Result<Figure> surface_of(const Model& model, const PlanInput& input) {
  PlanQuestion question = input.single();
  question.sparsity.reset();
  question.free_sparsity = true;
  Result<IsoflopProfile> grid = surface(model.law, {.plan = question, .points = kSurfacePoints});
  if (!grid) return std::unexpected(grid.error());
  return surface_figure(model.law, *grid, std::nullopt, runs_of(model));
}

Result<Figure> laws_of(const ChartOptions& options, const PlanInput& input, FrontierRecord first,
                       Executor& executor, Progress& progress) {
  std::vector<FrontierRecord> laws = {std::move(first)};
  for (const std::string& text : options.plan.against) {
    const Result<Model> other = read_model_with_fit(text);
    if (!other) return std::unexpected(other.error());
    Result<FrontierRecord> frontier = drawn_plans(options.plan, *other, input, executor, progress);
    if (!frontier) return std::unexpected(frontier.error());
    laws.push_back(*std::move(frontier));
  }
  return laws_figure(laws);
}

}  // namespace

std::span<const ChartKind> chart_kinds() { return kKinds; }

Result<Figure> make_figure(const ChartOptions& options, const Model& model, Executor& executor,
                           Progress& progress) {
  const auto* kind = std::ranges::find(kKinds, options.kind, &ChartKind::name);
  if (kind == std::end(kKinds)) {
    std::vector<std::string> names;
    for (const ChartKind& each : kKinds) names.emplace_back(each.name);
    return error_at({"--kind"}, "\"{}\" is no chart: give {}{}", options.kind,
                    fmt::join(names, ", "), did_you_mean(options.kind, names));
  }
  if (kind->needs_fit && !model.fit)
    return error("a chart of kind {} shows runs: give a fit file, not {}", kind->name,
                 options.plan.model);
  if (kind->needs_fit) return of_fit(options, model);

  const ChartOptions full = with_budgets(options, model);
  PlanOptions asked = full.plan;
  asked.against.clear();  // of a chart each has all budgets
  const Result<PlanInput> input = read_plan_input(asked, model.law);
  if (!input) return std::unexpected(input.error());
  if (full.kind == "sparsity") return sparsity_profiles(model, *input);
  if (full.kind == "surface") return surface_of(model, *input);
  Result<FrontierRecord> plans = drawn_plans(options.plan, model, *input, executor, progress);
  if (!plans) return std::unexpected(plans.error());
  if (full.kind == "isoflop") return isoflop_profiles(full, model, *std::move(plans));
  if (full.kind == "frontier") return frontier_figure(*plans, runs_of(model));
  return laws_of(full, *input, *std::move(plans), executor, progress);
}

}  // namespace isoflop::cli
