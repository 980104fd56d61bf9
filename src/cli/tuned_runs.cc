#include "cli/tuned_runs.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/number_text.h"
#include "cli/shell_quoted.h"

namespace isoflop::cli {

namespace {

// A formula as a part of another one; a name as it is.
std::string as_part(const std::string& formula) {
  const bool name = std::ranges::all_of(
      formula, [](char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
  return name ? formula : "(" + formula + ")";
}

}  // namespace

DataSource tuned_source(DataSource source, const RecipeChoice& choice, const ChosenRows& rows,
                        const std::string& growth) {
  Mapping& mapping = source.mapping;
  if (rows.too_small > 0) {
    const std::string kept = fmt::format("{} >= {}", as_part(growth), format_exact(rows.smallest));
    mapping.where = mapping.where.empty() ? kept : fmt::format("({}) && {}", mapping.where, kept);
  }
  if (choice.weight_power > 0) {
    const std::string weight =
        fmt::format("({}/{})^{}", as_part(growth), format_exact(rows.largest), choice.weight_power);
    mapping.weights =
        mapping.weights.empty() ? weight : fmt::format("({})*{}", mapping.weights, weight);
  }
  mapping.drop_highest_loss = choice.drop_highest;
  source.filtered += rows.too_small;
  source.dropped = rows.too_high;
  return source;
}

std::string tuned_flags(const DataSource& source, const Recipe& recipe, const Recipe& given) {
  const Mapping& mapping = source.mapping;
  std::string flags =
      fmt::format("--residual {} --loss {}", to_text(recipe.residual), to_text(recipe.loss));
  if (!mapping.where.empty()) flags += " --where " + shell_quoted(mapping.where);
  if (!mapping.weights.empty()) flags += " --weights " + shell_quoted(mapping.weights);
  if (mapping.drop_highest_loss > 0)
    flags += fmt::format(" --drop-highest-loss {}", mapping.drop_highest_loss);
  for (const auto& [name, range] : recipe.range)
    if (!given.range.contains(name))
      flags +=
          fmt::format(" --range {}={}:{}", name, format_exact(range.low), format_exact(range.high));
  return flags;
}

}  // namespace isoflop::cli
