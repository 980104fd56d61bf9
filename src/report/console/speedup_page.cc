#include <fmt/format.h>

#include <cmath>

#include "base/number_text.h"
#include "report/console/console.h"
#include "report/console/text_table.h"
#include "store/document.h"

namespace isoflop {

namespace {

std::string factor_text(double factor) {
  return std::isfinite(factor) ? format_number(factor, 5) : "none";
}

std::string resolve_text(double runs) { return std::isnan(runs) ? "" : format_number(runs, 3); }

std::string part_text(const CurvePart& part) {
  return part.kind == CurvePart::Kind::kPinned ? "pinned" : to_text(part);
}

std::string curves_table(const Speedup& all) {
  TextTable table({"variant", "runs", "E, " + part_text(all.request.asymptote), "interval", "A",
                   "alpha, " + part_text(all.request.exponent), "interval"});
  const auto interval = [](const CurvePart& part, const Range& range) {
    return part.kind == CurvePart::Kind::kPinned ? "" : interval_text(range);
  };
  for (const VariantCurve& curve : all.curves)
    table.add({curve.name, std::to_string(curve.runs), format_number(curve.asymptote, 5),
               interval(all.request.asymptote, curve.asymptote_interval),
               format_number(curve.scale, 5), format_number(curve.exponent, 4),
               interval(all.request.exponent, curve.exponent_interval)});
  return table.text();
}

std::string factors_table(const Speedup& all) {
  TextTable table({"variant", "FLOPs", "speed-up", "interval", "throughput", "in time", "interval",
                   fmt::format("runs for {}", format_percent(all.request.resolve))});
  for (const VariantSpeedup& variant : all.variants)
    for (const SpeedupAt& at : variant.at) {
      const bool timed = variant.throughput != 1;
      table.add({variant.name, format_number(at.flops, 3), factor_text(at.factor),
                 interval_text(at.interval), timed ? format_number(variant.throughput, 4) : "",
                 timed ? factor_text(at.factor_in_time) : "",
                 timed ? interval_text(at.interval_in_time) : "",
                 resolve_text(at.runs_to_resolve)});
    }
  return table.text();
}

std::string pairs_table(const Speedup& all) {
  TextTable table({"variant", "FLOPs", "loss of " + all.request.baseline, "loss", "speed-up",
                   "interval", "in time"});
  bool any = false;
  for (const VariantSpeedup& variant : all.variants)
    for (const SpeedupPair& pair : variant.pairs) {
      any = true;
      table.add({variant.name, format_number(pair.flops, 3), format_number(pair.baseline_loss, 7),
                 format_number(pair.loss, 7), factor_text(pair.factor),
                 interval_text(pair.interval),
                 variant.throughput != 1 ? factor_text(pair.factor_in_time) : ""});
    }
  if (!any) return "";
  return "\nruns at the same compute, the curve of the baseline moved through its own run\n" +
         table.text();
}

std::string trend_lines(const Speedup& all) {
  std::string lines;
  for (const VariantSpeedup& variant : all.variants)
    if (variant.trend)
      lines += fmt::format("  {}: times {} ({}) for ten times the compute\n", variant.name,
                           format_number(*variant.trend, 4), interval_text(variant.trend_interval));
  if (!lines.empty()) lines = "\ntrend of the speed-up, with exponents of their own\n" + lines;
  if (all.test)
    lines += fmt::format("  one exponent for all: F = {} on {} and {}, p = {}\n",
                         format_number(all.test->F, 3), all.test->terms,
                         all.test->degrees_of_freedom, format_number(all.test->p, 2));
  return lines;
}

}  // namespace

std::string speedup_page(const SpeedupRecord& record) {
  const Speedup& all = record.speedup;
  const std::string left_out = left_out_text(record.data.left_out);
  const std::string level = format_percent(all.request.level);
  return fmt::format(
      "speed-up over {} at equal loss: {} of {} rows of {}{}{}\n\n"
      "L = E + A/C^alpha, {}; intervals at {}\n{}\n"
      "compute of the baseline over that of the variant\n{}{}{}",
      all.request.baseline, all.rows, record.data.rows_read, source_text(record.data.source),
      left_out.empty() ? "" : ", ", left_out,
      std::isnan(all.noise)
          ? "no degree of freedom for noise"
          : fmt::format("noise {} of {}", format_number(all.noise, 3),
                        all.request.recipe.residual == Residual::kLog ? "ln L" : "L"),
      level, curves_table(all), factors_table(all), pairs_table(all), trend_lines(all));
}

}  // namespace isoflop
