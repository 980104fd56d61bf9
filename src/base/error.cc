#include "base/error.h"

namespace isoflop {

namespace {
constexpr std::size_t kKept = 20;
constexpr std::size_t kLongestExcerpt = 60;
}  // namespace

std::string Problem::text() const {
  std::string where = source;
  if (line > 0) where += fmt::format("{}{}", where.empty() ? "line " : ":", line);
  if (column > 0) where += fmt::format("{}{}", where.empty() ? "character " : ":", column);
  return where.empty() ? what : where + ": " + what;
}

std::string Error::text() const {
  std::string text;
  for (const Problem& problem : problems) {
    if (!text.empty()) text += '\n';
    text += problem.text();
  }
  if (more > 0) text += fmt::format("\n... and {} more", more);
  return text;
}

std::unexpected<Error> make_error(Error::Kind kind, Place place, std::string what) {
  Error error;
  error.kind = kind;
  error.problems.push_back({std::move(place.source), place.line, place.column, std::move(what)});
  return std::unexpected(std::move(error));
}

std::string excerpt(std::string_view seen) {
  std::string text(seen.substr(0, kLongestExcerpt));
  // Not in the middle of a character.
  if (text.size() < seen.size())
    while (!text.empty() && (static_cast<unsigned char>(seen[text.size()]) & 0xC0U) == 0x80U)
      text.pop_back();
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return text.size() < seen.size() ? text + "..." : text;
}

bool Problems::full() const { return error_.problems.size() == kKept; }

void Problems::keep(Place place, std::string what) {
  if (full())
    count();
  else
    error_.problems.push_back({std::move(place.source), place.line, place.column, std::move(what)});
}

void Problems::add(const Error& error) {
  for (const Problem& problem : error.problems)
    keep({problem.source, problem.line, problem.column}, problem.what);
  error_.more += error.more;
}

}  // namespace isoflop
