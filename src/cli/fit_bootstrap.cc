#include "cli/fit_bootstrap.h"

#include <string>
#include <utility>

#include "base/error.h"
#include "base/number_text.h"
#include "cli/parse_value.h"

namespace isoflop::cli {

namespace {

Result<std::uint64_t> parse_replicates(std::string_view text) {
  Result<std::uint64_t> count = parse_count(text);
  if (count && *count == 0) return error("0 refits say nothing: 1000 is a usual number");
  return count;
}

// Clusters are asked for by their column.
Result<Resampling> parse_resampling_of_rows(std::string_view text) {
  Result<Resampling> by = parse_resampling(text);
  if (!by || *by == Resampling::kClusters)
    return error("\"{}\" must be rows or residuals; --cluster COLUMN keeps groups of rows together",
                 text);
  return by;
}

}  // namespace

std::vector<Flag> bootstrap_flags(FitOptions& options) {
  return {{.name = "--bootstrap",
           .value = "K",
           .help = "refit K resampled tables, for intervals of the coefficients",
           .fields = {"bootstrap.replicates"},
           .read = parsed_into(options.replicates, parse_replicates)},
          {.name = "--bootstrap-by",
           .value = "KIND",
           .help = "what is resampled: rows or residuals",
           .standard = to_text(Resampling::kRows),
           .fields = {"bootstrap.by"},
           .read = parsed_into(options.resampling, parse_resampling_of_rows)},
          {.name = "--cluster",
           .value = "COLUMN",
           .help = "resample rows that have the same text in a column together",
           .fields = {"mapping.cluster"},
           .read = text_into(options.mapping.cluster)}};
}

Result<void> check_bootstrap(const FitOptions& options) {
  const std::pair<bool, const char*> parts[] = {{options.resampling.has_value(), "--bootstrap-by"},
                                                {!options.mapping.cluster.empty(), "--cluster"}};
  for (const auto& [given, name] : parts)
    if (given && !options.replicates)
      return error("{} is a part of a bootstrap: give --bootstrap K, too", name);
  if (options.resampling == Resampling::kResiduals && !options.mapping.cluster.empty())
    return error(
        "--cluster draws whole rows, and --bootstrap-by residuals draws none: remove one of them");
  if (options.resampling == Resampling::kRows && !options.mapping.cluster.empty())
    return error(
        "--cluster draws rows together, and --bootstrap-by rows draws each alone: remove one of "
        "them");
  return {};
}

Result<void> add_bootstrap(const FitOptions& options, FitRecord& record, Executor& executor,
                           Progress& progress) {
  if (!options.replicates || !record.fit.usable || record.fit.search.stopped) return {};
  const Bootstrap how{.by = options.mapping.cluster.empty()
                                ? options.resampling.value_or(Resampling::kRows)
                                : Resampling::kClusters,
                      .replicates = *options.replicates,
                      .seed = options.recipe.seed};
  Result<Draws> draws = bootstrap(record.fit, how, executor, progress);
  if (!draws) return std::unexpected(draws.error());
  const double level = options.level;
  std::vector<Uncertainty> made = uncertainties(record.fit, *draws, level);
  for (std::string& note : notes_on(record.fit, *draws, level, made))
    record.fit.notes.push_back(std::move(note));
  record.bootstrap = {*std::move(draws), level, std::move(made)};
  return {};
}

}  // namespace isoflop::cli
