#include "isoflop/conventions.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/listed.h"
#include "base/spelling.h"

namespace isoflop {

namespace {

constexpr double kNoEnd = std::numeric_limits<double>::infinity();
constexpr double kBits = std::numbers::log2e;  // of a nat
// Converted by its logarithm, and so without a scale.
constexpr double kExponential = 0;

constexpr auto kUnits = std::to_array<LossUnit>({
    {"nats", "natural logarithms a token", "loss", "nats", true, -kNoEnd, kNoEnd, 1, 1},
    {"bits-per-token", "", "loss", "bits a token", true, -kNoEnd, kNoEnd, 1, kBits},
    {"perplexity", "exp(loss in nats)", "perplexity", "", true, 1, kNoEnd, 1, kExponential},
    {"bits-per-byte", "", "loss", "bits a byte", true, -kNoEnd, kNoEnd, 2, kBits},
    {"nats-per-byte", "", "loss", "nats a byte", true, -kNoEnd, kNoEnd, 2, 1},
    {"accuracy", "a share, more is better", "accuracy", "", false, 0, 1},
    {"error-rate", "a share, less is better", "error rate", "", true, 0, 1},
});

constexpr auto kCounts = std::to_array<ParameterCountName>({
    {ParameterCount::kTotal, "total", "all"},
    {ParameterCount::kWithHead, "with-head", "all but the embedding table"},
    {ParameterCount::kNonEmbedding, "non-embedding", "neither the embedding table nor the head"},
    {ParameterCount::kMatrices, "matrices", "non-embedding, without norms and biases"},
});

Result<const LossUnit*> find_unit(std::string_view name) {
  const auto found = std::ranges::find(kUnits, name, &LossUnit::name);
  if (found != kUnits.end()) return &*found;
  std::vector<std::string> names;
  for (const LossUnit& unit : kUnits) names.emplace_back(unit.name);
  return error_at({"mapping.loss_unit"}, "'{}' is not a unit of losses{}; use {}", name,
                  did_you_mean(name, names), listed(names, "or"));
}

}  // namespace

std::span<const LossUnit> loss_units() { return kUnits; }

Result<LossUnits> parse_loss_unit(std::string_view text) {
  if (text.empty()) return LossUnits{};
  const std::size_t colon = text.find(':');
  const Result<const LossUnit*> measured = find_unit(trimmed(text.substr(0, colon)));
  if (!measured) return std::unexpected(measured.error());
  if (colon == std::string_view::npos) return LossUnits{*measured, *measured};
  const Result<const LossUnit*> fitted = find_unit(trimmed(text.substr(colon + 1)));
  if (!fitted) return std::unexpected(fitted.error());
  if (*measured != *fitted &&
      ((*measured)->family == 0 || (*measured)->family != (*fitted)->family))
    return error_at(
        {"mapping.loss_unit"},
        "{} cannot be computed from {}{}: define the loss by a formula of mapping.columns, "
        "and say the unit that it comes to",
        (*fitted)->name, (*measured)->name,
        (*measured)->family != 0 && (*fitted)->family != 0 ? " without the bytes of a token" : "");
  return LossUnits{*measured, *fitted};
}

std::span<const ParameterCountName> parameter_counts() { return kCounts; }

std::string to_text(ParameterCount count) {
  const auto found = std::ranges::find(kCounts, count, &ParameterCountName::count);
  return found == kCounts.end() ? "" : std::string(found->name);
}

std::string count_mismatch(std::string_view law, ParameterCount of_law, ParameterCount of_table) {
  return fmt::format(
      "N and P of these runs count {} parameters and {} counts {}: coefficients, exponents and "
      "plans "
      "of the two are not comparable (the same runs gave N ~ C^0.37 to C^0.70 by what was counted)",
      to_text(of_table), law, to_text(of_law));
}

Result<ParameterCount> parse_parameter_count(std::string_view text) {
  if (text.empty()) return ParameterCount::kUnknown;
  const auto found = std::ranges::find(kCounts, text, &ParameterCountName::name);
  if (found != kCounts.end()) return found->count;
  std::vector<std::string> names;
  for (const ParameterCountName& each : kCounts) names.emplace_back(each.name);
  return error("'{}' does not say which parameters are counted{}; use {}", text,
               did_you_mean(text, names), listed(names, "or"));
}

}  // namespace isoflop
