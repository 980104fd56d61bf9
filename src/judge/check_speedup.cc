#include "judge/check_speedup.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.h"
#include "base/number_text.h"
#include "base/numbers.h"
#include "base/spelling.h"
#include "judge/curve_law.h"

namespace isoflop {

std::size_t distinct_scales(std::span<const double> flops) {
  return std::set<double>(flops.begin(), flops.end()).size();
}

Result<std::vector<VariantRuns>> baseline_first(std::span<const VariantRuns> runs,
                                                const SpeedupRequest& request) {
  std::vector<VariantRuns> all(runs.begin(), runs.end());
  std::vector<std::string> names;
  for (const VariantRuns& each : all) names.push_back(each.name);
  const auto baseline = std::ranges::find(all, request.baseline, &VariantRuns::name);
  if (baseline == all.end()) {
    const std::string near = did_you_mean(request.baseline, names);
    for (std::string& name : names) name = excerpt(name);
    return error_at({"request.baseline"}, "no run is of \"{}\"{}; the variants are {}",
                    excerpt(request.baseline), near, fmt::join(names, ", "));
  }
  if (all.size() < 2)
    return error("all runs are of \"{}\": there is no variant to compare with it",
                 excerpt(request.baseline));
  std::rotate(all.begin(), baseline, baseline + 1);
  return all;
}

// What the numbers are that the curves of these runs have; a curve by itself has a level, and what
// is estimated for it.
Result<void> check_curves(std::span<const VariantRuns> all, const SpeedupRequest& request) {
  Problems problems;
  for (const auto& [name, ratio] : request.throughput) {
    if (std::ranges::find(all, name, &VariantRuns::name) == all.end() || name == request.baseline)
      problems.add({"request.throughput"}, "\"{}\" is no variant: check its spelling",
                   excerpt(name));
    if (!(ratio > 0 && std::isfinite(ratio)))
      problems.add({"request.throughput"}, "{} of \"{}\" must be above 0", ratio, excerpt(name));
  }
  for (const double flops : request.flops)
    if (!(flops > 0 && std::isfinite(flops)))
      problems.add({"request.flops"}, "{} must be above 0", flops);
  if (!(request.level > 0 && request.level < 1))
    problems.add({}, "the level of the intervals, {}, must be between 0 and 1", request.level);
  if (!(request.resolve > 0 && request.resolve < 1))
    problems.add({"request.resolve"}, "{} must be between 0 and 1", request.resolve);
  if (request.exponent.kind == CurvePart::Kind::kPinned && !(request.exponent.value > 0))
    problems.add({"request.exponent"}, "{} must be above 0", request.exponent.value);
  double lowest = kInfinity;
  std::size_t rows = 0;
  std::set<double> scales;
  for (const VariantRuns& each : all) {
    const std::span<const double> flops = each.table.column("C"), loss = each.table.column("loss");
    if (flops.empty() || loss.empty())
      return error("the runs of \"{}\" have no C, or no loss", excerpt(each.name));
    for (std::size_t row = 0; row < flops.size(); ++row)
      if (!(flops[row] > 0 && loss[row] > 0))
        problems.add({}, "\"{}\", {}: C = {} and loss = {} must be above 0", excerpt(each.name),
                     each.table.row_label(row), flops[row], loss[row]);
    lowest = std::min(lowest, std::ranges::min(loss));
    rows += flops.size();
    scales.insert(flops.begin(), flops.end());
    const std::size_t own = 1u + (request.asymptote.kind == CurvePart::Kind::kOwn ? 1 : 0) +
                            (request.exponent.kind == CurvePart::Kind::kOwn ? 1 : 0);
    if (distinct_scales(flops) < own)
      problems.add({},
                   "\"{}\" has runs at {} scales, and a curve of its own takes {}: share the "
                   "exponent and the asymptote, or add runs",
                   excerpt(each.name), distinct_scales(flops), own);
  }
  if (request.asymptote.kind == CurvePart::Kind::kPinned && !(request.asymptote.value < lowest))
    problems.add({"request.asymptote"}, "{} is not below the lowest loss, {}",
                 request.asymptote.value, format_number(lowest, 6));
  const std::size_t shape = (request.asymptote.kind != CurvePart::Kind::kPinned ? 1u : 0u) +
                            (request.exponent.kind != CurvePart::Kind::kPinned ? 1u : 0u);
  const std::size_t numbers = coefficients_of(all.size(), request.asymptote, request.exponent);
  if (problems.empty() && (rows < numbers || scales.size() < 1 + shape))
    problems.add({},
                 "{} runs at {} scales cannot determine {} coefficients: pin the asymptote with "
                 "request.asymptote=1.6 or the exponent with request.exponent=0.09, or add runs",
                 rows, scales.size(), numbers);
  return problems.result();
}

}  // namespace isoflop
