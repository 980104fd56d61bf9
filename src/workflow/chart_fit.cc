#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/number_text.h"
#include "data/derive.h"
#include "isoflop/output.h"
#include "law/law_text.h"
#include "store/document.h"
#include "workflow/charts.h"
#include "workflow/figure_parts.h"

namespace isoflop {

namespace {

constexpr std::size_t kMostCoefficients = 4;
constexpr std::size_t kMostDraws = 1500;  // in one panel: more would not be seen

std::string runs_of(const FitRecord& record) {
  return fmt::format("{} runs of {}", record.fit.table.rows(),
                     file_name(source_text(record.data.source)));
}

std::string worst_text(const Fit& fit, const Residuals& residuals) {
  return fmt::format("the farthest, {}, by {}", fit.table.row_label(residuals.worst),
                     residual_text(fit.law, residuals, std::abs(residuals.each[residuals.worst])));
}

// Draws of a coefficient whose ends are this many times apart, such as those of a scale, crowd at
// the low end of a linear axis.
constexpr double kManyTimesApart = 8;

FigureAxis coefficient_axis(const std::string& name, const std::vector<double>& draws) {
  const auto [low, high] = std::ranges::minmax(draws);
  const bool wide = low > 0 && high > kManyTimesApart * low;
  const auto scale = wide ? FigureAxis::Scale::kLog : FigureAxis::Scale::kLinear;
  return {.title = name + (wide ? ", logarithmic" : ""),
          .scale = scale,
          .range = range_of(std::span(&draws, 1), scale)};
}

Mark zero_line(const Range& range, double from, double to) {
  return {.kind = Mark::Kind::kLine,
          .x = {range.low, range.high},
          .y = {from, to},
          .colour = Mark::Colour::kQuiet,
          .dashed = true};
}

}  // namespace

Figure fit_figure(const FitRecord& record, const Residuals& residuals) {
  const std::vector<double> both[] = {residuals.measured, residuals.predicted};
  const auto scale = residuals.logarithmic ? FigureAxis::Scale::kLog : FigureAxis::Scale::kLinear;
  const Range range = range_of(both, scale);
  const std::string rms = residual_text(record.fit.law, residuals, residuals.rms);
  FigureAxis x = axis_of_output(record.fit.law), y = x;
  const std::string name = output_of(record.fit.law).name;
  x.title = "measured " + x.title;
  y.title = "predicted " + y.title;
  x.scale = y.scale = scale;
  x.range = y.range = range;
  return {
      .title =
          fmt::format("{} predicts the runs it was fitted on to {}", record.fit.law.key(), rms),
      .what = fmt::format("Predicted against measured {}, {}; on the dashed line they are equal",
                          name, runs_of(record)),
      .numbers = fmt::format("The root mean square of {6} {0} is {1}; {2}. Measured {3} from {4} "
                             "to {5}.",
                             name, rms, worst_text(record.fit, residuals),
                             name == "loss" ? "losses go" : name + " goes",
                             format_number(std::ranges::min(residuals.measured)),
                             format_number(std::ranges::max(residuals.measured)),
                             residuals.logarithmic ? "the logarithm of predicted over measured"
                                                   : "predicted less measured"),
      .panels = {{.title = "",
                  .x = x,
                  .y = y,
                  .marks = {zero_line(range, range.low, range.high),
                            run_points(record.fit.table, residuals.measured, residuals.predicted,
                                       Mark::Colour::kSeries)}}}};
}

Result<Figure> fit_chart(const ChartRequest&, const Model& model, Executor&, Progress&) {
  const Result<Residuals> all = residuals(model.law, model.fit->fit.table);
  if (!all) return std::unexpected(all.error());
  return fit_figure(*model.fit, *all);
}

Result<Figure> residuals_chart(const ChartRequest& request, const Model& model, Executor&,
                               Progress&) {
  const FitRecord& record = *model.fit;
  const Result<Residuals> all = residuals(model.law, record.fit.table);
  if (!all) return std::unexpected(all.error());
  const std::string input =
      !request.input.empty() ? request.input : model.law.inputs().front().name;
  const std::vector<double> x_values = column_of(record.fit.law, record.fit.table, input);
  if (x_values.empty())
    return error_at({"chart.input"}, "the runs have no {}: give one of {}", input,
                    fmt::join(record.fit.table.names(), ", "));
  std::vector<double> shown;
  for (const double residual : all->each)
    shown.push_back(all->logarithmic ? 100 * residual : residual);
  FigureAxis x = axis_of(input);
  x.range = range_of(std::span(&x_values, 1), x.scale);
  const double worst = 1.08 * std::abs(shown[all->worst]), most = worst > 0 ? worst : 1;
  const std::string rms = residual_text(model.law, *all, all->rms),
                    farthest = worst_text(record.fit, *all);
  const FigureAxis y{.title = all->logarithmic
                                  ? "ln predicted - ln measured, %"
                                  : "predicted - measured " + output_of(model.law).name,
                     .range = {-most, most}};
  return Figure{
      .title = fmt::format("Residuals of {} along {}: {} on the whole, {}", record.fit.law.key(),
                           input, rms, farthest),
      .what = fmt::format("Residuals of {}; above the dashed line the law predicts too much",
                          runs_of(record)),
      .numbers = fmt::format("The root mean square is {}; {}.", rms, farthest),
      .panels = {{.title = "",
                  .x = x,
                  .y = y,
                  .marks = {zero_line(x.range, 0, 0),
                            run_points(record.fit.table, x_values, std::move(shown),
                                       Mark::Colour::kSeries)}}}};
}

Result<Figure> coefficients_chart(const ChartRequest&, const Model& model, Executor&, Progress&) {
  const FitRecord& record = *model.fit;
  if (!record.bootstrap)
    return error("{} has no draws: fit again, with bootstrap.replicates=1000", model.name);
  const Law& law = record.fit.law;
  const BootstrapRecord& bootstrap = *record.bootstrap;
  const std::size_t width = law.coefficients().size();
  // Those that vary most for their size tell most.
  std::vector<std::pair<double, std::size_t>> spread;
  for (std::size_t i = 0; i < width; ++i) {
    const double error = bootstrap.uncertainties[i].standard_error;
    if (error > 0) spread.emplace_back(-error / std::max(std::abs(law.values()[i]), 1e-300), i);
  }
  if (spread.size() < 2)
    return work_error(
        "{} coefficients of {} have a standard error by their draws; a chart needs two",
        spread.size(), law.key());
  std::ranges::sort(spread);
  spread.resize(std::min(spread.size(), kMostCoefficients));

  std::vector<std::vector<double>> values(width);
  const std::size_t draws = bootstrap.draws.size();
  const std::size_t every = (draws + kMostDraws - 1) / kMostDraws;
  for (std::size_t draw = 0; draw < draws; draw += std::max<std::size_t>(1, every))
    for (std::size_t i = 0; i < width; ++i)
      values[i].push_back(bootstrap.draws.values[draw * width + i]);

  Figure figure{.title = "", .what = "", .numbers = "", .panels = {}, .columns = 3};
  for (std::size_t a = 0; a < spread.size(); ++a)
    for (std::size_t b = a + 1; b < spread.size(); ++b) {
      const auto axis = [&](std::size_t i) {
        return coefficient_axis(law.coefficients()[i].name, values[i]);
      };
      const std::size_t i = spread[a].second, j = spread[b].second;
      figure.panels.push_back(
          {.title = "",
           .x = axis(i),
           .y = axis(j),
           .marks = {{.kind = Mark::Kind::kPoints, .x = values[i], .y = values[j]},
                     {.kind = Mark::Kind::kOptimum,
                      .x = {law.values()[i]},
                      .y = {law.values()[j]},
                      .place = 1}}});
    }
  for (const auto& [negative, i] : spread)
    figure.numbers += fmt::format("{}{}: {}, standard error {}", figure.numbers.empty() ? "" : "; ",
                                  law.coefficients()[i].name, format_number(law.values()[i]),
                                  format_number(bootstrap.uncertainties[i].standard_error, 2));
  figure.title =
      fmt::format("{} of {} is the least certain: {} give or take {}",
                  law.coefficients()[spread[0].second].name, law.key(),
                  format_number(law.values()[spread[0].second], 3), percent(-spread[0].first));
  figure.what =
      fmt::format("{} draws of a bootstrap of {}, two coefficients at a time; rings: the fit",
                  draws, runs_of(record));
  return figure;
}

}  // namespace isoflop
