#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/number_text.h"
#include "store/document.h"
#include "workflow/charts.h"
#include "workflow/figure_parts.h"

namespace isoflop {

namespace {

constexpr double kManyTimes = 20;         // errors so far apart want a logarithmic axis
constexpr std::size_t kLongestName = 28;  // letters, of a formula that was given

std::string short_name(const std::string& name) {
  return name.size() <= kLongestName ? name : name.substr(0, kLongestName - 3) + "...";
}

// The law that the first one beats with the lowest probability.
const LawSummary& rival_of(const ComparisonSummary& comparison) {
  return *std::min_element(
      comparison.laws.begin() + 1, comparison.laws.end(),
      [](const LawSummary& a, const LawSummary& b) { return a.beaten < b.beaten; });
}

std::string title_of(const ComparisonSummary& comparison) {
  const LawSummary& first = comparison.laws[0];
  if (comparison.laws.size() == 1)
    return fmt::format("{} alone could be judged: RMSE {} on held-out runs", short_name(first.name),
                       format_number(first.held_out.rmse, 3));
  const LawSummary& rival = rival_of(comparison);
  const std::string errors =
      fmt::format("RMSE {} against {}", format_number(first.held_out.rmse, 3),
                  format_number(rival.held_out.rmse, 3));
  if (rival.beaten < kSure)
    return fmt::format("The held-out runs do not part {} and {}: {}", short_name(first.name),
                       short_name(rival.name), errors);
  return fmt::format("{} predicts the held-out runs best: {} of {}", short_name(first.name), errors,
                     short_name(rival.name));
}

std::string numbers_of(const ComparisonSummary& comparison) {
  std::string text = "Held-out RMSE with intervals: ";
  for (const LawSummary& law : comparison.laws)
    text += fmt::format(
        "{}{} {} ({} to {}), on the fitted rows {}", &law == comparison.laws.data() ? "" : "; ",
        law.name, format_number(law.held_out.rmse, 3), format_number(law.held_out_interval.low, 3),
        format_number(law.held_out_interval.high, 3), format_number(law.training.rmse, 3));
  return text + ".";
}

void add_law(const LawSummary& law, double row, bool first, Panel& panel) {
  const Mark::Colour colour = first ? Mark::Colour::kSeries : Mark::Colour::kQuiet;
  const Range& interval = law.held_out_interval;
  panel.marks.push_back({.kind = Mark::Kind::kLine,
                         .x = {interval.low, interval.high},
                         .y = {row, row},
                         .colour = colour});
  panel.marks.push_back({.kind = Mark::Kind::kPoints,
                         .x = {law.training.rmse},
                         .y = {row},
                         .colour = Mark::Colour::kQuiet,
                         .tips = {fmt::format("{}, on the fitted rows: {}", law.name,
                                              format_number(law.training.rmse, 3))}});
  panel.marks.push_back({.kind = Mark::Kind::kOptimum,
                         .x = {law.held_out.rmse},
                         .y = {row},
                         .colour = colour,
                         .tips = {format_number(law.held_out.rmse, 3)}});
}

FigureAxis error_axis(const std::vector<std::vector<double>>& errors) {
  FigureAxis axis{.title = "root mean square of predicted - measured loss"};
  double least = errors[0][0], most = least;
  for (const std::vector<double>& each : errors) {
    least = std::min(least, std::ranges::min(each));
    most = std::max(most, std::ranges::max(each));
  }
  if (least > 0 && most > kManyTimes * least) {
    axis.scale = FigureAxis::Scale::kLog;
    axis.range = range_of(errors, axis.scale);
  } else {
    axis.range = {0, most > 0 && std::isfinite(most) ? 1.06 * most : 1};
  }
  return axis;
}

}  // namespace

Figure comparison_figure(const ComparisonSummary& comparison) {
  const std::size_t count = comparison.laws.size();
  Panel panel{.title = "",
              .x = {},
              .y = {.title = "", .range = {-0.5, static_cast<double>(count) - 0.5}},
              .marks = {}};
  std::vector<std::vector<double>> errors;
  for (std::size_t i = 0; i < count; ++i) {
    const LawSummary& law = comparison.laws[i];
    add_law(law, static_cast<double>(count - 1 - i), i == 0, panel);
    errors.push_back({law.held_out_interval.low, law.held_out_interval.high, law.held_out.rmse,
                      law.training.rmse});
    panel.y.names.insert(panel.y.names.begin(), short_name(law.name));
  }
  panel.x = error_axis(errors);
  return {.title = title_of(comparison),
          .what = fmt::format("{} of {} rows of {} held out ({}); rings: error on them, with {} "
                              "intervals; points: error on the fitted rows",
                              comparison.held_out_rows, comparison.rows,
                              file_name(source_text(comparison.source)), comparison.holdout,
                              percent(comparison.level)),
          .numbers = numbers_of(comparison),
          .panels = {std::move(panel)}};
}

}  // namespace isoflop
