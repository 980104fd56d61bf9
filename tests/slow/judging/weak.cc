// The intervals that a plan is shown with, on designs that determine it badly and on designs that
// determine it well: for the compute-optimal size and the lowest loss at ten times the largest
// budget, how often an interval is shown and covers the truth, and how wide it is beside the
// likelihood profile's.
//
//   isoflop_weak_study [first seed] [tables] [design]
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "base/random.h"
#include "isoflop/confidence.h"
#include "isoflop/fit.h"
#include "isoflop/likelihood_profile.h"
#include "isoflop/predict.h"
#include "workflow/intervals.h"
#include "workflow/model.h"
#include "workflow/plans.h"

namespace isoflop {
namespace {

constexpr double kLevel = 0.9;
constexpr std::array kQuantities = {"N", "loss"};

struct Design {
  std::string name;
  Law truth;
  double noise = 0.01;    // of ln L
  std::size_t tails = 0;  // degrees of freedom of Student's t; 0 for normal noise
  double sparsity = 0;    // of the plan
  std::function<void(std::uint64_t seed, Table& table)> inputs;
};

double between(double low, double high, double share) { return low * std::pow(high / low, share); }

std::vector<double> evenly(double low, double high, std::size_t count) {
  std::vector<double> list;
  for (std::size_t i = 0; i < count; ++i)
    list.push_back(between(low, high, static_cast<double>(i) / static_cast<double>(count - 1)));
  return list;
}

struct Rows {
  std::vector<double> N, D, S;
  void add(double n, double d, double s = 0) {
    N.push_back(n);
    D.push_back(d);
    S.push_back(s);
  }
  void into(Table& table) const {
    (void)table.set("N", N);
    (void)table.set("D", D);
    (void)table.set("S", S);
    std::vector<double> P;
    for (std::size_t i = 0; i < N.size(); ++i) P.push_back(N[i] / (1 - S[i]));
    (void)table.set("P", P);
  }
};

void grid(Table& table, const std::vector<double>& N, const std::vector<double>& D) {
  Rows rows;
  for (const double d : D)
    for (const double n : N) rows.add(n, d);
  rows.into(table);
}

// Sizes about the optimum of each budget, as Hoffmann et al. 2022 (approach 2) had them.
void isoflop_runs(Table& table, const std::vector<double>& budgets, std::size_t sizes,
                  double span) {
  Rows rows;
  for (const double C : budgets) {
    const double middle = std::sqrt(C / 6 / 20);
    for (const double n : evenly(middle / span, middle * span, sizes)) rows.add(n, C / (6 * n));
  }
  rows.into(table);
}

void random_rows(Table& table, std::uint64_t seed, std::size_t count) {
  Rows rows;
  for (std::size_t i = 0; i < count; ++i)
    rows.add(between(5e7, 5e9, uniform(seed, 1, 2 * i)),
             between(1e9, 2e11, uniform(seed, 1, 2 * i + 1)));
  rows.into(table);
}

Law dense_truth() {
  const Law law = *find_law("hoffmann2022");
  return *law.without_values().with_values(
      "truth", std::vector<double>{1.8172, 482.01, 2085.43, .3478, .3658}, {});
}

std::vector<Design> designs() {
  const Law dense = dense_truth(), moe = *find_law("hossain2025:moe");
  std::vector<Design> all;
  const auto add = [&](std::string name, double noise, auto inputs) {
    all.push_back({std::move(name), dense, noise, 0, 0, inputs});
  };
  add("D = 20 N, 24 rows", .01, [](std::uint64_t, Table& table) {
    Rows rows;
    for (const double n : evenly(5e7, 5e9, 24)) rows.add(n, 20 * n);
    rows.into(table);
  });
  add("N within 2x, 30 rows", .01,
      [](std::uint64_t, Table& table) { grid(table, evenly(1e9, 2e9, 5), evenly(2e9, 1e11, 6)); });
  add("D within 2x, 30 rows", .01,
      [](std::uint64_t, Table& table) { grid(table, evenly(5e7, 5e9, 6), evenly(1e10, 2e10, 5)); });
  add("one budget, 9 rows", .005, [](std::uint64_t, Table& table) {
    Rows rows;
    for (const double n : evenly(155822900, 4674688000, 9)) rows.add(n, 1e20 / (6 * n));
    rows.into(table);
  });
  add("isoFLOP, 5 budgets x 7", .005,
      [](std::uint64_t, Table& table) { isoflop_runs(table, evenly(1e18, 1e21, 5), 7, 6); });
  add("isoFLOP, 3 budgets x 4", .005,
      [](std::uint64_t, Table& table) { isoflop_runs(table, evenly(1e18, 1e20, 3), 4, 8); });
  add("grid 6 x 6", .005,
      [](std::uint64_t, Table& table) { grid(table, evenly(5e7, 5e9, 6), evenly(1e9, 2e11, 6)); });
  add("grid 4 x 4", .005,
      [](std::uint64_t, Table& table) { grid(table, evenly(5e7, 5e9, 4), evenly(1e9, 2e11, 4)); });
  for (const std::size_t count : {12, 24, 60})
    add(fmt::format("random, {} rows", count), .005,
        [count](std::uint64_t seed, Table& table) { random_rows(table, seed, count); });
  add("grid 6 x 6, t3 noise", .005,
      [](std::uint64_t, Table& table) { grid(table, evenly(5e7, 5e9, 6), evenly(1e9, 2e11, 6)); });
  all.back().tails = 3;
  all.push_back({"MoE (hossain2025), 60 rows", moe, .005, 0, .9, [](std::uint64_t, Table& table) {
                   Rows rows;
                   for (const double s : {0.0, .5, .75, .9, .97})
                     for (const double n : evenly(5e7, 2e9, 4))
                       for (const double d : evenly(2e9, 1e11, 3)) rows.add(n, d, s);
                   rows.into(table);
                 }});
  return all;
}

// Student's t of a few degrees of freedom, with the standard deviation of the noise.
double noise_of(const Design& design, std::uint64_t seed, std::uint64_t row) {
  const double z = normal(seed, 2, 8 * row);
  if (design.tails == 0) return design.noise * z;
  double sum = 0;
  for (std::size_t k = 1; k <= design.tails; ++k) {
    const double each = normal(seed, 2, 8 * row + k);
    sum += each * each;
  }
  const auto n = static_cast<double>(design.tails);
  return design.noise * z * std::sqrt(n / sum) * std::sqrt((n - 2) / n);
}

Table runs_of(const Design& design, std::uint64_t seed) {
  Table table;
  design.inputs(seed, table);
  std::vector<double> losses = *predict(design.truth, table);
  for (std::size_t i = 0; i < losses.size(); ++i) losses[i] *= std::exp(noise_of(design, seed, i));
  (void)table.set("loss", losses);
  return table;
}

struct Tally {
  int shown = 0, open = 0, covered = 0, below = 0, above = 0;
  std::vector<double> width, ratio;  // ln high/low; over the profile's
};

struct Outcome {
  int tables = 0, profiled = 0, warned = 0, unplanned = 0;
  std::array<Tally, kQuantities.size()> of;
};

double median(std::vector<double> values) {
  if (values.empty()) return std::nan("");
  std::ranges::sort(values);
  return values[values.size() / 2];
}

double width(const Range& range) { return std::log(range.high / range.low); }

void tally(const Range& shown, double truth, const ProfileInterval* profile, Tally& into) {
  ++into.shown;
  if (!std::isfinite(width(shown))) ++into.open;
  if (shown.low <= truth && truth <= shown.high)
    ++into.covered;
  else
    ++(truth < shown.low ? into.below : into.above);
  into.width.push_back(width(shown));
  const double other = profile != nullptr ? width(profile->interval) : std::nan("");
  if (std::isfinite(other)) into.ratio.push_back(width(shown) / other);
}

void one_table(const Design& design, std::uint64_t seed, Outcome& outcome) {
  SerialExecutor executor;
  Progress silent;
  ++outcome.tables;
  const Table table = runs_of(design, seed);
  double most = 0;
  for (std::size_t i = 0; i < table.rows(); ++i)
    most = std::max(most, 6 * table.column("N")[i] * table.column("D")[i]);
  const PlanQuestion question{.flops = 10 * most, .sparsity = design.sparsity};
  const PlannedRun truth = *plan(design.truth, question)->run;
  FitRecord record{.fit = *fit(design.truth.without_values(), table, {})};
  record.confidence = *confidence(record.fit, kLevel, false, executor, silent);
  outcome.warned += record.confidence->findings.empty() ? 0 : 1;
  const Model model = *model_of(std::move(record), "fit");
  const Result<FrontierRecord> answer =
      plan_all(model, {.question = {.sparsity = design.sparsity}, .budgets = {*question.flops}},
               executor, silent);
  if (!answer) {
    ++outcome.unplanned;
    return;
  }
  const PlanRecord& best = answer->plans.front();
  outcome.profiled += best.sandwich ? 0 : 1;
  NamedProfiles profiles;
  if (best.sandwich)
    if (const auto made = plan_profiles(model.fit->fit, {&best.plan, 1}, kLevel, executor, silent))
      profiles = made->front();
  for (std::size_t k = 0; k < kQuantities.size(); ++k) {
    const auto shown = best.shown(kQuantities[k]);
    if (!shown || std::isnan(shown->low) || std::isnan(shown->high)) continue;
    const ProfileInterval* profile = find(best.sandwich ? profiles : *best.profile, kQuantities[k]);
    tally(*shown, k == 0 ? truth.N : truth.loss, profile, outcome.of[k]);
  }
}

void print(const Design& design, const Outcome& outcome) {
  const auto percent = [](int part, int whole) {
    return whole == 0 ? std::string("-") : fmt::format("{:.0f}", 100.0 * part / whole);
  };
  std::string line =
      fmt::format("| {} | {} | {}", design.name, percent(outcome.profiled, outcome.tables),
                  percent(outcome.warned, outcome.tables));
  for (const Tally& each : outcome.of)
    line += fmt::format(" | {} | {} ({} below, {} above) | {:.3f} | {:.2f}",
                        percent(each.shown, outcome.tables), percent(each.covered, each.shown),
                        each.below, each.above, median(each.width), median(each.ratio));
  fmt::print("{} |\n", line);
  std::fflush(stdout);
}

}  // namespace
}  // namespace isoflop

int main(int count, char** values) {
  using namespace isoflop;
  const std::uint64_t first = count > 1 ? std::strtoull(values[1], nullptr, 10) : 1;
  const std::uint64_t tables = count > 2 ? std::strtoull(values[2], nullptr, 10) : 100;
  const std::string wanted = count > 3 ? values[3] : "";
  fmt::print(
      "| design | by profile | warned | N shown | covered | ln width | over the profile's | L "
      "shown "
      "| covered | ln width | over the profile's |\n"
      "|---|---|---|---|---|---|---|---|---|---|---|\n");
  for (const Design& design : designs()) {
    if (!design.name.contains(wanted)) continue;
    Outcome outcome;
    for (std::uint64_t seed = first; seed < first + tables; ++seed)
      one_table(design, seed, outcome);
    print(design, outcome);
  }
  return 0;
}
