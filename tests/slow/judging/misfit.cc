// Whether a law that misfits is noticed, whether one that is right is left alone, and whether the
// intervals that allow for misfit hold a plan beyond the runs. docs/judging.md has what came of it.
//
//   isoflop_misfit_study [FIRST_SEED [TABLES]]
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "isoflop/fit.h"
#include "isoflop/lack_of_fit.h"
#include "isoflop/plan.h"
#include "isoflop/predict.h"
#include "workflow/fit_runs.h"
#include "workflow/intervals.h"
#include "workflow/model.h"

namespace isoflop::test {
namespace {

constexpr double kNoise = 0.003, kLevel = 0.9;

template <class T>
T take(Result<T> result) {
  if (result) return *std::move(result);
  std::fputs((result.error().text() + "\n").c_str(), stderr);
  std::exit(1);
}

Law law_of(const char* formula, const std::map<std::string, double>& values) {
  const Law law = take(Law::from_formula(formula));
  std::vector<double> list;
  for (const Coefficient& each : law.coefficients()) list.push_back(values.at(each.name));
  return take(law.with_values("truth", list));
}

// Laws that hoffmann2022 is fitted to the runs of; the last is hoffmann2022 itself.
std::vector<std::pair<std::string, Law>> truths() {
  // The exponent of size falls to 0.18 at a billion parameters.
  const char* break_inside = "E + A/N^alpha*max(1, N/1e9)^x + B/D^beta";
  std::map<std::string, double> own = {{"E", 1.8172},  {"A", 482.01},    {"alpha", 0.3478},
                                       {"B", 2085.43}, {"beta", 0.3658}, {"x", 0.3478 - 0.18}};
  const Law broken = law_of(break_inside, own);
  own["x"] = 0;
  return {
      {"kaplan2020", take(find_law("kaplan2020:kaplan"))},
      {"farseer form",  // to the losses and the optima of the case misfit_farseer.csv
       law_of("exp(a3*N^g + b3) + exp(a2*N^h + b2)*D^(-exp(a1*N^k + b1))", {{"a3", 8.311949},
                                                                            {"g", -0.128891},
                                                                            {"b3", 0.285902},
                                                                            {"a2", -0.389542},
                                                                            {"h", 0.0202745},
                                                                            {"b2", 8.21599},
                                                                            {"a1", -0.195608},
                                                                            {"k", -0.170419},
                                                                            {"b1", -0.949558}})},
      {"a break at 1e9", broken},
      {"hoffmann2022", law_of(break_inside, own)}};
}

// Laws that nothing of the intervals was chosen on.
std::vector<std::pair<std::string, Law>> others() {
  const char* breaks = "E + A/N^alpha*max(1, N/3e8)^x + B/D^beta*max(1, D/2e10)^y";
  std::map<std::string, double> own = {{"E", 1.8172},  {"A", 482.01},    {"alpha", 0.3478},
                                       {"B", 2085.43}, {"beta", 0.3658}, {"x", -0.12},
                                       {"y", 0}};
  const Law alpha = law_of(breaks, own);
  own["x"] = 0;
  own["y"] = 0.12;
  return {
      {"alpha to 0.47 at N = 3e8", alpha},
      {"beta to 0.25 at D = 2e10", law_of(breaks, own)},
      {"quadratic in logarithms",
       law_of(
           "exp(a + b*log(N/1e9) + c*log(D/2e10) + p*log(N/1e9)^2 + q*log(D/2e10)^2 + "
           "r*log(N/1e9)*log(D/2e10))",
           {{"a", 0.97}, {"b", -0.055}, {"c", -0.06}, {"p", 0.006}, {"q", 0.006}, {"r", 0.002}})},
      {"a power of the sum",
       law_of("E + (A/N^a + B/D^b)^c",
              {{"E", 0.8}, {"A", 500}, {"a", 0.35}, {"B", 1500}, {"b", 0.37}, {"c", 0.4}})},
      {"another farseer form",
       law_of("exp(a3*N^g + b3) + exp(a2*N^h + b2)*D^(-exp(a1*N^k + b1))", {{"a3", 6},
                                                                            {"g", -0.1},
                                                                            {"b3", 0},
                                                                            {"a2", -0.3},
                                                                            {"h", 0.03},
                                                                            {"b2", 7.9},
                                                                            {"a1", -0.25},
                                                                            {"k", -0.12},
                                                                            {"b1", -0.9}})}};
}

double loss_of(const Law& law, double N, double C) {
  return take(predict(law, {{"N", N}, {"D", C / 6 / N}})).loss;
}

double best_size(const Law& law, double C) {
  constexpr int kSizes = 6000;
  double best = 0, least = std::numeric_limits<double>::infinity();
  for (int i = 0; i <= kSizes; ++i) {
    const double N = 1e6 * std::pow(1e7, static_cast<double>(i) / kSizes);
    const double loss = loss_of(law, N, C);
    if (loss < least) {
      least = loss;
      best = N;
    }
  }
  return best;
}

struct Design {
  std::vector<double> N, D;
};

// `sizes` over a factor of 16 around the best, at budgets from 1e18 to 1e21.
Design isoflops(const Law& law, int budgets, int sizes) {
  Design design;
  for (int i = 0; i < budgets; ++i) {
    const double C = std::pow(10, 18 + 3.0 * i / (budgets - 1)), middle = best_size(law, C);
    for (int k = 0; k < sizes; ++k) {
      const double N = middle * std::pow(16, static_cast<double>(k) / (sizes - 1) - 0.5);
      design.N.push_back(N);
      design.D.push_back(C / 6 / N);
    }
  }
  return design;
}

Design grid(int sizes, int datas) {
  Design design;
  for (int i = 0; i < sizes; ++i)
    for (int k = 0; k < datas; ++k) {
      design.N.push_back(5e7 * std::pow(100, static_cast<double>(i) / (sizes - 1)));
      design.D.push_back(1e9 * std::pow(100, static_cast<double>(k) / (datas - 1)));
    }
  return design;
}

Design random_runs(std::size_t rows, std::uint64_t seed) {
  Design design;
  for (std::size_t i = 0; i < rows; ++i) {
    design.N.push_back(5e7 * std::pow(100, uniform(seed, 1, i)));
    design.D.push_back(1e9 * std::pow(100, uniform(seed, 2, i)));
  }
  return design;
}

enum class Noise : std::uint8_t { kNormal, kT3, kFalling };
constexpr const char* kNoiseNames[] = {"normal", "t3", "falling with N^0.35"};

double deviate(Noise noise, double N, std::uint64_t seed, std::size_t row) {
  const double z = normal(seed, 0, row);
  if (noise == Noise::kFalling) return z * std::pow(N / 5e8, -0.35);
  if (noise == Noise::kNormal) return z;
  double squares = 0;
  for (const std::uint64_t stream : {3, 4, 5})
    squares += std::pow(normal(seed, stream, row), 2) / 3;
  return z / std::sqrt(squares);
}

Fit fitted(const Law& truth, const Design& design, Noise noise, std::uint64_t seed) {
  std::vector<double> loss;
  for (std::size_t i = 0; i < design.N.size(); ++i) {
    const double N = design.N[i];
    loss.push_back(loss_of(truth, N, 6 * N * design.D[i]) *
                   std::exp(kNoise * deviate(noise, N, seed, i)));
  }
  Table table;
  if (!table.set("N", design.N) || !table.set("D", design.D) || !table.set("loss", loss))
    std::abort();
  return take(fit(take(find_law("hoffmann2022")), table));
}

std::string share(std::size_t count, std::size_t of) { return fmt::format("{} of {}", count, of); }

void noticed(std::uint64_t first, std::size_t tables) {
  fmt::print("| runs of | noise | design | p < .01 | p < .05 |\n|---|---|---|---|---|\n");
  const auto count = [&](const std::string& name, Noise noise, const char* words, const Law& law,
                         const auto& design) {
    std::size_t one = 0, five = 0;
    for (std::uint64_t seed = first; seed < first + tables; ++seed) {
      const double p = take(lack_of_fit(fitted(law, design(seed), noise, seed))).p;
      one += p < 0.01 ? 1 : 0;
      five += p < 0.05 ? 1 : 0;
    }
    fmt::print("| {} | {} | {} | {} | {} |\n", name, kNoiseNames[static_cast<std::size_t>(noise)],
               words, share(one, tables), share(five, tables));
    std::fflush(stdout);
  };
  for (const auto& [name, law] : truths()) {
    const Design six = isoflops(law, 6, 7), four = isoflops(law, 4, 5), even = grid(5, 6);
    for (const Noise noise : {Noise::kNormal, Noise::kT3, Noise::kFalling}) {
      count(name, noise, "6 budgets x 7 sizes", law, [&](std::uint64_t) { return six; });
      if (name != "hoffmann2022") break;
      count(name, noise, "4 x 5", law, [&](std::uint64_t) { return four; });
      count(name, noise, "grid of 5 N x 6 D", law, [&](std::uint64_t) { return even; });
      for (const std::size_t rows : {17, 60, 240})
        count(name, noise, fmt::format("{} at random", rows).c_str(), law,
              [rows](std::uint64_t seed) { return random_runs(rows, seed); });
    }
  }
}

// Of one quantity of a plan, in logarithms.
struct Held {
  std::size_t held = 0, tables = 0;
  double score = 0;
  std::vector<double> widths, errors;

  void add(const Range& range, double estimate, double truth) {
    const double low = std::log(range.low / truth), high = std::log(range.high / truth);
    ++tables;
    held += low <= 0 && high >= 0 ? 1 : 0;
    widths.push_back(high - low);
    errors.push_back(std::abs(std::log(estimate / truth)));
    // Gneiting and Raftery 2007, equation 43.
    score += high - low + 2 / (1 - kLevel) * (std::max(0.0, low) + std::max(0.0, -high));
  }
  void add(const Held& other) {
    held += other.held;
    tables += other.tables;
    score += other.score;
    widths.insert(widths.end(), other.widths.begin(), other.widths.end());
    errors.insert(errors.end(), other.errors.begin(), other.errors.end());
  }
};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

struct Both {
  Held plain, wide;
  void print(const std::string& name, const char* beyond, const char* what) const {
    fmt::print("| {} | {} | {} | {} | {} | {:.3g} | {:.3g} | {:.3f} | {:.3f} | {:.1f} |\n", name,
               beyond, what, share(plain.held, plain.tables), share(wide.held, wide.tables),
               plain.score / static_cast<double>(plain.tables),
               wide.score / static_cast<double>(wide.tables), median(wide.errors),
               median(wide.widths), median(wide.widths) / median(wide.errors));
    std::fflush(stdout);
  }
};

// Of the plan, and the loss that is predicted for the best N and D of the truth.
constexpr const char* kQuantities[] = {"N", "loss", "loss of the best run"};

void intervals(const std::vector<std::pair<std::string, Law>>& laws, const char* all,
               std::uint64_t first, std::size_t tables) {
  fmt::print(
      "\n| runs of | budget | | covered if the law holds | for misfit | mean score | for misfit | "
      "median error | median width for misfit | ratio "
      "|\n|---|---|---|---|---|---|---|---|---|---|\n");
  SerialExecutor executor;
  Progress silent;
  for (const auto& [C, beyond] : {std::pair(1e22, "10 times"), {1e23, "100 times"}}) {
    Both pooled[3];
    for (const auto& [name, law] : laws) {
      const Design design = isoflops(law, 6, 7);
      const double N = best_size(law, C), loss = loss_of(law, N, C);
      Both of[3];
      for (std::uint64_t seed = first; seed < first + tables; ++seed) {
        FitRecord record{.fit = fitted(law, design, Noise::kNormal, seed)};
        if (!add_intervals(record, {.level = kLevel}, executor, silent)) std::abort();
        const Model model = take(model_of(std::move(record), "study"));
        PlanRecord plan_record{.law = model.law, .plan = take(plan(model.law, {.flops = C}))};
        add_intervals(model, {}, std::span(&plan_record, 1), executor, silent);
        for (const int k : {0, 1}) {
          const char* quantity = kQuantities[k];
          const PlannedRun& run = *plan_record.plan.run;
          const double estimate = k == 0 ? run.N : run.loss, made = k == 0 ? N : loss;
          const std::optional<Range> plain = plan_record.shown(quantity);
          if (!plain) continue;
          of[k].plain.add(*plain, estimate, made);
          of[k].wide.add(plan_record.shown_for_misfit(quantity).value_or(*plain), estimate, made);
        }
        std::vector<std::string> notes;
        const Inputs inputs = {{"N", N}, {"D", C / 6 / N}};
        const LossIntervals run = loss_intervals(model, inputs, {.level = kLevel}, notes).value();
        const double estimate = loss_of(model.law, N, C);
        of[2].plain.add(*run.shown(), estimate, loss);
        of[2].wide.add(run.for_misfit.value_or(*run.shown()), estimate, loss);
      }
      for (const int k : {0, 1, 2}) {
        of[k].print(name, beyond, kQuantities[k]);
        if (name == "hoffmann2022") continue;
        pooled[k].plain.add(of[k].plain);
        pooled[k].wide.add(of[k].wide);
      }
    }
    for (const int k : {0, 1, 2}) pooled[k].print(all, beyond, kQuantities[k]);
  }
}

}  // namespace
}  // namespace isoflop::test

int main(int argc, char** argv) {
  const std::uint64_t first = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1;
  const std::size_t tables = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 40;
  isoflop::test::noticed(first, tables);
  isoflop::test::intervals(isoflop::test::truths(), "the three that misfit", first, tables);
  isoflop::test::intervals(isoflop::test::others(), "the five others", first, tables);
}
