#include "cli/fit_confidence.h"

#include <string>
#include <utility>

#include "base/number_text.h"
#include "cli/intervals_flag.h"
#include "cli/parse_value.h"

namespace isoflop::cli {

std::vector<Flag> confidence_flags(FitOptions& options) {
  return {intervals_flag(
              options.profile,
              "of the coefficients: sandwich (robust covariance) or profile (likelihood), too"),
          {.name = "--level",
           .value = "SHARE",
           .help = "what the intervals are to cover",
           .standard = format_number(options.level),
           .read = parsed_into(options.level, parse_level)}};
}

Result<void> add_confidence(const FitOptions& options, FitRecord& record, Executor& executor,
                            Progress& progress) {
  if (!record.fit.usable || record.fit.search.stopped) return {};
  Result<Confidence> made =
      confidence(record.fit, options.level, options.profile, executor, progress);
  if (!made) return std::unexpected(made.error());
  for (std::string& note : notes_on(record.fit, *made)) record.fit.notes.push_back(std::move(note));
  record.confidence = *std::move(made);
  return {};
}

}  // namespace isoflop::cli
