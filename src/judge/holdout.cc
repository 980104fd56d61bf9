#include "isoflop/holdout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "base/error.h"
#include "base/number_text.h"
#include "base/numbers.h"
#include "base/random.h"
#include "base/spelling.h"
#include "isoflop/approaches.h"
#include "isoflop/read_table.h"

namespace isoflop {

namespace {

constexpr double kMostParts = 1000;
constexpr double kWidestBudget = 1.25;  // largest over smallest value
constexpr double kSameValue =
    1e-9;  // relative: C of one budget, derived from sizes, takes several doubles
constexpr double kRowsPerCoefficient = 1.5;

struct Pieces {
  std::string_view head, rest;  // before and after the first colon; all is the head without one
};

Pieces cut(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {.head = text, .rest = {}};
  return {.head = text.substr(0, colon), .rest = text.substr(colon + 1)};
}

Result<Holdout> parse_top(std::string_view rest, Holdout holdout) {
  const auto [text, expression] = cut(rest);
  const std::string_view share = trimmed(text);
  const bool percent = share.ends_with('%');
  const auto number = parse_plain_number(share.substr(0, share.size() - (percent ? 1 : 0)));
  holdout.share = number.value_or(0) / (percent ? 100 : 1);
  if (!number || holdout.share <= 0 || holdout.share >= 1)
    return error("'{}' is not a share between 0 and 100 %; write top:20%:P", share);
  if (expression.empty()) return error("top:{} does not say of what; write top:{}:P", share, share);
  holdout.kind = Holdout::Kind::kTop;
  holdout.expression = expression;
  return holdout;
}

Result<std::size_t> parse_parts(std::string_view text, std::string_view kind, int least) {
  const auto number = parse_plain_number(trimmed(text));
  const double parts = number.value_or(0);
  if (parts >= least && parts <= kMostParts && parts == std::floor(parts))
    return static_cast<std::size_t>(parts);
  return error("'{}' is not a number of parts from {} to {}; write {}:5", text, least, kMostParts,
               kind);
}

Result<Holdout> parse_rolling(std::string_view rest, Holdout holdout) {
  const auto [count, expression] = cut(rest);
  const auto parts = parse_parts(count, "rolling", 1);
  if (!parts) return std::unexpected(parts.error());
  holdout.kind = Holdout::Kind::kRolling;
  holdout.count = *parts;
  holdout.expression = expression.empty() ? "C" : expression;
  return holdout;
}

Result<Holdout> parse_folds(std::string_view rest, Holdout holdout) {
  const auto parts = parse_parts(rest, "folds", 2);
  if (!parts) return std::unexpected(parts.error());
  holdout.kind = Holdout::Kind::kFolds;
  holdout.count = *parts;
  return holdout;
}

constexpr const char* kField = "holdout.text";
constexpr std::uint64_t kFoldStream = std::uint64_t{0x666f6c64} << 32;  // "fold"

using Rows = std::vector<std::size_t>;

Rows in_order_of(std::span<const double> values) {
  return ordered_rows(values.size(), [&](std::size_t row) { return values[row]; });
}

// The rows in order around a place, each within a gap of the one before it: [first, last].
std::pair<std::size_t, std::size_t> chain(std::span<const double> values, const Rows& order,
                                          std::size_t place, double gap) {
  const auto joined = [&](std::size_t i) {
    const double lower = values[order[i - 1]], upper = values[order[i]];
    return lower == upper || (lower > 0 && upper <= (1 + gap) * lower);
  };
  std::size_t first = place, last = place;
  while (first > 0 && joined(first)) --first;
  while (last + 1 < order.size() && joined(last + 1)) ++last;
  return {first, last};
}

// A place in the order near which no two rows of a budget are parted: the first of the budget of
// the one at `place`.
std::size_t before_budget(std::span<const double> values, const Rows& order, std::size_t place,
                          std::vector<std::string>& notes) {
  auto [first, last] = chain(values, order, place, kBudgetGap);
  if (values[order[last]] > kWidestBudget * values[order[first]])
    std::tie(first, last) = chain(values, order, place, kSameValue);
  if (first != place)
    notes.push_back(fmt::format(
        "{} more rows of the value {} are put on the side of the larger values, so that rows of "
        "one budget stay together",
        place - first, format_number(values[order[place]], 6)));
  return first;
}

Fold fold_of(Rows training, Rows held_out) {
  std::ranges::sort(training);
  std::ranges::sort(held_out);
  return {.training = std::move(training), .held_out = std::move(held_out)};
}

Fold fold_where(std::size_t rows, auto&& is_held_out) {
  Fold fold;
  for (std::size_t row = 0; row < rows; ++row)
    (is_held_out(row) ? fold.held_out : fold.training).push_back(row);
  return fold;
}

Result<Folds> single(Folds folds) {
  const Fold& fold = folds.folds[0];
  if (fold.held_out.empty())
    return error_at({kField}, "no row is held out to judge the laws by: let it take some");
  if (fold.training.empty())
    return error_at({kField},
                    "all {} rows are held out, which leaves none to fit to: hold out fewer",
                    fold.held_out.size());
  return folds;
}

Result<Folds> filter(std::span<const double> values) {
  return single(
      {.folds = {fold_where(values.size(), [&](std::size_t row) { return values[row] != 0; })}});
}

Result<Folds> top(std::span<const double> values, double share) {
  const Rows order = in_order_of(values);
  const auto wanted =
      static_cast<std::size_t>(std::ceil(share * static_cast<double>(order.size())));
  Folds folds;
  const std::size_t place = before_budget(values, order, order.size() - wanted, folds.notes);
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(place);
  folds.folds = {fold_of({order.begin(), middle}, {middle, order.end()})};
  return single(std::move(folds));
}

Result<Folds> rolling(std::span<const double> values, std::size_t windows) {
  const Rows order = in_order_of(values);
  Folds folds{.windows = true};
  std::set<std::size_t> cuts;
  for (std::size_t i = 1; i <= windows; ++i)
    cuts.insert(before_budget(values, order, i * order.size() / (windows + 1), folds.notes));
  if (cuts.size() < windows || *cuts.begin() == 0)
    return error_at({kField}, "{} rows have too few different values for {} windows: ask for fewer",
                    order.size(), windows);
  for (auto cut = cuts.begin(); cut != cuts.end(); ++cut) {
    const std::size_t end = std::next(cut) == cuts.end() ? order.size() : *std::next(cut);
    const auto at = [&](std::size_t i) { return order.begin() + static_cast<std::ptrdiff_t>(i); };
    folds.folds.push_back(fold_of({at(0), at(*cut)}, {at(*cut), at(end)}));
  }
  return folds;
}

Result<Folds> groups(std::span<const double> values) {
  Folds folds{.clusters = {values.begin(), values.end()}};
  const std::set<double> numbers(values.begin(), values.end());
  if (numbers.size() < 2)
    return error_at({kField}, "all rows are of one group, which leaves none to fit to");
  for (const double number : numbers)
    folds.folds.push_back(
        fold_where(values.size(), [&](std::size_t row) { return values[row] == number; }));
  return folds;
}

// Parts whose sizes differ by one row at most.
Result<Folds> random_parts(std::size_t rows, std::size_t parts, std::uint64_t seed) {
  if (rows < parts)
    return error_at({kField}, "{} rows cannot be cut into {} parts: ask for fewer", rows, parts);
  const Rows order =
      ordered_rows(rows, [&](std::size_t row) { return random_bits(seed, kFoldStream, row); });
  std::vector<std::size_t> part(rows);
  for (std::size_t i = 0; i < rows; ++i) part[order[i]] = i % parts;
  Folds folds;
  for (std::size_t i = 0; i < parts; ++i)
    folds.folds.push_back(fold_where(rows, [&](std::size_t row) { return part[row] == i; }));
  return folds;
}

}  // namespace

std::size_t Holdout::start() const {
  return text.ends_with(expression) ? text.size() - expression.size() : 0;
}

Result<Holdout> parse_holdout(std::string_view text) {
  Holdout holdout{.expression = std::string(text), .text = std::string(text)};
  const auto [kind, rest] = cut(text);
  if (text.find(':') == std::string_view::npos) return holdout;
  if (kind == "top") return parse_top(rest, std::move(holdout));
  if (kind == "rolling") return parse_rolling(rest, std::move(holdout));
  if (kind == "folds") return parse_folds(rest, std::move(holdout));
  if (kind != "group") return holdout;  // a filter, which may have a text with a colon
  if (rest.empty()) return error("group: does not name a column; write group:COLUMN");
  holdout.kind = Holdout::Kind::kGroup;
  holdout.expression = rest;
  return holdout;
}

Result<Folds> make_folds(const Holdout& holdout, std::span<const double> values,
                         std::uint64_t seed) {
  switch (holdout.kind) {
    case Holdout::Kind::kFilter:
      return filter(values);
    case Holdout::Kind::kTop:
      return top(values, holdout.share);
    case Holdout::Kind::kRolling:
      return rolling(values, holdout.count);
    case Holdout::Kind::kGroup:
      return groups(values);
    case Holdout::Kind::kFolds:
      break;
  }
  return random_parts(values.size(), holdout.count, seed);
}

Result<Folds> make_folds(std::string_view holdout, const Table& table, std::uint64_t seed) {
  const Result<Holdout> parsed = parse_holdout(holdout);
  if (!parsed) return std::unexpected(parsed.error());
  if (parsed->kind == Holdout::Kind::kFolds)
    return make_folds(*parsed, std::vector<double>(table.rows()), seed);
  Result<std::vector<double>> values = evaluate(parsed->expression, table, kField);
  if (!values) {
    for (Problem& problem : values.error().problems) problem.column += parsed->start();
    return std::unexpected(values.error());
  }
  for (std::size_t row = 0; row < values->size(); ++row)
    if (!std::isfinite((*values)[row]))
      return error_at({kField}, "{} has no value in {}", parsed->expression, table.row_label(row));
  return make_folds(*parsed, *values, seed);
}

std::size_t least_rows_before(std::size_t free) {
  return static_cast<std::size_t>(std::ceil(kRowsPerCoefficient * static_cast<double>(free)));
}

void drop_short_windows(Folds& folds, std::size_t free) {
  const std::size_t all = folds.folds.size(), least = least_rows_before(free);
  std::erase_if(folds.folds, [&](const Fold& fold) { return fold.training.size() < least; });
  if (folds.folds.size() < all)
    folds.notes.push_back(fmt::format(
        "{} of {} windows are left out, for before them there are fewer than {} rows for {} "
        "coefficients",
        all - folds.folds.size(), all, least, free));
}

}  // namespace isoflop
