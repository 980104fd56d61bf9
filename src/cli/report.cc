#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/file.h"
#include "cli/plan_flags.h"
#include "cli/progress_bar.h"
#include "cli/shared_flags.h"
#include "report/json/json.h"
#include "report/page/report_page.h"
#include "report/page/static_body.h"
#include "workflow/fit_report.h"

namespace isoflop::cli {

namespace {

struct Options {
  std::vector<std::string> files;
  PlanFlags plan;  // the question
  ReportHeading heading;
  std::string notes_file;
  std::string output;
  bool json = false;
};

Result<Report> report_of(const Options& options) {
  std::vector<Model> models;
  std::vector<ComparisonReport> comparisons;
  for (const std::string& path : options.files) {
    if (const std::optional<std::string> text = comparison_file_text(path))
      comparisons.push_back(must(read_comparison_report(*text, path)));
    else
      models.push_back(must(read_model(path)));
  }
  ReportHeading heading = options.heading;
  if (!options.notes_file.empty()) heading.notes = must(read_file(options.notes_file));
  Work work(options.plan.threads);
  return make_report(std::move(heading), models, std::move(comparisons), plan_request(options.plan),
                     work.executor, work.bar);
}

// Flags stand for fields in what people read, not in the scripts of the page.
std::string page_of(const Report& report) {
  return report_page(report, interactive_page(), with_flags(static_body(report)));
}

Result<int> run(const Options& options) {
  const bool json = options.output.ends_with(".json");
  if (options.output.empty() && !options.json)
    return error_at({"--output"}, "give the file of the page, .html or .json, or --json");
  if (!options.output.empty() && !json && !options.output.ends_with(".html"))
    return error_at({"--output"}, "\"{}\" must end in .html or .json", options.output);
  must(check_plan_flags(options.plan));
  const Report report = must(report_of(options));
  end_if_stopped();
  const std::string document = options.json || json ? report_json(report) : "";
  if (!options.output.empty()) must(write_file(options.output, json ? document : page_of(report)));
  const bool plain = !options.output.empty() && !json && interactive_page().empty();
  if (plain)
    say(Tone::kNote,
        "this isoflop was built without the interactive page (scripts/build-web): the report is "
        "its static part");
  if (options.json) return print(document);
  const std::string decision = decision_text(report);
  return print(
      fmt::format("{}{}wrote {}\n", decision, decision.empty() ? "" : "\n", options.output));
}

std::vector<Flag> flags(Options& options) {
  std::vector<Flag> all = {
      Flag("FILE", "", "fit files, of `isoflop fit -o`, and comparisons, of `compare -o`",
           texts_into(options.files),
           {.required = true, .repeats = true, .from_project = file_of_project}),
      inputs_flag(options.plan.request.question.inputs),
      output_flag(options.output, "the page, .html, or its document, .json"),
      json_flag(options.json)};
  append(
      all,
      in_group<Flag>(
          "Heading",
          {Flag("--title", "TEXT", "title of the page", text_into(options.heading.title)),
           Flag("--author", "TEXT", "who reports", text_into(options.heading.author)),
           Flag("--date", "TEXT", "date of the report", text_into(options.heading.date)),
           Flag("--notes", "FILE", "notes, a file of plain text", text_into(options.notes_file))}));
  append(all, request_flags(options.plan));
  append(all, {threads_flag(options.plan.threads)});
  return all;
}

}  // namespace

Command report_command() {
  return with_options<Options>(
      {.name = "report",
       .summary = "report the decision, its doubts and its evidence on one page",
       .example = "isoflop report fit.json comparison.json --flops 1e24 -o report.html"},
      flags, run);
}

}  // namespace isoflop::cli
