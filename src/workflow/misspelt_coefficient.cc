#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "workflow/model.h"

namespace isoflop {

namespace {

// In a shorter name one letter makes another name: aN, aD.
constexpr std::size_t kShortest = 4;
// One slip from each other, and names of their own.
constexpr std::array<std::string_view, 24> kGreek = {
    "alpha", "beta",  "gamma",  "delta",   "epsilon", "zeta", "eta",     "theta",
    "iota",  "kappa", "lambda", "mu",      "nu",      "xi",   "omicron", "pi",
    "rho",   "sigma", "tau",    "upsilon", "phi",     "chi",  "psi",     "omega"};

// Whether the one is the other with two letters swapped, or with a letter changed, left out or
// added; but not at its end, nor a digit: alpha2 is no misspelt alpha.
bool is_slip(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1 || b.starts_with(a)) return false;
  const auto [in_a, in_b] = std::ranges::mismatch(a, b);
  const std::string_view rest_a(in_a, a.end()), rest_b(in_b, b.end());
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (is_digit(rest_b[0]) || (!rest_a.empty() && is_digit(rest_a[0]))) return false;
  if (a.size() < b.size()) return rest_a == rest_b.substr(1);
  if (rest_a.substr(1) == rest_b.substr(1)) return true;
  return rest_a.size() > 1 && rest_a[0] == rest_b[1] && rest_a[1] == rest_b[0] &&
         rest_a.substr(2) == rest_b.substr(2);
}

struct Meant {
  std::string law, coefficient;
  std::size_t shared = 0;  // coefficients that the law has of the formula's
};

std::size_t count_shared(const Law& own, const Law& book) {
  return static_cast<std::size_t>(std::ranges::count_if(
      own.coefficients(),
      [&](const Coefficient& each) { return book.coefficient_index(each.name).has_value(); }));
}

// How much a law has that the formula may not have.
std::size_t count_names(const Law& law) { return law.inputs().size() + law.coefficients().size(); }

// The law with the most of the formula's other coefficients; of several the simplest, the first in
// the alphabet.
std::optional<Meant> find_meant(const Law& own, const std::string& name,
                                const std::vector<Law>& book) {
  std::optional<Meant> meant;
  std::size_t names = 0;
  for (const Law& law : book)
    for (const Coefficient& coefficient : law.coefficients()) {
      if (coefficient.name.size() < kShortest || !is_slip(name, coefficient.name)) continue;
      const std::size_t shared = count_shared(own, law), count = count_names(law);
      if (meant && (shared < meant->shared || (shared == meant->shared && count >= names)))
        continue;
      meant = {law.key(), coefficient.name, shared};
      names = count;
    }
  return meant;
}

}  // namespace

std::vector<std::string> misspelt_coefficients(const Law& law) {
  std::vector<Law> book;
  for (const std::string& key : book_keys())
    if (Result<Law> known = find_law(key)) book.push_back(*std::move(known));
  std::vector<std::string> texts;
  for (const Coefficient& coefficient : law.coefficients()) {
    const std::string& name = coefficient.name;
    const bool known = std::ranges::find(kGreek, name) != kGreek.end() ||
                       std::ranges::any_of(book, [&](const Law& each) {
                         return each.coefficient_index(name).has_value();
                       });
    if (known) continue;
    if (const std::optional<Meant> meant = find_meant(law, name, book))
      texts.push_back(
          fmt::format("'{}' has the coefficient {}; the book's {} calls it {}: did you mean that?",
                      law.formula(), name, meant->law, meant->coefficient));
  }
  return texts;
}

}  // namespace isoflop
