// Spelling of names in lists. "Did you mean": the known name that is closest to a misspelt one.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace isoflop {

// The candidate at the smallest edit distance (letters changed, added, left out or swapped with the
// next one; case aside), if that is at most a third of the name's length, or 1 for a shorter name;
// the first of several. For a name of one letter only the case may differ.
std::optional<std::string> closest(std::string_view name, std::span<const std::string> candidates);

// `; did you mean "X"?`, or nothing. Where no candidate is close, those that begin with the name
// are meant, if they are at most four: `; did you mean "X", "Y" or "Z"?`.
std::string did_you_mean(std::string_view name, std::span<const std::string> candidates);

// With the letters of ASCII in lower case.
std::string lower_case(std::string_view text);
// A sentence of its own: with a capital at its start, and a full stop.
std::string sentence(std::string text);

// Without the blanks at both ends.
std::string_view trimmed(std::string_view text);

}  // namespace isoflop
