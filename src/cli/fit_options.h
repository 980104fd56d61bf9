// What the parts of `isoflop fit` share: its options, and the parts in files of their own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "isoflop/bayes_fit.h"
#include "isoflop/bootstrap.h"
#include "isoflop/bootstrap_parts.h"
#include "isoflop/fit.h"
#include "isoflop/fit_file.h"
#include "isoflop/read_table.h"
#include "isoflop/result.h"
#include "workflow/fit_runs.h"

namespace isoflop::cli {

struct FitOptions {
  std::vector<std::string> runs;
  std::string law;
  Mapping mapping;
  std::string by;
  Recipe recipe;
  std::optional<std::uint64_t> replicates;  // of the bootstrap, where one is asked for
  std::optional<Resampling> resampling;
  std::optional<Shard> shard;                // which part of the replicates, where it is not all
  double level = kUsualLevel;                // what intervals are to cover
  bool profile = false;                      // whether there are intervals by profiles, too
  std::optional<std::uint64_t> evaluations;  // of a Bayesian solver, like what follows
  std::optional<SearchBox> box;
  std::string journal;
  std::string trials;
  std::uint64_t threads = 0;
  std::string output;
  bool json = false, plot = false;
};

// ---- fit.cc: the fit of the runs

struct TimedFit {
  FitRecord record;
  double seconds = 0;  // of the fit without its intervals
};
// With its intervals; `line` is the command line. The work has the threads and the bar.
struct Work;
TimedFit fit_runs(const FitOptions& options, const FitIntervals& intervals, const std::string& line,
                  Work& work);

// ---- fit_part.cc: `isoflop fit --shard I/N`, one part of the bootstrap

// Whether what else is asked for can be had in parts.
Result<void> check_shard(const FitOptions& options);

// Writes a part file. The exit code; `line` is the command line.
Result<int> fit_part(const FitOptions& options, const std::string& line);

// ---- fit_intervals.cc: which intervals the coefficients are to have

// --intervals and --level; --bootstrap, --bootstrap-by, --cluster and --shard.
std::vector<Flag> interval_flags(FitOptions& options);

// The flags among each other.
Result<void> check_bootstrap(const FitOptions& options);

FitIntervals intervals_of(const FitOptions& options);

// ---- fit_by.cc: `isoflop fit --by COLUMN`, the same law and recipe for each group of the rows

// The exit code: 1 where the fit of a group failed, stopped_exit_code() where the work was stopped.
// `line` is the command line.
Result<int> fit_by(const FitOptions& options, const std::string& line);

// ---- fit_bayes.cc: `isoflop fit --solver bayes`, beside what the default solver finds

// --solver, --evaluations, --box, --journal and --trials.
std::vector<Flag> solver_flags(FitOptions& options);

// The error: one of these without the solver that it belongs to, or beside flags of another one.
Result<void> check_solver(const FitOptions& options);

// The exit code; `line` is the command line.
Result<int> fit_bayes(const FitOptions& options, const std::string& line);

}  // namespace isoflop::cli
