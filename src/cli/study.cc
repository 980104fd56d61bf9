#include "cli/study.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "cli/chart_figures.h"
#include "cli/next_plan.h"
#include "cli/plan_intervals.h"
#include "plan/landscape.h"
#include "report/chart/figure_parts.h"
#include "report/chart/figures.h"

namespace isoflop::cli {

namespace {

// On a page, in its table and in each of its charts.
constexpr std::size_t kMostRuns = 2000;

class StudyMaker {
 public:
  StudyMaker(Model model, const StudyOptions& options, Executor& executor, Progress& progress)
      : model_(std::move(model)), options_(options), executor_(executor), progress_(progress) {}

  Result<FitReport> run() {
    Result<Residuals> all = residuals(model_.law, table());
    if (!all) return std::unexpected(all.error());
    const std::size_t rows = table().rows();
    const std::size_t every = std::max<std::size_t>(1, (rows + kMostRuns - 1) / kMostRuns);
    const double rms = all->rms;
    if (every > 1) {
      thin(every);
      all = residuals(model_.law, table());
      if (!all) return std::unexpected(all.error());
    }
    FitReport study{.fit = *model_.fit,
                    .residuals = *std::move(all),
                    .runs = rows,
                    .every = every,
                    .rms = rms,
                    .figures = {}};
    const std::vector<double> C = column_of(model_.law, table(), "C");
    flops_ = options_.flops.value_or(next_budget(model_.law, table()));
    sparsity_ = options_.sparsity.value_or(usual_sparsity(model_.law, table()));
    add_plan(study, C);
    add_figures(study);
    return study;
  }

 private:
  [[nodiscard]] const Table& table() const { return model_.fit->fit.table; }

  void thin(std::size_t every) {
    std::vector<std::size_t> kept;
    for (std::size_t row = 0; row < table().rows(); row += every) kept.push_back(row);
    model_.fit->fit.table = table().select(kept);
  }

  void add_plan(FitReport& study, const std::vector<double>& C) {
    const PlanQuestion question{.flops = flops_, .sparsity = sparsity_, .inputs = options_.inputs};
    Result<Plan> best = plan(model_.law, question);
    if (!best) return;
    PlanRecord record{.law = model_.law, .plan = *std::move(best)};
    add_intervals(model_, {}, std::span(&record, 1), executor_, progress_);
    study.plan = std::move(record);
    const bool sparse =
        model_.law.has_input("S") || model_.law.has_input("Sx") || model_.law.has_input("P");
    const Setting setting{.cost = cost_models()[0], .inputs = options_.inputs};
    study.planner = {.script = planner_javascript(model_.law, setting),
                     .flops = {C.empty() ? flops_ / 1e3 : std::ranges::min(C), flops_ * 1e3},
                     .start = flops_,
                     .sparsity = sparse,
                     .start_sparsity = sparsity_};
  }

  void add(FitReport& study, const std::string& kind, std::string id, std::string heading,
           const std::string& input = "") {
    ChartOptions options{.kind = kind, .input = input, .plan = {}};
    options.plan.question.inputs = options_.inputs;
    if (kind == "isoflop" || kind == "frontier") options.plan.sparsity = std::to_string(sparsity_);
    if (kind == "sparsity" && study.plan)
      options.plan.question.total_params = study.plan->plan.run->P;
    if (kind == "surface") options.plan.budgets = {flops_};
    Result<Figure> figure = make_figure(options, model_, executor_, progress_);
    if (figure) study.figures.push_back({std::move(id), std::move(heading), *std::move(figure)});
  }

  void add_figures(FitReport& study) {
    add(study, "fit", "fit", "Predicted against measured");
    for (const Input& input : model_.law.inputs())
      add(study, "residuals", "residuals-" + input.name, "Residuals along " + input.name,
          input.name);
    if (study.plan) {
      add(study, "isoflop", "isoflop", "IsoFLOP profiles");
      add(study, "frontier", "frontier", "Frontier");
    }
    if (study.planner && study.planner->sparsity) {
      add(study, "sparsity", "sparsity", "Sparsity");
      add(study, "surface", "surface", "Size and sparsity");
    }
    add(study, "coefficients", "draws", "Draws of the coefficients");
  }

  Model model_;
  const StudyOptions& options_;
  Executor& executor_;
  Progress& progress_;
  double flops_ = 0, sparsity_ = 0;
};

}  // namespace

Result<FitReport> make_study(Model model, const StudyOptions& options, Executor& executor,
                             Progress& progress) {
  return StudyMaker(std::move(model), options, executor, progress).run();
}

}  // namespace isoflop::cli
