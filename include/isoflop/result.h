// What every function that can be given wrong input returns: a value, or an Error that says where
// the input is wrong, what was seen there, and what to do about it.
//
//   isoflop::Result<isoflop::Law> law = isoflop::find_law("hossain2025:moe");
//   if (!law) std::cerr << law.error().text();
//
// Nothing in this library throws. Outcomes of a fit (converged, at a bound, failed) are data of the
// fit, not errors: see fit.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

namespace isoflop {

// One thing that is wrong, and where. Lines and columns count from 1; 0 means that there is none.
struct Problem {
  std::string source;      // the file, option or name that was being read; may be empty
  std::size_t line = 0;    // line of a file
  std::size_t column = 0;  // character of that line, or of the text of an option
  std::string what;        // what was seen and what to do, without a final full stop

  // "runs.csv:17: column "loss": "2,31" is not a number; a decimal comma?"
  [[nodiscard]] std::string text() const;
};

struct Error {
  enum class Kind : std::uint8_t {
    kInput,  // the user's input is wrong; the program exits with 2
    kWork,   // the input is fine, the work failed (full disk, no solution); exits with 1
  };
  Kind kind = Kind::kInput;
  std::vector<Problem> problems;  // every problem found, not the first alone; never empty
  std::size_t more = 0;           // problems of the same reading that were counted but not kept

  // One problem a line, ending with a line "... and N more" where some were not kept.
  [[nodiscard]] std::string text() const;
};

template <class T>
using Result = std::expected<T, Error>;

}  // namespace isoflop
