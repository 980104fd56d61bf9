#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/number_text.h"
#include "cli/fit_options.h"
#include "cli/parse_value.h"
#include "cli/shared_flags.h"

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

Result<Shard> parse_shard(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size() - 1);
  const Result<std::uint64_t> index = parse_count(text.substr(0, slash));
  const Result<std::uint64_t> count = parse_count(text.substr(slash + 1));
  if (!index || !count || *index >= *count)
    return error("\"{}\" must be I/N with I from 0 to N - 1, such as 0/8", text);
  return Shard{*index, *count};
}

}  // namespace

std::vector<Flag> interval_flags(FitOptions& options) {
  return in_group<Flag>(
      "Uncertainty", {intervals_flag(options.profile, "method of the intervals"),
                      level_flag(options.level, format_number(options.level)),
                      Flag("--bootstrap", "K", "refit K resampled tables, for bootstrap intervals",
                           parsed_into(options.replicates, parse_replicates),
                           {.fields = {"bootstrap.replicates"}}),
                      Flag("--bootstrap-by", "KIND", "unit of resampling",
                           parsed_into(options.resampling, parse_resampling_of_rows),
                           {.standard = to_text(Resampling::kRows),
                            .choices = {{"rows"}, {"residuals"}},
                            .fields = {"bootstrap.by"}}),
                      mapping_flag(options.mapping, "cluster"),
                      Flag("--shard", "I/N",
                           "make refits I, I + N, I + 2N, ... alone, I from 0 to N - 1, and write "
                           "them as a part for `isoflop merge`",
                           parsed_into(options.shard, parse_shard))});
}

Result<void> check_bootstrap(const FitOptions& options) {
  if (options.resampling && !options.replicates)
    return error("--bootstrap-by is a part of a bootstrap: give --bootstrap K, too");
  if (options.resampling == Resampling::kResiduals && !options.mapping.cluster.empty())
    return error(
        "--cluster draws whole rows, and --bootstrap-by residuals draws none: remove one of them");
  if (options.resampling == Resampling::kRows && !options.mapping.cluster.empty())
    return error(
        "--cluster draws rows together, and --bootstrap-by rows draws each alone: remove one of "
        "them");
  return options.shard ? check_shard(options) : Result<void>();
}

FitIntervals intervals_of(const FitOptions& options) {
  FitIntervals intervals{.level = options.level, .profile = options.profile};
  if (options.replicates)
    intervals.bootstrap = {.by = options.mapping.cluster.empty()
                                     ? options.resampling.value_or(Resampling::kRows)
                                     : Resampling::kClusters,
                           .replicates = *options.replicates,
                           .seed = options.recipe.seed};
  return intervals;
}

}  // namespace isoflop::cli
