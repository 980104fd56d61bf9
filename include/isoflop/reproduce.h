// Whether what was published comes out again: published fits of a data set are refitted by their
// recipe, and claims of one law on others are measured. Every one has an Outcome; one that is not
// plain agreement needs a reason in its file, which people have to find.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/claims.h"
#include "isoflop/compare.h"
#include "isoflop/data_set.h"
#include "isoflop/executor.h"
#include "isoflop/fit.h"
#include "isoflop/law.h"
#include "isoflop/plan.h"
#include "isoflop/progress.h"
#include "isoflop/result.h"

namespace isoflop {

// F and F' are the objectives at our optimum and at the published set, t the tolerance.
enum class Outcome : std::uint8_t {
  kSame,      // |F'/F - 1| <= t
  kRounding,  // F' is higher; some coefficients that print as the published ones are within t of F.
              // Of a claim or a loss: some of these are within its tolerance
  kBetter,    // F' is higher, and rounding does not explain it
  kDiffers,   // F' is lower: our search missed an optimum; or another number is not the published
  kHolds,     // of a claim: the worst error is within its tolerance
  kFails,     // ... is not, nor with any coefficients found that print as the published ones
};
std::string to_text(Outcome outcome);
// Whether the outcome needs no reason, or has one.
bool is_explained(Outcome outcome, std::string_view reason);

// A law's losses against others.
struct Closeness {
  double worst = 0;  // largest |a/b - 1|
  double mean = 0;   // mean of |a/b - 1|
};
// Spans of one length, not empty.
Closeness closeness(std::span<const double> losses, std::span<const double> others);

struct ReproducedCoefficient {
  // Of draws that are more skewed than this a few make the standard error: it says little.
  static constexpr double kSkewed = 1;

  std::string name;
  double published = 0, ours = 0;
  double difference = 0;  // ours/published - 1; NaN where 0 was published
  // Standard errors: of the draws, and where they were published, theirs and ours/theirs - 1.
  std::optional<double> our_error{}, published_error{}, error_difference{};
  double skewness = 0;  // of the draws; that of a normal estimate is 0
  Outcome error_outcome = Outcome::kHolds;
};

struct ReproducedFit {
  PublishedFit published;
  bool refitted_here = false;  // the set: it is this project's own, and not published
  Fit fit;                     // ours
  std::size_t rows = 0;
  double published_objective = 0;  // F', summed over rows
  double rounded_objective = 0;    // lowest F among what prints as published; F' where not rounded
  double from_published = 0;       // F where a refinement from the published set ends
  double difference = 0;           // F'/F - 1
  Closeness published_closeness, our_closeness;  // to the measured losses
  std::vector<ReproducedCoefficient> coefficients;
  std::size_t draws = 0;  // of the bootstrap
  Outcome outcome = Outcome::kSame;
};

struct ReproducedPoint {
  PublishedPoint published;
  double predicted = 0;
  std::optional<Range>
      range{};            // of coefficients that print as the published ones; of a rounded set
  double difference = 0;  // predicted/published - 1
  // The same by our fit of this published set, where the data set has one.
  std::optional<double> refitted{}, refitted_difference{};
  Outcome outcome = Outcome::kHolds;
};

struct Contestant {
  std::string law;         // "key:set"
  Closeness as_published;  // to the measured losses
  Fit fit;                 // ours, to all rows
  Closeness refitted;
  double held_out_rmse = 0;  // nats
};

struct ReproducedContest {
  Contest published;
  std::vector<Contestant> contestants;  // lowest objective first
  std::size_t place = 0;                // of the law that the claim is about, from 1
  std::size_t held_out_place = 0;
  std::size_t rows = 0, held_out_rows = 0;
  Outcome outcome = Outcome::kHolds;
};

struct Reproduction {
  DataSet data;
  std::vector<ReproducedFit> fits;
  std::vector<ReproducedPoint> points;
  std::vector<ReproducedContest> contests;
};

// `text` is that of the data set's file; the caller has checked its SHA-256. Errors: what the
// data set says of columns or rows does not fit the text; a published set that its law or recipe
// does not take.
Result<Reproduction> reproduce(const DataSet& data, std::string_view text, Executor& executor,
                               Progress& progress);

struct CheckedAgreement {
  Agreement published;
  std::size_t models = 0;
  Closeness as_published;
  Closeness rounded;  // the closest found of both laws' coefficients that print as published
  Fit fit;            // of the law to the other one's losses
  Closeness refitted;
  std::vector<std::string> notes{};  // what was taken for an input
  Outcome published_outcome = Outcome::kHolds, refitted_outcome = Outcome::kHolds;
};

struct BudgetSide {
  std::string law;
  double loss = 0;               // of the model
  std::optional<Range> range{};  // as of a ReproducedPoint
  std::optional<double> worked{};
  PlannedRun optimum;  // of the budget, at the model's sparsity
};

struct CheckedBudget {
  BudgetClaim published;
  double flops = 0;
  double sparsity = 0;
  std::vector<BudgetSide> sides;  // of `law`, of `of`
  double model = 0;               // relative size of the difference of the two losses of the model
  Closeness profile;              // of the two along the budget's isoFLOP profile
  Closeness rounded;              // of the model and the profile, as of a CheckedAgreement
  // Of the worked losses; of the two losses of the model; of these and the profile.
  Outcome worked_outcome = Outcome::kHolds, model_outcome = Outcome::kHolds,
          outcome = Outcome::kHolds;
  std::vector<std::string> notes{};
};

struct CheckedClaims {
  Claims claims;
  std::vector<CheckedAgreement> agreements;
  std::vector<CheckedBudget> budgets;
};
Result<CheckedClaims> check_claims(const Claims& claims, Executor& executor, Progress& progress);

// All that one run of `isoflop reproduce` looked at.
struct Reproductions {
  std::vector<Reproduction> data_sets;
  std::vector<CheckedClaims> claims;
};
// How many outcomes there are of each kind, and how many need a reason that their file lacks.
struct Tally {
  std::map<Outcome, std::size_t> outcomes;
  std::size_t all = 0, unexplained = 0;
};
Tally tally(const Reproductions& reproductions);

// The parts that are about a law: those that have its key.
DataSet only_about(DataSet data, std::string_view law);

}  // namespace isoflop
