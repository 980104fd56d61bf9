// Speed-up: how much compute a variant of a training recipe saves at equal loss.
//
//   const std::vector<VariantRuns> runs = {{"adamw", adamw_table}, {"muon", muon_table}};
//   Result<Speedup> of = speedup(runs, {.baseline = "adamw", .flops = {1e21}});
//   of->variants[0].at[0].factor;  // 1.13: the baseline needs 1.13 times the compute
//
// The runs of variant v, each the best that it can do with its training FLOPs C, follow
//
//   L_v(C) = E_v + A_v C^-alpha_v,      S_v(C) = C_b(L_v(C)) / C,
//
// where C_b(L) is the compute with which the baseline's curve reaches the loss L. All curves are
// fitted jointly, to one noise. With one asymptote E and one exponent alpha the speed-up is a
// number, S_v = (A_b/A_v)^(1/alpha). Exponents of their own are a trend with scale,
//
//   ln S_v(C) = k_v + t_v ln C,      t_v = alpha_v/alpha_b - 1,
//
// and whether the runs ask for them is tested: F, the fall of the objective a degree of freedom
// over the noise, against Fisher's distribution.
//
// When to choose what: pin the asymptote where a longer ladder on the same evaluation has given it,
// for a short one hardly does, and ln S goes with 1/(L - E) and 1/alpha. Estimate it elsewhere: the
// interval, a likelihood profile (likelihood_profile.h), then knows that it is uncertain.
//
// A run of a variant that has a run of the baseline at the same compute is compared with it, too:
// the baseline's curve is moved to go through that run, and S = ((L_b - E)/(L_v - E))^(1/alpha).
// The interval of such a pair is that of the noise about the curves, Student's t, with E and alpha
// as they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/fit.h"
#include "isoflop/law.h"
#include "isoflop/progress.h"
#include "isoflop/recipe.h"
#include "isoflop/result.h"
#include "isoflop/table.h"

namespace isoflop {

// An asymptote or an exponent over the variants.
struct CurvePart {
  enum class Kind : std::uint8_t {
    kShared,  // one value for all, estimated
    kOwn,     // estimated for each
    kPinned,  // known: `value`
  };
  Kind kind = Kind::kShared;
  double value = 0;
};
// Reads "shared", "own", "1.6". The error names what was expected.
Result<CurvePart> parse_curve_part(std::string_view text);
std::string to_text(const CurvePart& part);

// The runs of one variant: columns C and loss, and weight where runs have any.
struct VariantRuns {
  std::string name;
  Table table;
};

struct SpeedupRequest {
  std::string baseline;
  CurvePart asymptote, exponent;
  // Where, in training FLOPs; empty: at the largest run, and where the speed-up may change with
  // scale, also at the smallest and halfway in ln C.
  std::vector<double> flops;
  // Tokens a second over the baseline's, by variant: a factor of its speed-up in time. 1 elsewhere.
  std::map<std::string, double> throughput;
  double level = 0.9;     // of the intervals
  double resolve = 0.01;  // how many runs it would take to know the speed-up to this share
  // Its residual, loss and seed are used. Least squares, for runs are few.
  Recipe recipe = {.loss = {.kind = RobustLoss::Kind::kSquare}};
};

struct SpeedupAt {
  double flops = 0;
  double factor = 0;          // NaN where the baseline's curve does not go so low
  Range interval;             // NaN without degrees of freedom; infinite where the runs set no end
  double factor_in_time = 0;  // both times the variant's throughput
  Range interval_in_time;
  // Runs of variant and baseline together, at compute like theirs, that would bring half of the
  // interval of ln S down to ln(1 + resolve); NaN without an interval.
  double runs_to_resolve = 0;
};

// Runs of variant and baseline at one compute.
struct SpeedupPair {
  double flops = 0;
  double baseline_loss = 0;  // the mean where the baseline has several
  double loss = 0;
  double factor = 0;  // as above
  Range interval;
  double factor_in_time = 0;
};

struct VariantSpeedup {
  std::string name;
  double throughput = 1;
  std::vector<SpeedupAt> at;
  std::vector<SpeedupPair> pairs;
  // What the speed-up is multiplied by for ten times the compute, 10^t, with exponents of their
  // own. Nothing where asymptotes are, or runs are too few.
  std::optional<double> trend;
  Range trend_interval;
};

// A fitted curve, the baseline's first.
struct VariantCurve {
  std::string name;
  std::size_t runs = 0;
  double asymptote = 0, scale = 0, exponent = 0;  // E, A, alpha
  Range asymptote_interval, exponent_interval;    // the values where they are pinned
};

// Whether exponents of their own fit better than one, beyond chance.
struct ExponentTest {
  double F = 0;
  std::size_t terms = 0, degrees_of_freedom = 0;
  double p = 0;
};

struct Speedup {
  SpeedupRequest request;  // with the scales that were looked at
  std::size_t rows = 0;
  double noise = 0;  // standard deviation of the residuals; NaN without degrees of freedom
  std::vector<VariantCurve> curves;
  std::vector<VariantSpeedup> variants;  // all but the baseline
  std::optional<ExponentTest> test;      // nothing where runs are too few for it
  std::vector<std::string> notes;        // what a careful user should know
};

// Errors: no baseline; fewer scales or runs than the curves have numbers; an asymptote that is not
// below the losses; a throughput of no variant; a loss or C that is not above 0.
Result<Speedup> speedup(std::span<const VariantRuns> runs, const SpeedupRequest& request,
                        Executor& executor, Progress& progress);
Result<Speedup> speedup(std::span<const VariantRuns> runs, const SpeedupRequest& request);

}  // namespace isoflop
