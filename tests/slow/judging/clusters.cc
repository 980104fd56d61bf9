// How often intervals cover the truth where runs share their noise, or their noise is not equal:
// isoflop_clusters_study FIRST TABLES, the first seed and the number of tables. docs/judging.md has
// what came of it.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "isoflop/bootstrap.h"
#include "isoflop/confidence.h"
#include "isoflop/loss_band.h"
#include "isoflop/loss_draws.h"
#include "workflow/fit_runs.h"
#include "workflow/model.h"
#include "workflow/plans.h"

namespace isoflop {
namespace {

constexpr double kLevel = 0.9;
constexpr std::size_t kReplicates = 200;
constexpr double kTruth[] = {1.8172, 482.01, 2085.43, 0.3478, 0.3658};  // E, A, B, alpha, beta

double loss_of(double N, double D) {
  return kTruth[0] + kTruth[1] / std::pow(N, kTruth[3]) + kTruth[2] / std::pow(D, kTruth[4]);
}

Law truth() {
  const Law law = *Law::from_formula("E + A/N^alpha + B/D^beta", {}, "truth");
  std::vector<double> values;
  for (const Coefficient& each : law.coefficients()) {
    const std::string names[] = {"E", "A", "B", "alpha", "beta"};
    values.push_back(kTruth[std::ranges::find(names, each.name) - names]);
  }
  return *law.with_values("truth", values, {});
}

// 12 sizes, six numbers of tokens each, as in clusters.csv of the cases.
struct NoisyDesign {
  const char* name;
  double between = 0, within = 0;  // noise of ln loss: of a run, of its checkpoints
  double power = 0;                // of N, in the noise of single runs
  double outliers = 0;             // the share of runs with five times the noise
  bool clustered = false;          // whether the fit is told of clusters
  RobustLoss loss{};
};

struct Simulated {
  Table table;
  double next = 0;  // ln of the noise of a new run at the largest N
};

Simulated simulate(const NoisyDesign& design, std::uint64_t seed) {
  std::vector<double> N, D, loss, cluster;
  std::uint64_t row = 0;
  const auto noise_at = [&](double size, std::uint64_t of, std::uint64_t which) {
    const double bad = uniform(seed, 2, which) < design.outliers ? 5 : 1;
    return design.between * normal(seed, 1, of) +
           bad * design.within * std::pow(size / 5e7, design.power) * normal(seed, 0, which);
  };
  double size = 5e7;
  for (std::uint64_t run = 0; run < 12; ++run) {
    for (const double ratio : {2.0, 4.0, 8.0, 16.0, 28.0, 40.0}) {
      N.push_back(size);
      D.push_back(size * ratio);
      loss.push_back(loss_of(size, D.back()) * std::exp(noise_at(size, run, row++)));
      cluster.push_back(static_cast<double>(run));
    }
    size *= std::pow(80, 1 / 11.0);
  }
  Simulated result;
  (void)result.table.set("N", N);
  (void)result.table.set("D", D);
  (void)result.table.set("loss", loss);
  if (design.clustered) (void)result.table.set("cluster", cluster);
  result.next = noise_at(4e9, 100, 1000);
  return result;
}

struct Count {
  std::size_t known = 0, covered = 0;
  std::vector<double> widths, errors;
};
using Counts = std::map<std::string, std::map<std::string, Count>>;  // by quantity, by way

void add(Counts& counts, const std::string& quantity, const std::string& way, const Range& range,
         double true_value, double found) {
  Count& count = counts[quantity][way];
  count.errors.push_back(std::abs(found - true_value));
  if (std::isnan(range.low) || std::isnan(range.high)) return;
  ++count.known;
  if (range.contains(true_value)) ++count.covered;
  count.widths.push_back(range.high - range.low);
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

void study(const NoisyDesign& design, std::uint64_t first, std::uint64_t tables, bool bootstraps) {
  const Law law = truth();
  const double largest = 6 * 4e9 * 1.6e11;
  PlanQuestion question;
  question.flops = 10 * largest;
  const PlannedRun best = *plan(law, question)->run;
  Counts counts;
  std::size_t clustered = 0, unequal = 0;
  SerialExecutor executor;
  Progress silent;
  for (std::uint64_t seed = first; seed < first + tables; ++seed) {
    const Simulated runs = simulate(design, seed);
    FitRecord record{.fit =
                         *fit(law.without_values(), runs.table, {.loss = design.loss}, executor)};
    FitIntervals intervals{.level = kLevel, .profile = true};
    if (bootstraps)
      intervals.bootstrap = {.by = design.clustered ? Resampling::kClusters : Resampling::kRows,
                             .replicates = kReplicates,
                             .seed = seed};
    if (!add_intervals(record, intervals, executor, silent)) continue;
    for (const Finding& finding : record.confidence->findings) {
      clustered += finding.kind == FindingKind::kClustered ? 1 : 0;
      unequal += finding.kind == FindingKind::kUnequalNoise ? 1 : 0;
    }
    const Fit& fit = record.fit;
    for (std::size_t i = 0; i < fit.law.coefficients().size(); ++i) {
      const std::string& name = fit.law.coefficients()[i].name;
      const double value = law.values()[i], found = fit.law.values()[i];
      add(counts, name, "sandwich", record.confidence->sandwich[i].interval, value, found);
      add(counts, name, "profile", record.confidence->profile[i].interval, value, found);
      if (record.bootstrap)
        add(counts, name, "bootstrap", record.bootstrap->uncertainties[i].percentile, value, found);
    }
    const auto predicted = [&](const char* name, double N, double D, double noise) {
      const Inputs inputs = {{"N", N}, {"D", D}};
      const LossBand band = *loss_band(fit, inputs, kLevel);
      const double value = loss_of(N, D), found = predict(fit.law, inputs)->loss;
      add(counts, name, "sandwich", band.mean, value, found);
      add(counts, name, "profile", loss_profile(fit, inputs, kLevel)->interval, value, found);
      if (record.bootstrap)
        add(counts, name, "bootstrap",
            loss_uncertainty(fit.law, record.bootstrap->draws, inputs, kLevel)->percentile, value,
            found);
      if (noise != 0) add(counts, "new run", "sandwich", band.run, value * std::exp(noise), found);
    };
    predicted("loss", 4e9, 1.6e11, runs.next);
    predicted("loss, 10 x", best.N, best.D, 0);
    const Model model = *model_of(std::move(record), "study");
    PlanRequest request{.budgets = {10 * largest}, .intervals = {.level = kLevel, .profile = true}};
    const auto planned = plan_all(model, request, executor, silent);
    if (!planned || !planned->plans[0].plan.run) continue;
    const PlanRecord& answer = planned->plans[0];
    const double found = answer.plan.run->N;
    if (answer.sandwich)
      add(counts, "N*", "sandwich", answer.sandwich->find("N")->percentile, best.N, found);
    if (answer.bootstrap)
      add(counts, "N*", "bootstrap", answer.bootstrap->find("N")->percentile, best.N, found);
    if (answer.profile)
      add(counts, "N*", "profile", find(*answer.profile, "N")->interval, best.N, found);
  }
  const auto share = [&](std::size_t count) {
    return 100 * static_cast<double>(count) / static_cast<double>(tables);
  };
  std::printf("\n%s%s, %s; warned: clustered %.1f %%, unequal noise %.1f %%\n\n", design.name,
              design.clustered ? ", told of clusters" : "", to_text(design.loss).c_str(),
              share(clustered), share(unequal));
  std::printf("| quantity | way | known | covered | median width | median error |\n");
  std::printf("|---|---|---|---|---|---|\n");
  for (const auto& [quantity, ways] : counts)
    for (const auto& [way, count] : ways)
      std::printf("| %s | %s | %.1f | %.1f | %.3g | %.3g |\n", quantity.c_str(), way.c_str(),
                  share(count.known), share(count.covered), median(count.widths),
                  median(count.errors));
  std::fflush(stdout);
}

}  // namespace
}  // namespace isoflop

int main(int count, char** arguments) {
  using namespace isoflop;
  const std::uint64_t first = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 1;
  const std::uint64_t tables = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 200;
  const std::string only = count > 3 ? arguments[3] : "";
  const RobustLoss usual, automatic = *parse_loss("huber:auto"), squares = *parse_loss("mse");
  const NoisyDesign shared{.name = "shared noise", .between = 0.005, .within = 0.0015};
  const NoisyDesign falling{.name = "falling noise", .within = 0.03, .power = -0.5};
  const NoisyDesign equal{.name = "equal noise", .within = 0.005};
  NoisyDesign told = shared, bad = equal;
  told.clustered = true;
  bad.name = "one run in ten with five times the noise";
  bad.outliers = 0.1;
  const auto wanted = [&](const char* part) { return only.empty() || only == part; };
  if (wanted("clusters")) {
    study(told, first, tables, true);
    study(shared, first, tables, false);
  }
  if (wanted("noise")) study(falling, first, tables, false);
  if (wanted("loss"))
    for (NoisyDesign design : {equal, bad})
      for (const RobustLoss& loss : {usual, automatic, squares}) {
        design.loss = loss;
        study(design, first, tables, false);
      }
}
