#include "data/magnitudes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "base/number_text.h"

namespace isoflop {

namespace {

struct CommonUnit {
  std::string_view factor, name;
};

// The bounds are wide of every published table: models of 6,000 parameters that were trained on a
// million tokens pass, and so do plans for a thousand times of today's largest runs.
struct Magnitude {
  std::string_view name, unit;
  double low, high;
  std::array<CommonUnit, 2> units;  // that columns are often in instead
};
constexpr CommonUnit kMillions = {"1e6", "millions"}, kBillions = {"1e9", "billions"},
                     kTrillions = {"1e12", "trillions"};
constexpr std::array<Magnitude, 5> kMagnitudes = {{
    {"N", "parameters", 1e3, 1e16, {kMillions, kBillions}},
    {"P", "parameters", 1e3, 1e16, {kMillions, kBillions}},
    {"D", "tokens", 1e4, 1e18, {kBillions, kTrillions}},
    {"U", "tokens", 1e3, 1e18, {kBillions, kTrillions}},
    {"C", "FLOPs", 1e8, 1e34, {{{"8.64e19", "PF-days"}, {"1e18", "exaFLOPs"}}}},
}};

// Of neighbours in order: no table of runs leaves so much out between two of its sizes.
constexpr double kJump = 1e5;
// The logarithm of a vocabulary of 268,000: where even the best run is above, all are worse than
// guesses.
constexpr double kGuess = 12.5;
// Nats a token that few models of text reach; a column in nats taken for perplexities does.
constexpr double kLeastUsual = 1;

std::string span_text(double low, double high) {
  const auto text = [](double value) {
    return value < 1 ? format_number(value, 3) : format_count(value);
  };
  return low == high ? text(low) : fmt::format("{} to {}", text(low), text(high));
}

std::string times(std::string_view factor, const Ast& formula) {
  const bool whole = formula.kind == Ast::Kind::kName || formula.kind == Ast::Kind::kCall;
  return whole ? fmt::format("{}*{}", factor, print(formula))
               : fmt::format("{}*({})", factor, print(formula));
}

// "write D = 1e9*tokens where they are in billions, 1e12*tokens in trillions".
std::string remedy(const Magnitude& magnitude, const Ast& formula) {
  const auto& [first, second] = magnitude.units;
  return fmt::format("write {} = {} where they are in {}, {} in {}", magnitude.name,
                     times(first.factor, formula), first.name, times(second.factor, formula),
                     second.name);
}

// D, or where it comes from something else, D = {tokens seen}.
std::string name_text(const CheckedColumn& column) {
  const std::string formula = print(column.formula);
  return formula == column.name ? formula : fmt::format("{} = {}", column.name, formula);
}

// The last value before the widest gap that is a jump; in order.
std::optional<std::size_t> jump_in(std::span<const double> ordered) {
  std::optional<std::size_t> last;
  double widest = kJump;
  for (std::size_t i = 1; i < ordered.size(); ++i)
    if (ordered[i] / ordered[i - 1] >= widest) {
      widest = ordered[i] / ordered[i - 1];
      last = i - 1;
    }
  return last;
}

std::string jump_text(const CheckedColumn& column, std::span<const double> ordered,
                      std::size_t last) {
  const auto row = [&](double value) {
    const auto at = std::ranges::find(column.values, value);
    return column.row_label(static_cast<std::size_t>(at - column.values.begin()));
  };
  return fmt::format(
      "{} is {} in {} rows ({} is one) and {} in {} ({} is one): are its units mixed? correct one "
      "of these parts in the file, or leave it out with mapping.where",
      name_text(column), span_text(ordered[0], ordered[last]), last + 1, row(ordered[0]),
      span_text(ordered[last + 1], ordered.back()), ordered.size() - last - 1,
      row(ordered[last + 1]));
}

bool check_nats(const CheckedColumn& column, double low, double high,
                std::vector<std::string>& warnings) {
  if (low <= kGuess) return true;
  warnings.push_back(
      fmt::format("loss is {}: nats a token? of perplexities write loss = {}, or say "
                  "mapping.loss_unit=perplexity",
                  span_text(low, high),
                  print({.kind = Ast::Kind::kCall, .text = "log", .children = {column.formula}})));
  return false;
}

}  // namespace

std::optional<std::string> doubt_of_unit(std::span<const double> nats, const LossUnit& measured) {
  if (nats.empty()) return std::nullopt;
  const double low = std::ranges::min(nats);
  if (measured.scale == 0 && low < kLeastUsual)
    return fmt::format("a perplexity of {} is {} nats: nats a token want no mapping.loss_unit",
                       format_number(std::exp(low), 3), format_number(low, 2));
  if (measured.scale != 0 && low > kGuess)
    return fmt::format(
        "the least loss is {} nats, worse than a guess: say "
        "mapping.loss_unit=perplexity if it is one",
        format_number(low, 3));
  return std::nullopt;
}

bool check_magnitudes(const CheckedColumn& column, std::string_view source, Problems& problems,
                      std::vector<std::string>& warnings) {
  if (column.values.empty()) return true;
  const auto magnitude = std::ranges::find(kMagnitudes, column.name, &Magnitude::name);
  if (magnitude == kMagnitudes.end() && column.name != "loss") return true;
  const auto [low, high] = std::ranges::minmax(column.values);
  if (column.name == "loss") return check_nats(column, low, high, warnings);
  std::vector<double> ordered;  // where there may be a jump
  if (high / low >= kJump) ordered.assign(column.values.begin(), column.values.end());
  std::ranges::sort(ordered);
  const std::optional<std::size_t> jump = jump_in(ordered);
  if (!jump && low >= magnitude->low && high <= magnitude->high) return true;
  const std::string text =
      jump ? jump_text(column, ordered, *jump)
           : fmt::format("{} is {}: {}? {}", name_text(column), span_text(low, high),
                         magnitude->unit,
                         low < magnitude->low ? remedy(*magnitude, column.formula)
                                              : std::string("check that no factor is there twice"));
  if (low < 1)
    problems.add({std::string(source)}, "{}", text);
  else
    warnings.push_back(text);
  return false;
}

}  // namespace isoflop
