#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/number_text.h"
#include "base/spelling.h"
#include "isoflop/bayes_fit.h"

namespace isoflop {

namespace {

// Cut to the published grid of starts; whole where they do not meet.
Range cut_to_starts(const Coefficient& coefficient, Range range) {
  if (coefficient.starts.size() < 2) return range;
  const auto [least, most] = std::ranges::minmax(coefficient.starts);
  const Range cut{std::max(range.low, least), std::min(range.high, most)};
  return cut.low < cut.high ? cut : range;
}

bool moves(const Recipe& recipe, const std::string& name) {
  return !recipe.fix.contains(name) && !recipe.tie.contains(name);
}

void check_given(const Law& law, const Recipe& recipe, const SearchBox& box, Problems& problems) {
  std::vector<std::string> names;
  for (const Coefficient& coefficient : law.coefficients()) names.push_back(coefficient.name);
  for (const auto& [name, range] : box.ranges) {
    const auto index = law.coefficient_index(name);
    if (!index) {
      problems.add({"box.ranges"}, "{} has no coefficient '{}'; it has {}{}", law.key(), name,
                   fmt::join(names, ", "), did_you_mean(name, names));
      continue;
    }
    const Range own = range_in(recipe, law.coefficients()[*index]);
    if (!moves(recipe, name))
      problems.add({"box.ranges"}, "'{}' does not move, as it is fixed or tied: leave it out",
                   name);
    if (!own.contains(range.low) || !own.contains(range.high))
      problems.add({"box.ranges"},
                   "{} = {}:{} leaves its range, {} to {}; recipe.range widens that", name,
                   format_number(range.low), format_number(range.high), format_number(own.low),
                   format_number(own.high));
  }
}

Result<std::pair<std::string, Range>> parse_side(std::string_view text) {
  const std::size_t equals = text.find('='), colon = text.find(':');
  if (equals == std::string_view::npos || equals == 0 || colon == std::string_view::npos ||
      colon < equals)
    return error("\"{}\" must have the form NAME=LOW:HIGH, as in 'E=0:2, A=100:1000'", text);
  const std::string name(trimmed(text.substr(0, equals)));
  const Result<double> low = parse_number(text.substr(equals + 1, colon - equals - 1), name);
  if (!low) return std::unexpected(low.error());
  const Result<double> high = parse_number(text.substr(colon + 1), name);
  if (!high) return std::unexpected(high.error());
  if (!(*low < *high))
    return error("\"{}\" is empty: the first number must be below the second", text);
  return std::pair(name, Range{*low, *high});
}

}  // namespace

Result<SearchBox> parse_box(std::string_view text) {
  if (text == "published") return SearchBox{SearchBox::Kind::kPublished};
  SearchBox box{SearchBox::Kind::kGiven};
  for (std::size_t first = 0; first <= text.size();) {
    const std::size_t end = std::min(text.find(',', first), text.size());
    Result<std::pair<std::string, Range>> side =
        parse_side(trimmed(text.substr(first, end - first)));
    if (!side) return std::unexpected(side.error());
    if (!box.ranges.insert(*side).second)
      return error("'{}' is in the box twice: keep one", side->first);
    first = end + 1;
  }
  return box;
}

Result<Recipe> with_box(const Law& law, const Recipe& recipe, const SearchBox& box) {
  if (box.kind == SearchBox::Kind::kPublished && !law.box())
    return error_at({"box.kind"},
                    "no box was published for {}: give one, as in 'E=0:2, A=100:1000'", law.key());
  Problems problems;
  if (box.kind == SearchBox::Kind::kGiven) check_given(law, recipe, box, problems);
  Recipe boxed = recipe;
  for (const Coefficient& coefficient : law.coefficients()) {
    if (!moves(recipe, coefficient.name)) continue;
    const Range own = range_in(recipe, coefficient);
    const auto& ranges = box.kind == SearchBox::Kind::kPublished ? law.box()->ranges : box.ranges;
    const auto side = ranges.find(coefficient.name);
    Range range = side == ranges.end() ? cut_to_starts(coefficient, own) : side->second;
    if (side != ranges.end() && box.kind == SearchBox::Kind::kPublished) {
      range = {std::max(own.low, range.low), std::min(own.high, range.high)};
      if (!(range.low < range.high))
        problems.add({"box.kind"}, "the published box of '{}' and its recipe.range do not meet",
                     coefficient.name);
    }
    boxed.range[coefficient.name] = range;
  }
  if (!problems.empty()) return problems.take();
  return boxed;
}

std::vector<std::string> left_out(const Fit& fit, const Recipe& boxed) {
  std::vector<std::string> left;
  if (!fit.usable) return left;
  for (std::size_t i = 0; i < fit.law.coefficients().size(); ++i) {
    const Coefficient& coefficient = fit.law.coefficients()[i];
    if (!moves(boxed, coefficient.name)) continue;
    const Range range = range_in(boxed, coefficient);
    const double value = fit.law.values()[i];
    if (!range.contains(value))
      left.push_back(fmt::format("{} = {} is outside {} to {}", coefficient.name,
                                 format_number(value), format_number(range.low),
                                 format_number(range.high)));
  }
  return left;
}

}  // namespace isoflop
