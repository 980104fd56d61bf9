// The document of a report, which the page shows.
#include <utility>

#include "report/json/json.h"
#include "web/engine/engine.h"
#include "web/engine/request.h"
#include "workflow/fit_report.h"

namespace isoflop {

Engine::Answer Engine::report(ObjectReader& request) {
  const std::vector<std::string> fits = request.texts("fits");
  const std::vector<std::string> compared =
      request.has("comparisons") ? request.texts("comparisons") : std::vector<std::string>();
  const Value* const given = request.find("question");
  ReportHeading heading = {.title = request.text("title", ""),
                           .author = request.text("author", ""),
                           .date = request.text("date", ""),
                           .notes = request.text("notes", "")};
  if (const auto read = check_read(request); !read) return std::unexpected(read.error());
  const Result<PlanRequest> question = read_question(given == nullptr ? Value::object() : *given);
  if (!question) return std::unexpected(question.error());
  std::vector<Model> models;
  for (const std::string& id : fits) {
    Result<Model> each = model(id);
    if (!each) return std::unexpected(each.error());
    models.push_back(*std::move(each));
  }
  std::vector<ComparisonReport> comparisons;
  for (const std::string& id : compared) {
    const auto found = comparisons_.find(id);
    if (found == comparisons_.end())
      return error_at({"comparisons"}, "there is no comparison \"{}\"", id);
    Result<ComparisonReport> each = read_comparison_report(found->second, id);
    if (!each) return std::unexpected(each.error());
    comparisons.push_back(*std::move(each));
  }
  return written(make_report(std::move(heading), models, std::move(comparisons), *question,
                             executor_, progress_),
                 report_json);
}

}  // namespace isoflop
