#include "cli/law_list.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/spelling.h"
#include "cli/law_argument.h"

namespace isoflop::cli {

namespace {

std::vector<std::string> split_outside_parentheses(const std::string& text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char c : text) {
    if (c == '(' || c == '{') ++depth;
    if (c == ')' || c == '}') --depth;
    if (c == ',' && depth == 0)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

// Sets of one law are the same law to a fit.
bool same(const Law& a, const Law& b) { return a.key() == b.key() && a.formula() == b.formula(); }

}  // namespace

Result<std::vector<Candidate>> read_law_list(const std::string& text, const std::string& columns,
                                             const std::string& flag) {
  std::vector<Candidate> laws;
  Problems problems;
  for (const std::string& part : text == "all" ? book_keys() : split_outside_parentheses(text)) {
    const std::string name(trimmed(part));
    if (name.empty()) {
      problems.add({flag}, "a name is missing in \"{}\"", text);
      continue;
    }
    const Result<Law> law = read_law(name, columns, flag);
    if (!law)
      problems.add(law.error());
    else if (std::ranges::any_of(laws, [&](const Candidate& c) { return same(c.law, *law); }))
      problems.add({flag}, "{} is there twice: remove one", name);
    else
      laws.push_back(
          {.name = is_own_formula(*law) ? name : law->key(), .law = law->without_values()});
  }
  if (!problems.empty()) return problems.take();
  return laws;
}

}  // namespace isoflop::cli
