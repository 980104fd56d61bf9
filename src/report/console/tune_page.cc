#include <fmt/format.h>

#include <cmath>

#include "base/number_text.h"
#include "judge/judge_law.h"
#include "report/console/console.h"
#include "report/console/text_table.h"
#include "store/document.h"

namespace isoflop {

namespace {

std::string weights_text(const TuneRecord& record, const RecipeChoice& choice) {
  const bool given = record.task.table.has("weight");
  if (!(choice.weight_power > 0)) return given ? "as given" : "equal";
  return fmt::format("{}{}^{}", given ? "given * " : "", record.growth, choice.weight_power);
}

std::string left_out_text(const TuneRecord& record, const RecipeChoice& choice) {
  std::vector<std::string> parts;
  if (choice.drop_smallest > 0)
    parts.push_back(fmt::format("{} % of smallest {}", choice.drop_smallest, record.growth));
  if (choice.drop_highest > 0)
    parts.push_back(fmt::format("{} of highest loss", choice.drop_highest));
  return parts.empty() ? "none" : fmt::format("{}", fmt::join(parts, ", "));
}

// The texts of one recipe, in the order of kRows.
std::vector<std::string> column(const TuneRecord& record, const JudgedRecipe& judged) {
  const RecipeChoice& choice = judged.choice;
  return {record.task.laws[choice.law].name,   to_text(choice.recipe.residual),
          to_text(choice.recipe.loss),         left_out_text(record, choice),
          weights_text(record, choice),        choice.published_ranges ? "published" : "",
          format_or_none(judged.search_error), format_or_none(judged.outer_error),
          error_interval_text(judged.interval)};
}

constexpr const char* kRows[] = {"law",
                                 "residual",
                                 "loss",
                                 "runs left out",
                                 "weights",
                                 "ranges",
                                 "error in the search",
                                 "error on the last window",
                                 "95 % interval"};

std::string recipes_table(const TuneRecord& record) {
  const std::vector<std::string> standard = column(record, record.tuning.standard),
                                 tuned = column(record, record.tuning.tuned);
  TextTable table({"", "default", record.tuning.found_better ? "tuned" : ""});
  for (std::size_t i = 0; i < standard.size(); ++i)
    if (!standard[i].empty() || !tuned[i].empty())
      table.add({kRows[i], standard[i].empty() ? "the law's" : standard[i],
                 record.tuning.found_better ? tuned[i] : ""});
  return table.text();
}

std::string importances_table(const Tuning& tuning) {
  if (tuning.importances.empty()) return "";
  TextTable table({"choice", "explains of the search's errors, alone"});
  for (const ChoiceImportance& importance : tuning.importances)
    table.add({importance.parameter, format_percent(importance.share)});
  return "\n" + table.text();
}

std::string search_line(const TuneRecord& record) {
  const auto& [task, search, tuning, fit, holdout, growth, flags, unusable] = record;
  const std::size_t windows = task.search.folds.size();
  return fmt::format(
      "{} recipes tried{} on {} {} of growing {}, {} of {} rows of {}; the {} rows of the largest "
      "{} "
      "judge\n",
      search.trials.size(),
      search.failed() > 0 ? fmt::format(", of which {} failed,", search.failed()) : "", windows,
      windows == 1 ? "window" : "windows", growth, held_out_rows(task.search).size(),
      task.table.rows(), source_text(fit.data.source), task.last.held_out.size(), growth);
}

}  // namespace

std::string tune_page(const TuneRecord& record, const std::string& output) {
  return fmt::format("{}\n{}{}{}\n{}\n\n{}\n", search_line(record), recipes_table(record),
                     importances_table(record.tuning), unusable_lines("not tried", record.unusable),
                     tuning_text(record), fit_page(record.fit, output));
}

}  // namespace isoflop
