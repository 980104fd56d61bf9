#include "base/value.h"
#include "judge/judge_law.h"
#include "report/json/json.h"
#include "store/document.h"

namespace isoflop {

namespace {

Value recipe_of(const TuneRecord& record, const JudgedRecipe& judged) {
  const RecipeChoice& choice = judged.choice;
  return Value::object({{"law", record.task.laws[choice.law].name},
                        {"residual", to_text(choice.recipe.residual)},
                        {"loss", to_text(choice.recipe.loss)},
                        {"ranges", choice.published_ranges ? "published" : "law"},
                        {"weight_power", choice.weight_power},
                        {"drop_smallest", choice.drop_smallest},
                        {"drop_highest", choice.drop_highest},
                        {"search_error", judged.search_error},
                        {"outer_error", judged.outer_error},
                        {"interval", range_value(judged.interval)}});
}

Value importance_value(const ChoiceImportance& importance) {
  return Value::object({{"parameter", importance.parameter}, {"share", importance.share}});
}

Value unusable_value(const UnusableLaw& law) {
  return Value::object({{"law", law.name}, {"reason", law.reason}});
}

}  // namespace

std::string tune_json(const TuneRecord& record, double seconds, const std::string& output) {
  const auto& [task, search, tuning, fit, holdout, growth, flags, unusable] = record;
  return document_text(
      Value::object({{"answer", tuning_text(record)},
                     {"keeps", tuning.keeps_default ? "default" : "tuned"},
                     {"probability", tuning.probability},
                     {"resamples", tuning.resamples},
                     {"tuned", recipe_of(record, tuning.tuned)},
                     {"default", recipe_of(record, tuning.standard)},
                     {"importances", array_value(tuning.importances, importance_value)},
                     {"holdout", holdout},
                     {"windows", task.search.folds.size()},
                     {"search_rows", held_out_rows(task.search).size()},
                     {"outer_rows", task.last.held_out.size()},
                     {"rows", task.table.rows()},
                     {"evaluations", search.trials.size()},
                     {"asked", search.evaluations},
                     {"failed", search.failed()},
                     {"stopped", search.stopped()},
                     {"unusable", array_value(unusable, unusable_value)},
                     {"notes", texts_value(task.notes)},
                     {"flags", flags},
                     {"fit", fit_value(fit)},
                     {"output", text_or_null(output)},
                     {"seconds", seconds}}));
}

}  // namespace isoflop
