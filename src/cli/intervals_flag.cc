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
          .read = parsed_into(profile, parse_intervals)};
}

Result<void> check_profiles(const Model& model) {
  if (!model.fit)
    return error_at({"--intervals"},
                    "{} has no runs to make a profile from: give a fit file that isoflop fit wrote",
                    model.law.label());
  if (model.fit->fit.table.rows() == 0)
    return error_at({"--intervals"},
                    "the fit came without its runs, and a profile is made from them: fit again");
  return {};
}

}  // namespace isoflop::cli
