#include "workflow/tuning.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/number_text.h"
#include "workflow/fit_runs.h"

namespace isoflop {

namespace {

// A formula as a part of another one; a name as it is.
std::string as_part(const std::string& formula) {
  const bool name = std::ranges::all_of(
      formula, [](char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
  return name ? formula : "(" + formula + ")";
}

// Where the runs that a choice was fitted to come from: a filter, weights and a number of runs to
// drop that give the same rows and weights as the choice. `growth` is the formula that grows.
DataSource tuned_source(DataSource source, const RecipeChoice& choice, const ChosenRows& rows,
                        const std::string& growth) {
  Mapping& mapping = source.mapping;
  if (rows.too_small > 0) {
    const std::string kept = fmt::format("{} >= {}", as_part(growth), format_exact(rows.smallest));
    mapping.where = mapping.where.empty() ? kept : fmt::format("({}) && {}", mapping.where, kept);
  }
  if (choice.weight_power > 0) {
    const std::string weight =
        fmt::format("({}/{})^{}", as_part(growth), format_exact(rows.largest), choice.weight_power);
    mapping.weights =
        mapping.weights.empty() ? weight : fmt::format("({})*{}", mapping.weights, weight);
  }
  mapping.drop_highest_loss = choice.drop_highest;
  source.left_out.filtered += rows.too_small;
  source.left_out.dropped = rows.too_high;
  return source;
}

}  // namespace

Result<TuneRecord> tune_record(TuneTask task, RecipeSearch search, Tuning tuning, SharedRuns shared,
                               const Holdout& holdout, std::string command, Executor& executor,
                               Progress& progress) {
  const std::string& growth = holdout.expression;
  Runs runs = std::move(shared.runs);
  runs.data = tuned_source(std::move(runs.data), tuning.kept().choice, tuning.rows, growth);
  FitRecord fit = record_of(tuning.fit, std::move(runs), std::move(command));
  if (const auto done = add_intervals(fit, {}, executor, progress); !done)
    return std::unexpected(done.error());
  return TuneRecord{.task = std::move(task),
                    .search = std::move(search),
                    .tuning = std::move(tuning),
                    .fit = std::move(fit),
                    .holdout = holdout.text,
                    .growth = growth,
                    .unusable = std::move(shared.unusable)};
}

std::string error_interval_text(const Range& interval) {
  if (!std::isfinite(interval.low)) return "none";
  return fmt::format("{} to {}", format_or_none(interval.low), format_or_none(interval.high));
}

std::string tuning_text(const TuneRecord& record) {
  const Tuning& tuning = record.tuning;
  if (!tuning.found_better)
    return fmt::format(
        "Keep the default: none of {} recipes did better on the windows of the search, where its "
        "error of ln loss is {}; on the last window it is {} ({}). Tuning has not been shown to "
        "help "
        "the loss or the N of a plan.",
        record.search.trials.size(), format_or_none(tuning.standard.search_error),
        format_or_none(tuning.standard.outer_error), error_interval_text(tuning.standard.interval));
  const std::string beats = fmt::format(
      "on the last window its error of ln loss is {} ({}), the default's {} ({}), and it is ahead "
      "in {} % of {} resamples of the {} rows",
      format_or_none(tuning.tuned.outer_error), error_interval_text(tuning.tuned.interval),
      format_or_none(tuning.standard.outer_error), error_interval_text(tuning.standard.interval),
      format_number(100 * tuning.probability, 3), tuning.resamples,
      record.task.last.held_out.size());
  const std::string rough = record.task.last.held_out.size() < kFewUnits
                                ? " (too few rows for more than a rough probability)"
                                : "";
  const RobustLoss& loss = tuning.standard.choice.recipe.loss;
  const std::string envelope =
      loss.is_symmetric() ? ""
                          : fmt::format(
                                " The default's {} makes an envelope of the runs, and these errors "
                                "are about their middle.",
                                to_text(loss));
  return (tuning.keeps_default
              ? fmt::format("Keep the default: the tuned recipe does not beat it beyond noise; "
                            "{}{}. Tuning has not been shown to help the loss or the N of a plan.",
                            beats, rough)
              : fmt::format("Take the tuned recipe: {}{}. The windows judge losses: that it helps "
                            "the N of a plan has not been shown.",
                            beats, rough)) +
         envelope;
}

}  // namespace isoflop
