#include "base/spelling.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "base/listed.h"

namespace isoflop {

namespace {

// Nobody means another name by one of this length, and comparing takes its square.
constexpr std::size_t kLongest = 200;

constexpr std::size_t kMostMeant = 4;  // of names that begin alike

// Optimal string alignment: the smallest number of letters changed, added, left out, or swapped
// with the next.
std::size_t distance(std::string_view a, std::string_view b) {
  // before, last and row: the distances of a's first i-2, i-1 and i letters to each beginning of b.
  std::vector<std::size_t> before, last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before = std::exchange(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({changed, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

std::optional<std::string> closest(std::string_view name, std::span<const std::string> candidates) {
  const std::size_t limit = name.size() < 2 ? 0 : std::max<std::size_t>(1, name.size() / 3);
  const std::string* best = nullptr;
  std::size_t least = limit + 1;
  for (const std::string& candidate : candidates) {
    if (std::max(name.size(), candidate.size()) > kLongest) continue;
    const std::size_t d = distance(lower_case(name), lower_case(candidate));
    if (d < least) {
      least = d;
      best = &candidate;
    }
  }
  if (best == nullptr) return std::nullopt;
  return *best;
}

std::string did_you_mean(std::string_view name, std::span<const std::string> candidates) {
  std::vector<std::string> meant;
  if (const std::optional<std::string> found = closest(name, candidates))
    meant.push_back(*found);
  else if (name.size() > 1)
    std::ranges::copy_if(candidates, std::back_inserter(meant), [&](const std::string& candidate) {
      return lower_case(candidate).starts_with(lower_case(name));
    });
  if (meant.empty() || meant.size() > kMostMeant) return "";
  for (std::string& candidate : meant) candidate = fmt::format("\"{}\"", candidate);
  return fmt::format("; did you mean {}?", listed(meant, "or"));
}

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

std::string sentence(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text + ".";
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return "";
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace isoflop
