#include "cli/intervals_flag.h"

#include <utility>

#include "base/error.h"
#include "cli/parse_value.h"

namespace isoflop::cli {

namespace {

// Whether there are profiles.
Result<bool> parse_intervals(std::string_view text) {
  if (text != "sandwich" && text != "profile")
    return error("\"{}\" must be sandwich, which is quick, or profile, for both", text);
  return text == "profile";
}

}  // namespace

Flag intervals_flag(bool& profile, std::string help) {
  return {.name = "--intervals",
          .value = "KIND",
          .help = std::move(help),
          .standard = "sandwich",
          .fields = {"request.intervals"},
          .read = parsed_into(profile, parse_intervals)};
}

}  // namespace isoflop::cli
