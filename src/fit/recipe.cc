#include "isoflop/recipe.h"

#include <cmath>

#include "base/enum_names.h"
#include "base/error.h"
#include "base/number_text.h"
#include "base/spelling.h"

namespace isoflop {

namespace {

// In the orders of Residual, Solver and Starts::Kind.
constexpr std::string_view kResidualNames[] = {"log", "linear"};
constexpr std::string_view kSolverNames[] = {"default", "bayes:gp", "bayes:rf"};
constexpr std::string_view kStartsNames[] = {"auto", "grid", "random:", "given"};

}  // namespace

Range range_in(const Recipe& recipe, const Coefficient& coefficient) {
  const auto own = recipe.range.find(coefficient.name);
  return own == recipe.range.end() ? coefficient.range : own->second;
}

Result<Residual> parse_residual(std::string_view text) {
  if (const auto residual = enum_value<Residual>(kResidualNames, text)) return *residual;
  return error("'{}' is not a residual; use log or linear", text);
}

std::string to_text(Residual residual) { return enum_name(kResidualNames, residual); }

Result<Solver> parse_solver(std::string_view text) {
  if (text == "bayes") return Solver::kBayesGp;
  if (const auto solver = enum_value<Solver>(kSolverNames, text)) return *solver;
  return error("'{}' is not a solver; use default, bayes:gp or bayes:rf", text);
}

std::string to_text(Solver solver) { return enum_name(kSolverNames, solver); }

Result<Starts> parse_starts(std::string_view text) {
  const std::string_view name = text.substr(0, text.find(':') + 1);  // empty without a colon
  const auto kind = enum_value<Starts::Kind>(kStartsNames, name.empty() ? text : name);
  if (kind && name.empty()) return Starts{*kind, 0};
  const double count = parse_plain_number(trimmed(text.substr(name.size()))).value_or(0);
  if (!kind || count < 1 || count > 1e9 || count != std::floor(count))
    return error(
        "'{}' is not a way to start; use auto, grid, random:COUNT, such as random:500, or given",
        text);
  return Starts{Starts::Kind::kRandom, static_cast<std::size_t>(count)};
}

std::string to_text(const Starts& starts) {
  const std::string name = enum_name(kStartsNames, starts.kind);
  return starts.kind == Starts::Kind::kRandom ? name + std::to_string(starts.count) : name;
}

}  // namespace isoflop
