#include "isoflop/plan.h"

#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/number_text.h"
#include "kernel/evaluate.h"
#include "law/has_values.h"
#include "plan/profile.h"

namespace isoflop {

namespace {

// Points of the scan for roots, over ln N: about a seventh apart for the largest budgets, where
// losses, sums of a few powers, turn over several units of ln N.
constexpr std::size_t kScanPoints = 400;
// A closed form is right when the slope changes sign within this much of it, in ln N: far more than
// rounding moves it, far less than a wrong formula.
constexpr double kClosedFormMargin = 1e-4;

struct Optimal {
  double N;
  PlanMethod method;
};

// Everything about a question that does not depend on how the budget is divided: its own inputs, C,
// S and Sx.
Result<Inputs> held_inputs(const Law& law, const PlanQuestion& question) {
  Problems problems;
  if (const Result<void> ok = check_has_values(law); !ok) problems.add(ok.error());
  if (!(question.flops > 6) || !std::isfinite(question.flops))
    problems.add(
        {},
        "a budget of {} FLOPs: give a finite number above 6, what one parameter costs on one token",
        format_flops(question.flops));
  if (!(question.sparsity >= 0 && question.sparsity < 1))
    problems.add({}, "a sparsity of {}: give a share from 0 to below 1",
                 format_number(question.sparsity));
  if (!law.has_input("N") && !law.has_input("P"))
    problems.add({},
                 "{} has no size (N or P) among its inputs: a plan needs a law of size and data",
                 law.key());
  if (!law.has_input("D"))
    problems.add({}, "{} has no data (D) among its inputs: a plan needs a law of size and data",
                 law.key());
  for (const char* name : {"N", "P", "D", "C"})
    if (question.inputs.contains(name))
      problems.add({}, "{} follows from the budget and the sparsity: leave it out", name);
  for (const char* name : {"S", "Sx"})
    if (question.inputs.contains(name))
      problems.add({}, "{} follows from the sparsity: give that instead, with --sparsity", name);
  Inputs held = question.inputs;
  held["C"] = question.flops;
  held["S"] = question.sparsity;
  held["Sx"] = question.sparsity;
  for (const Input& input : law.inputs())
    if (input.name != "N" && input.name != "P" && input.name != "D" && !held.contains(input.name))
      problems.add({}, "{} needs {} ({}): give its value", law.key(), input.name, input.meaning);
  if (!problems.empty()) return problems.take();
  return held;
}

// ---- in closed form

// NaN where the formula asks for what the plan is there to find.
double evaluate_once(const Ast& formula, const Law& law, const Inputs& held) {
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  return evaluate(formula, 1, [&](std::string_view name) {
    if (const auto coefficient = law.coefficient_index(name))
      return law.values().subspan(*coefficient, 1);
    const auto input = held.find(std::string(name));
    return std::span(input == held.end() ? &unknown : &input->second, 1);
  })[0];
}

// The optimal N by the law's own formula; nothing where there is none, or where it has no meaning
// for these coefficients (a negative scale under a power, an optimum with less than a parameter or
// a token).
std::optional<double> closed_form(const Law& law, const Inputs& held) {
  for (std::size_t i = 0; i < law.optima().size(); ++i) {
    double n = evaluate_once(law.definition().optimum_expressions[i], law, held);
    if (law.optima()[i].input == "P") n *= 1 - held.at("S");
    if (law.optima()[i].input == "D") n = held.at("C") / (6 * n);
    if (n >= 1 && n <= held.at("C") / 6) return n;
  }
  return std::nullopt;
}

bool turns_at(const Profile& profile, double n) {
  return profile.at(std::log(n) - kClosedFormMargin).slope <= 0 &&
         profile.at(std::log(n) + kClosedFormMargin).slope >= 0;
}

// ---- as a root

struct Bracket {
  double low, high;              // ln N
  double slope_low, slope_high;  // below 0, and not
};

// To the last bits of ln N. The policy is there because nothing may throw; with a bracket nothing
// can go wrong.
double polish(const Profile& profile, const Bracket& bracket) {
  using namespace boost::math::policies;
  std::uintmax_t evaluations = 200;
  const auto [low, high] = boost::math::tools::toms748_solve(
      [&profile](double ln_n) { return profile.at(ln_n).slope; }, bracket.low, bracket.high,
      bracket.slope_low, bracket.slope_high, boost::math::tools::eps_tolerance<double>(),
      evaluations, policy<domain_error<ignore_error>, evaluation_error<ignore_error>>());
  return low + (high - low) / 2;
}

std::unexpected<Error> no_optimum(const Law& law, const Inputs& held, double first_loss,
                                  double last_loss) {
  const std::string what =
      fmt::format("{} has no compute-optimal size for {} FLOPs at S = {}", law.label(),
                  format_flops(held.at("C")), format_share(held.at("S")));
  if (std::isnan(first_loss) || std::isnan(last_loss))
    return work_error(
        "{}: its loss is not a number at the edges of the budget; check its coefficients", what);
  if (first_loss < last_loss)
    return work_error(
        "{}: its loss falls all the way to the smallest size, N = 1; check its size term", what);
  if (last_loss < first_loss)
    return work_error(
        "{}: its loss falls all the way to the largest size, N = C/6 on one token; check its data "
        "term",
        what);
  return work_error("{}: its loss does not change with the size; check its size and data terms",
                    what);
}

// The root of the slope, from falling to rising, that has the lowest loss.
Result<double> best_root(const Law& law, const Inputs& held, const Profile& profile) {
  std::vector<double> ln_n(kScanPoints);
  for (std::size_t i = 0; i < kScanPoints; ++i)
    ln_n[i] = std::log(held.at("C") / 6) * static_cast<double>(i) / (kScanPoints - 1);
  const std::vector<Profile::Point> scan = profile.at(ln_n);
  double best = 0, best_loss = std::numeric_limits<double>::infinity();
  for (std::size_t i = 1; i < kScanPoints; ++i) {
    if (!(scan[i - 1].slope < 0 && scan[i].slope >= 0)) continue;
    const double root = polish(profile, {ln_n[i - 1], ln_n[i], scan[i - 1].slope, scan[i].slope});
    const double loss = profile.at(root).loss;
    if (loss >= best_loss) continue;
    best = root;
    best_loss = loss;
  }
  const double first = scan.front().loss, last = scan.back().loss;
  if (std::isinf(best_loss) || first < best_loss || last < best_loss)
    return no_optimum(law, held, first, last);
  return std::exp(best);
}

Result<Optimal> optimal_size(const Law& law, const Inputs& held) {
  const Profile profile(law, held);
  if (const std::optional<double> n = closed_form(law, held)) {
    if (turns_at(profile, *n)) return Optimal{*n, PlanMethod::kClosedForm};
    return error(
        "the [optimum] of {} gives N = {} for {} FLOPs, where the loss has no minimum: correct its "
        "formula",
        law.key(), format_number(*n, 6), format_flops(held.at("C")));
  }
  const Result<double> n = best_root(law, held, profile);
  if (!n) return std::unexpected(n.error());
  return Optimal{*n, PlanMethod::kRoot};
}

}  // namespace

std::string to_text(PlanMethod method) {
  return method == PlanMethod::kClosedForm ? "closed form" : "root";
}

Result<Plan> plan(const Law& law, const PlanQuestion& question) {
  const Result<Inputs> held = held_inputs(law, question);
  if (!held) return std::unexpected(held.error());
  const Result<Optimal> optimal = optimal_size(law, *held);
  if (!optimal) return std::unexpected(optimal.error());

  Plan plan;
  plan.flops = question.flops;
  plan.N = optimal->N;
  plan.P = plan.N / (1 - question.sparsity);
  plan.S = question.sparsity;
  plan.D = question.flops / (6 * plan.N);
  plan.tokens_per_parameter = plan.D / plan.N;
  plan.method = optimal->method;
  Inputs inputs = question.inputs;
  inputs.insert({{"N", plan.N}, {"P", plan.P}, {"S", plan.S}, {"D", plan.D}, {"C", plan.flops}});
  Result<Prediction> prediction = predict(law, std::move(inputs));
  if (!prediction) return std::unexpected(prediction.error());
  plan.loss = prediction->loss;
  plan.notes = std::move(prediction->notes);
  return plan;
}

}  // namespace isoflop
