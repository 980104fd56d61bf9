#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/number_text.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/file.h"
#include "cli/parse_value.h"
#include "cli/progress_bar.h"
#include "cli/shared_flags.h"
#include "report/page/report_page.h"
#include "workflow/fit_report.h"

namespace isoflop::cli {

namespace {

struct Options {
  std::vector<std::string> files;
  NextPlan next;
  std::string output;
};

struct Contents {
  std::vector<FitReport> fits;
  std::vector<ComparisonSummary> comparisons;
  std::optional<Averaged> averaged;
};

// What the fits plan together for the first one's next budget.
std::optional<Averaged> averaged_plan(std::span<const Model> models, const NextPlan& next,
                                      Work& work) {
  if (models.size() < 2 || !models[0].fit) return std::nullopt;
  PlanRequest request{.question = next_question(models[0].law, models[0].fit->fit.table, next)};
  request.budgets = {*std::exchange(request.question.flops, std::nullopt)};
  const Result<PlanAlternatives> ways = plan_by_law(models, request, work.executor, work.bar);
  return ways ? ways->averaged : std::nullopt;
}

Result<Contents> make_contents(const Options& options) {
  Contents contents;
  std::vector<Model> models;
  for (const std::string& path : options.files) {
    if (auto comparison = must(read_if_comparison(path)))
      contents.comparisons.push_back(*std::move(comparison));
    else
      models.push_back(must(read_model(path)));
  }
  if (models.empty())
    return error("a page is about a fit: give a fit file, of `isoflop fit -o`, too");
  Work work;
  contents.averaged = averaged_plan(models, options.next, work);
  for (Model& model : models)
    contents.fits.push_back(
        must(make_report(std::move(model), options.next, work.executor, work.bar)));
  return contents;
}

Result<int> run(const Options& options) {
  if (!options.output.ends_with(".html"))
    return error_at({"--output"}, "\"{}\" must end in .html", options.output);
  const Contents contents = must(make_contents(options));
  const std::string page =
      with_flags(report_page(contents.fits, contents.comparisons, contents.averaged));
  end_if_stopped();
  must(write_file(options.output, page));
  return print(fmt::format("wrote {}\n", options.output));
}

std::vector<Flag> flags(Options& options) {
  return {Flag("FILE", "", "fit files, of `isoflop fit -o`, and comparisons, of `compare -o`",
               texts_into(options.files),
               {.required = true, .repeats = true, .from_project = file_of_project}),
          inputs_flag(options.next.inputs), plan_budget_flag(options.next.flops),
          plan_sparsity_flag(options.next.sparsity),
          required(output_flag(options.output, "the page, .html"))};
}

}  // namespace

Command report_command() {
  return with_options<Options>(
      {.name = "report",
       .summary = "write an HTML report on fits and comparisons",
       .example = "isoflop report fit.json comparison.json -o report.html"},
      flags, run);
}

}  // namespace isoflop::cli
