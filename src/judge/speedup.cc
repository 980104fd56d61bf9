// All curves are one law, fitted once, with an indicator v_i for each variant and x = ln(C/C_0):
//
//   E + A exp(-alpha (x (1 + sum_i t_i v_i) + sum_i k_i v_i))
//
// where the baseline has no indicator, and asymptotes of their own stand in the place of E. So
// k_i + t_i x is ln S_i, and its profile is the interval of the speed-up.
#include "isoflop/speedup.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/distributions.h"
#include "base/error.h"
#include "base/number_text.h"
#include "base/numbers.h"
#include "base/spelling.h"
#include "isoflop/covariance.h"
#include "isoflop/likelihood_profile.h"
#include "judge/check_speedup.h"
#include "judge/curve_law.h"

namespace isoflop {

namespace {

constexpr double kSameScale = 0.01;  // of compute, for two runs to be a pair
constexpr double kExponentLevel = 0.05;
constexpr double kMostRepeats = 1e9;

using PartKind = CurvePart::Kind;

bool goes_with_scale(const SpeedupRequest& request) {
  return request.asymptote.kind == PartKind::kOwn || request.exponent.kind == PartKind::kOwn;
}

// Losses that do not fall with compute have no curve that another could be compared with.
Result<void> check_shape(const CurveLaw& curves, const Fit& fit) {
  for (const std::string& name : fit.at_bound) {
    const double value = fit.law.values()[*fit.law.coefficient_index(name)];
    const bool trend = name.starts_with('t'), low_asymptote = name.starts_with('E') && value == 0;
    if (!trend && !low_asymptote)
      return work_error(
          "the losses do not fall with compute as E + A/C^alpha does ({} = {} is at an edge of {} "
          "to "
          "{}): leave out runs that are not the best at their compute, or add runs at other scales",
          name, format_number(value), format_number(curves.recipe().range.at(name).low),
          format_number(curves.recipe().range.at(name).high));
  }
  return {};
}

Range scales_of(std::span<const VariantRuns> all) {
  Range seen = {kInfinity, 0};
  for (const VariantRuns& each : all)
    for (const double flops : each.table.column("C"))
      seen = {std::min(seen.low, flops), std::max(seen.high, flops)};
  return seen;
}

// ---- intervals

Quantity log_factor(const CurveLaw& curves, std::size_t variant, double flops) {
  return {.values = [&curves, variant, flops](std::span<const std::span<const double>> sets) {
    std::vector<double> values;
    for (const std::span<const double>& set : sets)
      values.push_back(curves.log_factor(set, variant, flops));
    return values;
  }};
}

Quantity part_of(const CurveLaw& curves, std::size_t variant, double Curve::* part) {
  return {.values = [&curves, variant, part](std::span<const std::span<const double>> sets) {
    std::vector<double> values;
    for (const std::span<const double>& set : sets)
      values.push_back(curves.curve(set, variant).*part);
    return values;
  }};
}

Range exp_of(const Range& range) { return {std::exp(range.low), std::exp(range.high)}; }

// How many times as many runs bring the half of an interval down to `target`: t(r n - p) / sqrt(r)
// falls with r.
double repeats_for(double half, double target, double level, std::size_t rows,
                   std::size_t coefficients) {
  const auto n = static_cast<double>(rows), p = static_cast<double>(coefficients);
  const double error = half / student_quantile(level, rows - coefficients);
  const auto enough = [&](double repeats) {
    return student_quantile_between(level, repeats * n - p) * error <= target * std::sqrt(repeats);
  };
  double low = (p + 1) / n, high = low;
  while (!enough(high)) {
    low = high;
    high *= 2;
    if (!(high < kMostRepeats)) return kNan;
  }
  for (int i = 0; i < 60 && high > low; ++i) {
    const double middle = (low + high) / 2;
    (enough(middle) ? high : low) = middle;
  }
  return high;
}

// Intervals of a fit's quantities; NaN without degrees of freedom.
Result<std::vector<Range>> profiles_of(const Fit& fit, std::span<const Quantity> quantities,
                                       double level, Executor& executor, Progress& progress) {
  if (fit.table.rows() <= free_of(fit)) return std::vector<Range>(quantities.size(), {kNan, kNan});
  const Result<std::vector<ProfileInterval>> found =
      quantity_profiles(fit, quantities, level, executor, progress);
  if (!found) return std::unexpected(found.error());
  if (found->empty()) return work_error("stopped before the intervals were found");
  std::vector<Range> ranges;
  for (const ProfileInterval& each : *found) ranges.push_back(each.interval);
  return ranges;
}

// The same of the coefficients k1, k2, ... or t1, t2, ...: these are held exactly, which is surer.
Result<std::vector<Range>> profiles_of_all(const Fit& fit, char name, std::size_t variants,
                                           double level, Executor& executor, Progress& progress) {
  std::vector<Range> ranges(variants, {kNan, kNan});
  if (fit.table.rows() <= free_of(fit)) return ranges;
  const Result<std::vector<ProfileInterval>> found =
      coefficient_profiles(fit, level, executor, progress);
  if (!found) return std::unexpected(found.error());
  if (found->empty()) return work_error("stopped before the intervals were found");
  for (std::size_t v = 1; v < variants; ++v)
    if (const auto index = fit.law.coefficient_index(fmt::format("{}{}", name, v)))
      ranges[v] = (*found)[*index].interval;
  return ranges;
}

// Of ln S of each variant at these FLOPs.
Result<std::vector<Range>> log_factor_profiles(const CurveLaw& curves, const Fit& fit,
                                               const SpeedupRequest& request, double flops,
                                               std::size_t variants, Executor& executor,
                                               Progress& progress) {
  if (request.asymptote.kind != PartKind::kOwn) {
    const Result<Fit> there = curves.centred_at(flops, fit).fit(executor, progress);
    if (!there) return std::unexpected(there.error());
    return profiles_of_all(*there, 'k', variants, request.level, executor, progress);
  }
  std::vector<Quantity> quantities;
  for (std::size_t v = 0; v < variants; ++v) quantities.push_back(log_factor(curves, v, flops));
  return profiles_of(fit, quantities, request.level, executor, progress);
}

std::vector<double> usual_scales(const Range& seen, const SpeedupRequest& request) {
  const auto [low, high] = seen;
  if (!goes_with_scale(request)) return {high};
  return {low, std::sqrt(low * high), high};
}

// ---- pairs

struct CurveNoise {
  double deviation = kNan;  // of the residuals
  double t = kNan;
  bool logarithmic = true;
};

CurveNoise noise_of(const Fit& fit, const Covariance& covariance, double level) {
  if (covariance.degrees_of_freedom == 0) return {};
  return {.deviation = std::sqrt(covariance.score_variance) / covariance.curvature,
          .t = student_quantile(level, covariance.degrees_of_freedom),
          .logarithmic = fit.recipe.residual == Residual::kLog};
}

std::vector<SpeedupPair> pairs_of(const Table& baseline, const Table& variant, const Curve& curve,
                                  const CurveNoise& noise) {
  const std::span<const double> base_flops = baseline.column("C"),
                                base_loss = baseline.column("loss"), flops = variant.column("C"),
                                loss = variant.column("loss");
  std::vector<SpeedupPair> pairs;
  for (const std::size_t row :
       ordered_rows(flops.size(), [&](std::size_t each) { return flops[each]; })) {
    double sum = 0, count = 0;
    for (std::size_t i = 0; i < base_flops.size(); ++i)
      if (std::abs(base_flops[i] / flops[row] - 1) <= kSameScale) {
        sum += base_loss[i];
        ++count;
      }
    if (count == 0) continue;
    SpeedupPair pair{.flops = flops[row], .baseline_loss = sum / count, .loss = loss[row]};
    const double above = pair.baseline_loss - curve.asymptote, left = pair.loss - curve.asymptote;
    if (!(above > 0 && left > 0)) {
      pair.factor = kNan;
      pair.interval = {kNan, kNan};
      pairs.push_back(pair);
      continue;
    }
    const double log_factor = std::log(above / left) / curve.exponent;
    const double of_base = (noise.logarithmic ? pair.baseline_loss : 1) / above,
                 of_variant = (noise.logarithmic ? pair.loss : 1) / left;
    const double half = noise.t * noise.deviation / curve.exponent *
                        std::sqrt(of_base * of_base / count + of_variant * of_variant);
    pair.factor = std::exp(log_factor);
    pair.interval = exp_of({log_factor - half, log_factor + half});
    pairs.push_back(pair);
  }
  return pairs;
}

// ---- whether exponents differ

struct WithTrend {
  CurveLaw curves;
  Fit fit;
};

// With exponents of their own, whatever was asked for. Nothing where runs are too few.
std::optional<WithTrend> fit_trend(std::span<const VariantRuns> all, const SpeedupRequest& request,
                                   const Fit& fitted, Executor& executor, Progress& progress) {
  CurvePart own = request.exponent;
  own.kind = PartKind::kOwn;
  const std::size_t least = request.asymptote.kind == PartKind::kOwn ? 3 : 2;
  for (const VariantRuns& each : all)
    if (distinct_scales(each.table.column("C")) < least) return {};
  CurveLaw curves(all, request.asymptote, own, request.recipe);
  if (fitted.table.rows() <= free_of(curves.law(), curves.recipe())) return {};
  curves.start_from(fitted);
  Result<Fit> fit = curves.fit(executor, progress);
  if (!fit || !fit->usable) return {};
  return WithTrend{std::move(curves), *std::move(fit)};
}

std::optional<ExponentTest> exponent_test(const Fit& shared, const WithTrend& own) {
  const Result<Covariance> spread = covariance(own.fit, CovarianceKind::kModel);
  if (!spread || spread->degrees_of_freedom == 0 || !(spread->score_variance > 0)) return {};
  ExponentTest test{.terms = free_of(own.fit) - free_of(shared),
                    .degrees_of_freedom = spread->degrees_of_freedom};
  const auto terms = static_cast<double>(test.terms);
  const double fall = std::max(0.0, shared.objective.sum - own.fit.objective.sum);
  test.F = 2 * fall * spread->curvature / (spread->score_variance * terms);
  test.p = fisher_tail(test.F, terms, static_cast<double>(test.degrees_of_freedom));
  return test;
}

// ---- notes

std::string range_text(const Range& range) {
  return fmt::format("{} to {}", format_number(range.low, 3), format_number(range.high, 3));
}

void add_speedup_notes(const Fit& fit, const Range& seen, Speedup& result) {
  const SpeedupRequest& request = result.request;
  std::vector<std::string>& notes = result.notes;
  if (fit.status == FitStatus::kLimit)
    notes.emplace_back("the fit of the curves did not converge: take the speed-ups as rough");
  for (const std::string& name : fit.at_bound)
    notes.push_back(fmt::format(
        "{} is at an edge of its range, {}: these runs do not show {}", name,
        format_number(fit.law.values()[*fit.law.coefficient_index(name)]),
        name.starts_with('E') ? "an asymptote; pin it with request.asymptote=1.6"
                              : "an exponent for each variant; take request.exponent=shared"));
  if (std::isnan(result.noise))
    notes.push_back(
        fmt::format("{} runs leave no degree of freedom beside {} coefficients: there "
                    "are no intervals; pin the asymptote or the exponent, or add runs",
                    result.rows, free_of(fit)));
  if (result.test && result.test->p < kExponentLevel && request.exponent.kind != PartKind::kOwn)
    notes.push_back(
        fmt::format("the exponents differ (p = {}): the speed-up changes with scale; take "
                    "request.exponent=own",
                    format_number(result.test->p, 2)));
  for (const double flops : request.flops)
    if (!seen.contains(flops))
      notes.push_back(fmt::format(
          "{} FLOPs are outside the runs, {}: {}", format_number(flops, 3), range_text(seen),
          goes_with_scale(request) ? "the curves are extrapolated"
                                   : "the speed-up there is that of the runs, if the asymptote and "
                                     "the exponent stay the same"));
  for (const VariantSpeedup& variant : result.variants)
    if (std::ranges::any_of(variant.at, [](const SpeedupAt& at) { return std::isnan(at.factor); }))
      notes.push_back(fmt::format(
          "{}: its loss is below the asymptote of {}, which no compute brings the baseline to",
          variant.name, request.baseline));
}

}  // namespace

Result<CurvePart> parse_curve_part(std::string_view text) {
  const std::string_view word = trimmed(text);
  if (word == "shared") return CurvePart{};
  if (word == "own") return CurvePart{.kind = PartKind::kOwn};
  const std::optional<double> value = parse_plain_number(word);
  if (!value || !std::isfinite(*value))
    return error("\"{}\" must be shared, own or a number", excerpt(text));
  return CurvePart{.kind = PartKind::kPinned, .value = *value};
}

std::string to_text(const CurvePart& part) {
  if (part.kind == PartKind::kPinned) return format_number(part.value, 17);
  return part.kind == PartKind::kOwn ? "own" : "shared";
}

Result<Speedup> speedup(std::span<const VariantRuns> runs, const SpeedupRequest& request,
                        Executor& executor, Progress& progress) {
  const Result<std::vector<VariantRuns>> all = baseline_first(runs, request);
  if (!all) return std::unexpected(all.error());
  if (const auto sound = check_curves(*all, request); !sound) return std::unexpected(sound.error());

  const CurveLaw curves(*all, request.asymptote, request.exponent, request.recipe);
  Result<Fit> fitted = curves.fit(executor, progress);
  if (!fitted) return std::unexpected(fitted.error());
  if (!fitted->usable) return work_error("the curves could not be fitted: {}", fitted->message);
  const Fit& fit = *fitted;
  if (const auto sound = check_shape(curves, fit); !sound) return std::unexpected(sound.error());
  const Result<Covariance> spread = covariance(fit, CovarianceKind::kModel);
  if (!spread) return std::unexpected(spread.error());

  const Range seen = scales_of(*all);
  Speedup result{.request = request, .rows = fit.table.rows()};
  if (result.request.flops.empty()) result.request.flops = usual_scales(seen, request);
  const CurveNoise noise = noise_of(fit, *spread, request.level);
  result.noise = noise.deviation;

  const std::optional<WithTrend> trend = fit_trend(*all, request, fit, executor, progress);
  if (trend && request.exponent.kind != PartKind::kOwn) {
    result.test = exponent_test(fit, *trend);
  } else if (trend) {
    const CurveLaw shared(*all, request.asymptote, {}, request.recipe);
    const Result<Fit> narrower = shared.fit(executor, progress);
    if (narrower && narrower->usable) result.test = exponent_test(*narrower, *trend);
  }
  const bool has_trend = trend && request.asymptote.kind != PartKind::kOwn;

  const std::size_t count = all->size();
  std::vector<Quantity> parts;  // of each curve two
  for (std::size_t v = 0; v < count; ++v) {
    parts.push_back(part_of(curves, v, &Curve::asymptote));
    parts.push_back(part_of(curves, v, &Curve::exponent));
  }
  const Result<std::vector<Range>> profiles =
      profiles_of(fit, parts, request.level, executor, progress);
  if (!profiles) return std::unexpected(profiles.error());
  std::vector<std::vector<Range>> factors;  // of each scale
  for (const double flops : result.request.flops) {
    if (!factors.empty() && !goes_with_scale(request)) {
      factors.push_back(factors.front());
      continue;
    }
    Result<std::vector<Range>> found =
        log_factor_profiles(curves, fit, request, flops, count, executor, progress);
    if (!found) return std::unexpected(found.error());
    factors.push_back(*std::move(found));
  }
  std::vector<Range> trends;
  if (has_trend) {
    Result<std::vector<Range>> found =
        profiles_of_all(trend->fit, 't', count, request.level, executor, progress);
    if (!found) return std::unexpected(found.error());
    trends = *std::move(found);
  }

  const std::span<const double> values = fit.law.values();
  for (std::size_t v = 0; v < count; ++v) {
    const Curve curve = curves.curve(values, v);
    const auto known = [&](const CurvePart& part, const Range& range) {
      return part.kind == PartKind::kPinned ? Range{part.value, part.value} : range;
    };
    result.curves.push_back({.name = (*all)[v].name,
                             .runs = (*all)[v].table.rows(),
                             .asymptote = curve.asymptote,
                             .scale = curve.scale,
                             .exponent = curve.exponent,
                             .asymptote_interval = known(request.asymptote, (*profiles)[2 * v]),
                             .exponent_interval = known(request.exponent, (*profiles)[2 * v + 1])});
  }
  for (std::size_t v = 1; v < count; ++v) {
    const VariantRuns& of = (*all)[v];
    VariantSpeedup variant{.name = of.name};
    if (const auto given = request.throughput.find(of.name); given != request.throughput.end())
      variant.throughput = given->second;
    for (std::size_t i = 0; i < factors.size(); ++i) {
      const double flops = result.request.flops[i];
      const Range& range = factors[i][v];
      const auto runs_here = static_cast<double>(of.table.rows() + all->front().table.rows());
      SpeedupAt at{.flops = flops,
                   .factor = std::exp(curves.log_factor(values, v, flops)),
                   .interval = exp_of(range),
                   .runs_to_resolve = kNan};
      at.factor_in_time = variant.throughput * at.factor;
      at.interval_in_time = {variant.throughput * at.interval.low,
                             variant.throughput * at.interval.high};
      const double half = (range.high - range.low) / 2;
      if (std::isfinite(half) && half > 0)
        at.runs_to_resolve =
            std::ceil(runs_here * repeats_for(half, std::log1p(request.resolve), request.level,
                                              result.rows, free_of(fit)));
      variant.at.push_back(at);
    }
    variant.pairs = pairs_of(all->front().table, of.table, curves.curve(values, 0), noise);
    for (SpeedupPair& pair : variant.pairs) pair.factor_in_time = variant.throughput * pair.factor;
    if (has_trend) {
      constexpr double kTenfold = 2.302585092994046;  // ln 10
      variant.trend = std::exp(kTenfold * trend->curves.curve(trend->fit.law.values(), v).trend);
      variant.trend_interval = exp_of({kTenfold * trends[v].low, kTenfold * trends[v].high});
    }
    result.variants.push_back(std::move(variant));
  }
  add_speedup_notes(fit, seen, result);
  return result;
}

Result<Speedup> speedup(std::span<const VariantRuns> runs, const SpeedupRequest& request) {
  SerialExecutor executor;
  Progress silent;
  return speedup(runs, request, executor, silent);
}

}  // namespace isoflop
