#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/error.h"
#include "cli/console.h"
#include "cli/file.h"
#include "cli/fit_options.h"
#include "cli/progress_bar.h"
#include "isoflop/part_file.h"

namespace isoflop::cli {

Result<void> check_shard(const FitOptions& options) {
  if (!options.replicates)
    return error("--shard makes a part of a bootstrap: give --bootstrap K, too");
  if (!options.by.empty())
    return error("--shard parts the bootstrap of one fit, and --by makes several: remove one");
  if (options.json || options.plot)
    return error("--json and --plot show a whole fit, and --shard makes a part: remove them");
  if (options.output.empty()) return error("--shard writes a part file: name it by --output");
  return {};
}

Result<int> fit_part(const FitOptions& options, const std::string& line) {
  FitIntervals intervals = intervals_of(options);
  const Bootstrap how = *std::exchange(intervals.bootstrap, {});
  Work work(options.threads);
  FitRecord record = fit_runs(options, intervals, line, work).record;
  end_if_stopped();
  const Fit& fit = record.fit;
  if (!fit.usable)
    return work_error("the fit failed, so there is nothing to refit: {}", fit.message);
  const Pilots pilots = must(try_pilots(fit, how, work.executor, work.bar));
  BootstrapPart part =
      must(bootstrap_part(fit, how, pilots, *options.shard, work.executor, work.bar));
  end_if_stopped();
  const std::size_t count = part.draws.size();
  std::vector<Uncertainty> sure = uncertainties(fit, part.draws, intervals.level);
  record.bootstrap = {std::move(part.draws), intervals.level, std::move(sure)};
  must(write_file(options.output, write_part_file({.record = std::move(record),
                                                   .shard = *options.shard,
                                                   .vector = std::move(part.vector)})));
  if (options.output == "-") return 0;
  return print(fmt::format("part {}: {} of {} refits, written to {}\n", to_text(*options.shard),
                           count, how.replicates, options.output));
}

}  // namespace isoflop::cli
