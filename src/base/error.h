// Making Errors: one sentence that says where, what was seen, and what to do.
//
//   if (rows < 5) return error("{} rows for 5 coefficients: fix some by recipe.fix", rows);
//   return error_at({"runs.csv", 17, 0}, "column \"loss\": \"{}\" is not a number", cell);
//
// Whatever the library says, in errors as in notes, names what its user can change as the field of
// a public struct: "recipe.fix", and "recipe.residual=linear" with a value. The struct is one of
// recipe, mapping, question, bootstrap, holdout, box, hardware, request, memory and chart; an
// argument stands behind its function, "read_groups.by". A front end puts its own words in their
// place (cli/field_names.h), so no flag of the program is named here: scripts/check-messages sees
// to that.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "isoflop/result.h"

namespace isoflop {

// Where a problem is; the fields are those of Problem.
struct Place {
  std::string source;
  std::size_t line = 0;
  std::size_t column = 0;
};

std::unexpected<Error> make_error(Error::Kind kind, Place place, std::string what);

template <class... Args>
std::unexpected<Error> error(fmt::format_string<Args...> format, Args&&... args) {
  return make_error(Error::Kind::kInput, {}, fmt::format(format, std::forward<Args>(args)...));
}

template <class... Args>
std::unexpected<Error> error_at(Place place, fmt::format_string<Args...> format, Args&&... args) {
  return make_error(Error::Kind::kInput, std::move(place),
                    fmt::format(format, std::forward<Args>(args)...));
}

// The input is fine and the work failed all the same.
template <class... Args>
std::unexpected<Error> work_error(fmt::format_string<Args...> format, Args&&... args) {
  return make_error(Error::Kind::kWork, {}, fmt::format(format, std::forward<Args>(args)...));
}

// What was seen, fit for a message: cut after 60 bytes, control characters as blanks.
std::string excerpt(std::string_view seen);

// Gathers the problems of one reading, so that a user sees them all at once: keeps the first 20,
// counts the rest.
class Problems {
 public:
  template <class... Args>
  void add(Place place, fmt::format_string<Args...> format, Args&&... args) {
    keep(std::move(place), fmt::format(format, std::forward<Args>(args)...));
  }
  void add(const Error& error);
  // One more that would not be kept: for a loop over a million rows, which need not write it then.
  void count() { ++error_.more; }
  [[nodiscard]] bool full() const;
  [[nodiscard]] bool empty() const { return error_.problems.empty(); }
  [[nodiscard]] std::unexpected<Error> take() { return std::unexpected(std::move(error_)); }
  // The same where there are any.
  [[nodiscard]] Result<void> result() { return empty() ? Result<void>() : take(); }

 private:
  void keep(Place place, std::string what);
  Error error_;
};

}  // namespace isoflop
