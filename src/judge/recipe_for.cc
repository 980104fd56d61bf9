#include "judge/recipe_for.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "base/error.h"

namespace isoflop {

namespace {

template <class T>
void keep_known(const Law& law, std::map<std::string, T>& named) {
  std::erase_if(named, [&](const auto& entry) { return !law.coefficient_index(entry.first); });
}

template <class T>
void check(std::span<const Candidate> laws, const std::map<std::string, T>& named, const char* flag,
           Problems& problems) {
  for (const auto& [name, value] : named)
    if (std::ranges::none_of(laws, [&](const Candidate& candidate) {
          return candidate.law.coefficient_index(name).has_value();
        }))
      problems.add({flag}, "none of the laws has a coefficient '{}': check its spelling", name);
}

}  // namespace

Recipe recipe_for(const Law& law, Recipe recipe) {
  keep_known(law, recipe.fix);
  keep_known(law, recipe.range);
  keep_known(law, recipe.start);
  keep_known(law, recipe.tie);
  std::erase_if(recipe.tie, [&](const auto& tie) { return !law.coefficient_index(tie.second); });
  return recipe;
}

Result<void> check_names(std::span<const Candidate> laws, const Recipe& recipe) {
  Problems problems;
  check(laws, recipe.fix, "recipe.fix", problems);
  check(laws, recipe.tie, "recipe.tie", problems);
  check(laws, recipe.range, "recipe.range", problems);
  check(laws, recipe.start, "recipe.start", problems);
  if (!problems.empty()) return problems.take();
  return {};
}

}  // namespace isoflop
