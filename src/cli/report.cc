#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/number_text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/field_names.h"
#include "cli/file.h"
#include "cli/law_argument.h"
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
};

Result<Contents> read_contents(const Options& options) {
  ThreadExecutor executor;
  ProgressBar bar;
  Contents contents;
  for (const std::string& path : options.files) {
    Result<std::optional<ComparisonSummary>> comparison = read_if_comparison(path);
    if (!comparison) return std::unexpected(comparison.error());
    if (*comparison) {
      contents.comparisons.push_back(**std::move(comparison));
      continue;
    }
    Result<Model> model = read_model(path);
    if (!model) return std::unexpected(model.error());
    Result<FitReport> fit = make_report(*std::move(model), options.next, executor, bar);
    if (!fit) return std::unexpected(fit.error());
    contents.fits.push_back(*std::move(fit));
  }
  if (contents.fits.empty())
    return error("a page is about a fit: give a fit file, of `isoflop fit -o`, too");
  return contents;
}

Result<int> run(const Options& options) {
  if (!options.output.ends_with(".html"))
    return error_at({"--output"}, "\"{}\" must end in .html", options.output);
  if (const auto ok = check_output(options.output, options.files); !ok)
    return std::unexpected(ok.error());
  const Result<Contents> contents = read_contents(options);
  if (!contents) return std::unexpected(contents.error());
  const std::string page = with_flags(report_page(contents->fits, contents->comparisons));
  if (const auto done = write_file(options.output, page); !done)
    return std::unexpected(done.error());
  return print(fmt::format("wrote {}\n", options.output));
}

}  // namespace

Command report_command() {
  const auto options = std::make_shared<Options>();
  return {
      .name = "report",
      .summary = "write an HTML report on fits and comparisons",
      .example = "isoflop report fit.json comparison.json -o report.html",
      .flags = {Flag("FILE", "", "fit files, of `isoflop fit -o`, and comparisons, of `compare -o`",
                     texts_into(options->files), {.required = true, .repeats = true}),
                inputs_flag(options->next.inputs), plan_budget_flag(options->next.flops),
                plan_sparsity_flag(options->next.sparsity),
                required(output_flag(options->output, "the page, .html"))},
      .run = [options](const std::string&) { return run(*options); }};
}

}  // namespace isoflop::cli
