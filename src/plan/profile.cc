#include "isoflop/profile.h"

#include <cmath>
#include <utility>

#include "base/enum_names.h"
#include "base/error.h"
#include "base/number_text.h"
#include "plan/landscape.h"
#include "plan/plan_problem.h"

namespace isoflop {

namespace {

constexpr std::string_view kAxisNames[] = {"N", "P", "S"};  // in the order of Axis

constexpr double kSpan = 16;
constexpr Range kSparsities{0, 0.99};

std::vector<double> evenly(double low, double high, std::size_t points) {
  std::vector<double> list(points);
  for (std::size_t i = 0; i < points; ++i)
    list[i] = low + (high - low) * static_cast<double>(i) / static_cast<double>(points - 1);
  return list;
}

std::vector<double> sizes_between(const Range& span, std::size_t points) {
  std::vector<double> list = evenly(std::log(span.low), std::log(span.high), points);
  for (double& value : list) value = std::exp(value);
  return list;
}

std::vector<double> sparsities_between(const Range& span, std::size_t points) {
  std::vector<double> list = evenly(std::log1p(-span.low), std::log1p(-span.high), points);
  for (double& value : list) value = -std::expm1(value);
  list.front() = span.low;
  list.back() = span.high;
  return list;
}

Result<void> check(const PlanQuestion& plan, std::size_t points, const std::optional<Range>& sizes,
                   const std::optional<Range>& sparsity) {
  Problems problems;
  if (!plan.flops) problems.add({}, "a profile needs a budget: give question.flops");
  if (plan.tokens || plan.loss)
    problems.add({}, "on a profile tokens and loss follow from the budget: leave out {}",
                 plan.tokens ? "question.tokens" : "question.loss");
  if (points < 2 || points > ProfileQuestion::kMostPoints)
    problems.add({}, "a profile has 2 to {1} points, not {0}", points,
                 ProfileQuestion::kMostPoints);
  if (sizes && !(sizes->low > 0 && sizes->low < sizes->high && std::isfinite(sizes->high)))
    problems.add({}, "sizes from {} to {}: give two numbers above 0, the lower first",
                 format_number(sizes->low), format_number(sizes->high));
  if (sparsity && !(sparsity->low >= 0 && sparsity->low < sparsity->high && sparsity->high < 1))
    problems.add({}, "sparsities from {} to {}: give shares from 0 to below 1, the lower first",
                 format_number(sparsity->low), format_number(sparsity->high));
  return problems.result();
}

// Losses of a law at the points of a profile.
std::vector<double> losses(const Law& law, const PlanQuestion& question,
                           const IsoflopProfile& points) {
  const std::size_t rows = points.N.size();
  std::vector<double> n(rows), z(rows), d(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    n[i] = std::log(points.N[i]);
    z[i] = -std::log1p(-points.S[i]);
    d[i] = std::log(points.D[i]);
  }
  LossSurface surface(law, question, rows);
  for (std::size_t i = 0; i < rows; ++i) surface.set_coefficients(i, law.values());
  LossSurface::Values values;
  surface.at(n, z, d, values);
  return values.loss;
}

class Builder {
 public:
  Builder(const PlanQuestion& question, Axis axis) : question_(question) {
    made_.axis = axis;
    made_.flops = *question.flops;
  }

  void add(const Sizes& sizes) {
    const double D = tokens_bought(question_, sizes);
    if (!(D >= 1) || !(sizes.N >= 1)) return;
    made_.N.push_back(sizes.N);
    made_.P.push_back(sizes.P);
    made_.S.push_back(sizes.S);
    made_.D.push_back(D);
    made_.tokens_per_parameter.push_back(D / sizes.N);
  }
  void add_total(double P, double S) { add({P * (1 - S), P, S}); }
  void add_active(double N, double S) { add({N, N / (1 - S), S}); }

  Result<IsoflopProfile> take(const Law& law) {
    if (made_.N.empty())
      return error("{} FLOPs do not pay for any point: give larger budgets or smaller sizes",
                   format_flops(*question_.flops));
    made_.loss = losses(law, question_, made_);
    return std::move(made_);
  }

 private:
  const PlanQuestion& question_;
  IsoflopProfile made_;
};

// The size that a profile goes around: the question's optimum.
Result<PlannedRun> middle(const Law& law, const PlanQuestion& question) {
  PlanQuestion open = question;
  open.active_params.reset();
  open.total_params.reset();
  open.limits.clear();
  const Result<Plan> best = plan(law, open);
  if (!best) return std::unexpected(best.error());
  if (!best->run)
    return work_error("{} has no optimal sparsity to centre the profile on: give question.sparsity",
                      law.label());
  return *best->run;
}

Range around(double size) { return {size / kSpan, size * kSpan}; }

Result<IsoflopProfile> by_size(const Law& law, const ProfileQuestion& question) {
  double sparsity = question.plan.sparsity.value_or(0);
  std::optional<Range> span = question.span;
  if (question.plan.free_sparsity || !span) {
    const Result<PlannedRun> best = middle(law, question.plan);
    if (!best) return std::unexpected(best.error());
    sparsity = best->S;
    if (!span) span = around(question.axis == Axis::kActive ? best->N : best->P);
  }
  Builder builder(question.plan, question.axis);
  for (const double size : sizes_between(*span, question.points))
    question.axis == Axis::kActive ? builder.add_active(size, sparsity)
                                   : builder.add_total(size, sparsity);
  return builder.take(law);
}

Result<IsoflopProfile> by_sparsity(const Law& law, const ProfileQuestion& question) {
  Builder builder(question.plan, question.axis);
  for (const double S : sparsities_between(question.span.value_or(kSparsities), question.points)) {
    if (question.plan.active_params) {
      builder.add_active(*question.plan.active_params, S);
    } else if (question.plan.total_params) {
      builder.add_total(*question.plan.total_params, S);
    } else {
      PlanQuestion here = question.plan;
      here.free_sparsity = false;
      here.sparsity_range.reset();
      here.sparsity = S;
      const Result<Plan> best = plan(law, here);
      if (!best) return std::unexpected(best.error());
      builder.add_active(best->run->N, S);
    }
  }
  return builder.take(law);
}

}  // namespace

std::string to_text(Axis axis) { return enum_name(kAxisNames, axis); }

Result<Axis> parse_axis(std::string_view text) {
  if (const auto axis = enum_value<Axis>(kAxisNames, text)) return *axis;
  return error(
      "\"{}\" is not an axis: give N (active parameters), P (total parameters) or S (sparsity)",
      text);
}

Result<IsoflopProfile> profile(const Law& law, const ProfileQuestion& question) {
  const bool of_sparsity = question.axis == Axis::kSparsity;
  const auto ok = check(question.plan, question.points, of_sparsity ? std::nullopt : question.span,
                        of_sparsity ? question.span : std::nullopt);
  if (!ok) return std::unexpected(ok.error());
  PlanQuestion asked = question.plan;
  // What plan() would refuse is refused here, too.
  if (of_sparsity) asked.free_sparsity = asked.sparsity ? false : asked.free_sparsity;
  if (const auto valid = plan_problem(law, asked); !valid) return std::unexpected(valid.error());
  if (of_sparsity && question.plan.sparsity)
    return error("a profile along S has all sparsities: leave out question.sparsity");
  if (!of_sparsity && (question.plan.active_params || question.plan.total_params))
    return error(
        "a profile along {} has all sizes: leave out question.active_params and "
        "question.total_params",
        to_text(question.axis));
  return of_sparsity ? by_sparsity(law, question) : by_size(law, question);
}

Result<IsoflopProfile> surface(const Law& law, const SurfaceQuestion& question) {
  const auto ok = check(question.plan, question.points, question.total_params, question.sparsity);
  if (!ok) return std::unexpected(ok.error());
  if (question.plan.active_params || question.plan.total_params || question.plan.sparsity)
    return error(
        "a surface has all sizes and sparsities: leave out question.active_params, "
        "question.total_params and question.sparsity");
  if (question.points * question.points > ProfileQuestion::kMostPoints)
    return error("{0} x {0} points: give at most 316", question.points);
  if (const auto valid = plan_problem(law, question.plan); !valid)
    return std::unexpected(valid.error());
  std::optional<Range> sizes = question.total_params;
  if (!sizes) {
    const Result<PlannedRun> best = middle(law, question.plan);
    if (!best) return std::unexpected(best.error());
    sizes = around(best->P);
  }
  Builder builder(question.plan, Axis::kTotal);
  for (const double P : sizes_between(*sizes, question.points))
    for (const double S :
         sparsities_between(question.sparsity.value_or(kSparsities), question.points))
      builder.add_total(P, S);
  return builder.take(law);
}

Result<std::vector<double>> losses_on(const IsoflopProfile& profile, const Law& law,
                                      const PlanQuestion& question) {
  PlanQuestion asked = question;
  asked.free_sparsity = false;
  asked.sparsity_range.reset();
  if (const auto ok = plan_problem(law, asked); !ok) return std::unexpected(ok.error());
  return losses(law, asked, profile);
}

}  // namespace isoflop
