#include "judge/curve_law.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/numbers.h"

namespace isoflop {

namespace {

using Sharing = CurvePart::Kind;

// Wide enough for any runs: a factor of 5e8 in compute, an exponent that is 10 times or a tenth of
// the baseline's.
constexpr Range kExponentRange = {1e-3, 5}, kLogFactorRange = {-20, 20}, kTrendRange = {-0.9, 9};
constexpr double kLargestScale = 10;  // of the highest loss, for A at C_0

std::string numbered(const char* name, std::size_t i) { return fmt::format("{}{}", name, i); }

std::string curves_formula(std::size_t variants, bool own_asymptotes, bool own_exponents) {
  std::string asymptote = own_asymptotes ? "E*v0" : "E", stretch = "1", shift = "0";
  for (std::size_t i = 1; i < variants; ++i) {
    if (own_asymptotes) asymptote += fmt::format(" + E{0}*v{0}", i);
    if (own_exponents) stretch += fmt::format(" + t{0}*v{0}", i);
    shift += fmt::format(" + k{0}*v{0}", i);
  }
  return fmt::format("{} + A*exp(-alpha*(x*({}) + {}))", asymptote, stretch, shift);
}

Law curves_law(std::size_t variants, bool own_asymptotes, bool own_exponents) {
  std::vector<std::string> inputs = {"x"};
  for (std::size_t i = 0; i < variants; ++i) inputs.push_back(numbered("v", i));
  return *Law::from_formula(curves_formula(variants, own_asymptotes, own_exponents), inputs);
}

Table curves_table(std::span<const VariantRuns> runs, double centre) {
  std::vector<double> flops, loss, x, weight;
  std::vector<std::vector<double>> indicators(runs.size());
  bool weighted = false;
  for (std::size_t v = 0; v < runs.size(); ++v) {
    const Table& table = runs[v].table;
    weighted = weighted || table.has("weight");
    for (std::size_t row = 0; row < table.rows(); ++row) {
      flops.push_back(table.column("C")[row]);
      x.push_back(std::log(flops.back()) - centre);
      loss.push_back(table.column("loss")[row]);
      weight.push_back(table.has("weight") ? table.column("weight")[row] : 1);
      for (std::size_t i = 0; i < runs.size(); ++i) indicators[i].push_back(i == v ? 1 : 0);
    }
  }
  Table all;
  (void)all.set("x", std::move(x));
  (void)all.set("C", std::move(flops));
  (void)all.set("loss", std::move(loss));
  if (weighted) (void)all.set("weight", std::move(weight));
  for (std::size_t i = 0; i < runs.size(); ++i)
    (void)all.set(numbered("v", i), std::move(indicators[i]));
  return all;
}

double middle_of_logs(std::span<const VariantRuns> runs) {
  double sum = 0, count = 0;
  for (const VariantRuns& each : runs)
    for (const double flops : each.table.column("C")) {
      sum += std::log(flops);
      ++count;
    }
  return sum / count;
}

}  // namespace

std::size_t free_of(const Law& law, const Recipe& recipe) {
  return law.coefficients().size() - recipe.fix.size();
}

std::size_t free_of(const Fit& fit) { return free_of(fit.law, fit.recipe); }

std::size_t coefficients_of(std::size_t variants, const CurvePart& asymptote,
                            const CurvePart& exponent) {
  const auto of = [&](const CurvePart& part) {
    return part.kind == Sharing::kOwn ? variants : part.kind == Sharing::kShared ? 1 : 0;
  };
  return variants + of(asymptote) + of(exponent);
}

CurveLaw::CurveLaw(std::span<const VariantRuns> runs, const CurvePart& asymptote,
                   const CurvePart& exponent, const Recipe& recipe)
    : law_(
          curves_law(runs.size(), asymptote.kind == Sharing::kOwn, exponent.kind == Sharing::kOwn)),
      recipe_{.residual = recipe.residual, .loss = recipe.loss, .seed = recipe.seed},
      centre_(middle_of_logs(runs)) {
  table_ = curves_table(runs, centre_);
  for (std::size_t v = 0; v < runs.size(); ++v) {
    const std::string own = v == 0 ? "E" : numbered("E", v);
    const double lowest = std::ranges::min(
        asymptote.kind == Sharing::kOwn ? runs[v].table.column("loss") : table_.column("loss"));
    if (law_.coefficient_index(own)) recipe_.range[own] = {0, lowest};
    if (v == 0) continue;
    recipe_.range[numbered("k", v)] = kLogFactorRange;
    if (exponent.kind == Sharing::kOwn) recipe_.range[numbered("t", v)] = kTrendRange;
  }
  recipe_.range["A"] = {0, kLargestScale * std::ranges::max(table_.column("loss"))};
  recipe_.range["alpha"] = kExponentRange;
  const auto pin = [&](const char* name, const CurvePart& part) {
    if (part.kind != Sharing::kPinned && part.value == 0) return;
    recipe_.fix[name] = part.value;
    recipe_.range.erase(name);
  };
  pin("E", asymptote);
  pin("alpha", exponent);
}

void CurveLaw::start_from(const Fit& special) {
  for (const Coefficient& coefficient : law_.coefficients()) {
    if (recipe_.fix.contains(coefficient.name)) continue;
    const auto index = special.law.coefficient_index(coefficient.name);
    recipe_.start[coefficient.name] = index ? special.law.values()[*index] : 0;
  }
}

CurveLaw CurveLaw::centred_at(double flops, const Fit& fit) const {
  CurveLaw moved = *this;
  moved.centre_ = std::log(flops);
  const double by = moved.centre_ - centre_;
  std::vector<double> x(table_.column("x").begin(), table_.column("x").end());
  for (double& each : x) each -= by;
  (void)moved.table_.set("x", std::move(x));
  const std::span<const double> set = fit.law.values();
  moved.start_from(fit);
  moved.recipe_.starts.kind = Starts::Kind::kGiven;
  const double ratio = std::exp(-value(set, "alpha", 0) * by);
  moved.recipe_.start["A"] *= ratio;
  moved.recipe_.range["A"].high *= std::max(1.0, ratio);
  for (std::size_t v = 1; moved.recipe_.start.contains(numbered("k", v)); ++v)
    moved.recipe_.start[numbered("k", v)] += value(set, numbered("t", v), 0) * by;
  return moved;
}

Result<Fit> CurveLaw::fit(Executor& executor, Progress& progress) const {
  return isoflop::fit(law_, table_, recipe_, executor, progress);
}

double CurveLaw::value(std::span<const double> set, const std::string& name, double without) const {
  const auto index = law_.coefficient_index(name);
  return index ? set[*index] : without;
}

Curve CurveLaw::curve(std::span<const double> set, std::size_t variant) const {
  const double E = value(set, "E", 0), alpha = value(set, "alpha", 0);
  const double trend = variant == 0 ? 0 : value(set, numbered("t", variant), 0);
  const double shift = variant == 0 ? 0 : value(set, numbered("k", variant), 0);
  const double exponent = alpha * (1 + trend);
  return {.asymptote = variant == 0 ? E : value(set, numbered("E", variant), E),
          .scale = value(set, "A", 0) * std::exp(exponent * centre_ - alpha * shift),
          .exponent = exponent,
          .trend = trend};
}

double CurveLaw::log_factor(std::span<const double> set, std::size_t variant, double flops) const {
  const double x = std::log(flops) - centre_;
  const double moved =
      value(set, numbered("k", variant), 0) + value(set, numbered("t", variant), 0) * x;
  const double E = value(set, "E", 0), own = value(set, numbered("E", variant), E);
  if (own == E) return moved;
  // A exp(-alpha (x + ln S)) = own - E + A exp(-alpha (x + moved))
  const double A = value(set, "A", 0), alpha = value(set, "alpha", 0);
  const double left = (own - E) / A + std::exp(-alpha * (x + moved));
  return left > 0 ? -std::log(left) / alpha - x : kNan;
}

}  // namespace isoflop
