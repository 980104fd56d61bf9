#include "isoflop/recipe.h"

#include <cmath>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/number_text.h"

namespace isoflop {

namespace {

// "name:argument" cut in two; without a colon the argument is missing.
std::pair<std::string_view, std::optional<std::string_view>> cut(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {text, std::nullopt};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

}  // namespace

Result<Residual> parse_residual(std::string_view text) {
  if (text == "log") return Residual::kLog;
  if (text == "linear") return Residual::kLinear;
  return error("'{}' is not a residual; use log or linear", text);
}

std::string to_text(Residual residual) { return residual == Residual::kLog ? "log" : "linear"; }

Result<Solver> parse_solver(std::string_view text) {
  if (text == "default") return Solver::kDefault;
  if (text == "bayes" || text == "bayes:gp") return Solver::kBayesGp;
  if (text == "bayes:rf") return Solver::kBayesRf;
  return error("'{}' is not a solver; use default, bayes:gp or bayes:rf", text);
}

std::string to_text(Solver solver) {
  if (solver == Solver::kDefault) return "default";
  return solver == Solver::kBayesGp ? "bayes:gp" : "bayes:rf";
}

Result<Starts> parse_starts(std::string_view text) {
  if (text == "auto") return Starts{Starts::Kind::kAuto, 0};
  if (text == "grid") return Starts{Starts::Kind::kGrid, 0};
  if (text == "given") return Starts{Starts::Kind::kGiven, 0};
  const auto [name, argument] = cut(text);
  const std::optional<double> count =
      name == "random" && argument ? parse_plain_number(*argument) : std::nullopt;
  if (!count || *count < 1 || *count > 1e9 || *count != std::floor(*count))
    return error(
        "'{}' is not a way to start; use auto, grid, random:COUNT, such as random:500, or given",
        text);
  return Starts{Starts::Kind::kRandom, static_cast<std::size_t>(*count)};
}

std::string to_text(const Starts& starts) {
  if (starts.kind == Starts::Kind::kAuto) return "auto";
  if (starts.kind == Starts::Kind::kGrid) return "grid";
  if (starts.kind == Starts::Kind::kGiven) return "given";
  return fmt::format("random:{}", starts.count);
}

}  // namespace isoflop
