// How often the intervals of a speed-up cover the one that made the runs. README.md beside this
// file has what came of it.
#include "isoflop/speedup.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/random.h"

namespace isoflop {
namespace {

constexpr double kAsymptote = 1.6, kScale = 95.18, kExponent = 0.0941;  // of marin's ladder
constexpr Range kNominal = {85, 95};                                    // of a level of 90 %, in %
constexpr std::size_t kBlock = 200;                                     // pairs

struct PairStudy {
  const char* name;
  CurvePart asymptote, exponent;
  std::size_t scales = 6;  // from 1e18 FLOPs, each three times the one before
  double noise = 0.002;    // of ln loss, of each run
  double trend = 0;        // t of the truth
};

constexpr CurvePart kPinnedAsymptote = {.kind = CurvePart::Kind::kPinned, .value = kAsymptote},
                    kPinnedExponent = {.kind = CurvePart::Kind::kPinned, .value = kExponent},
                    kOwn = {.kind = CurvePart::Kind::kOwn};

constexpr PairStudy kStudies[] = {
    {.name = "both estimated", .asymptote = {}, .exponent = {}},
    {.name = "both estimated, noise 1 %", .asymptote = {}, .exponent = {}, .noise = .01},
    {.name = "asymptote pinned", .asymptote = kPinnedAsymptote, .exponent = {}},
    {.name = "asymptote pinned, four scales",
     .asymptote = kPinnedAsymptote,
     .exponent = {},
     .scales = 4},
    {.name = "both pinned, four scales",
     .asymptote = kPinnedAsymptote,
     .exponent = kPinnedExponent,
     .scales = 4},
    {.name = "exponents of their own",
     .asymptote = kPinnedAsymptote,
     .exponent = kOwn,
     .trend = .02},
    {.name = "asymptote estimated, exponents of their own",
     .asymptote = {},
     .exponent = kOwn,
     .trend = .02},
};

std::size_t tables() {
  const char* wanted = std::getenv("ISOFLOP_TABLES");
  return wanted == nullptr ? 1000 : std::strtoul(wanted, nullptr, 10);
}

// ln S at C of a pair: from -0.2 to 0.5, drawn anew for each.
double true_factor(const PairStudy& study, std::uint64_t seed, double flops) {
  return -.2 + .7 * uniform(seed, 1, 0) + study.trend * std::log(flops / 1e19);
}

VariantRuns made_runs(const PairStudy& study, std::uint64_t seed, bool variant) {
  std::vector<double> flops, loss;
  for (std::size_t i = 0; i < study.scales; ++i) {
    const double C = 1e18 * std::pow(3, static_cast<double>(i));
    const double factor = variant ? true_factor(study, seed, C) : 0;
    const double L = kAsymptote + kScale * std::exp(-kExponent * (std::log(C) + factor));
    flops.push_back(C);
    loss.push_back(L * std::exp(study.noise * normal(seed, variant ? 3 : 2, i)));
  }
  VariantRuns runs{.name = variant ? "variant" : "baseline", .table = {}};
  EXPECT_TRUE(runs.table.set("C", flops) && runs.table.set("loss", loss));
  return runs;
}

TEST(SpeedupStudy, IntervalsCoverTheTruth) {
  std::printf("| curves | largest run | of 200 | 10 times it | pairs | trend | told apart |\n");
  for (const PairStudy& study : kStudies) {
    const double largest = 1e18 * std::pow(3, static_cast<double>(study.scales) - 1);
    std::vector<std::size_t> blocks;
    std::size_t at[2] = {0, 0}, pairs = 0, all_pairs = 0, trend = 0, apart = 0;
    for (std::uint64_t seed = 1; seed <= tables(); ++seed) {
      if (seed % kBlock == 1) blocks.push_back(0);
      const std::size_t before = at[0];
      const std::vector<VariantRuns> runs = {made_runs(study, seed, false),
                                             made_runs(study, seed, true)};
      const Result<Speedup> found = speedup(runs, {.baseline = "baseline",
                                                   .asymptote = study.asymptote,
                                                   .exponent = study.exponent,
                                                   .flops = {largest, 10 * largest}});
      ASSERT_TRUE(found) << found.error().text();
      const VariantSpeedup& of = found->variants.at(0);
      for (int i = 0; i < 2; ++i)
        if (of.at[i].interval.contains(std::exp(true_factor(study, seed, of.at[i].flops)))) ++at[i];
      blocks.back() += at[0] - before;
      for (const SpeedupPair& pair : of.pairs) {
        ++all_pairs;
        if (pair.interval.contains(std::exp(true_factor(study, seed, pair.flops)))) ++pairs;
      }
      if (of.trend && of.trend_interval.contains(std::pow(10, study.trend))) ++trend;
      if (found->test && found->test->p < .05) ++apart;
    }
    const auto percent = [](std::size_t count, std::size_t of) {
      return 100 * static_cast<double>(count) / static_cast<double>(of);
    };
    const auto [least, most] = std::ranges::minmax(blocks);
    std::printf("| %s | %.1f | %.1f to %.1f | %.1f | %.1f | %.1f | %.1f |\n", study.name,
                percent(at[0], tables()), percent(least, kBlock), percent(most, kBlock),
                percent(at[1], tables()), percent(pairs, all_pairs), percent(trend, tables()),
                percent(apart, tables()));
    std::fflush(stdout);
    for (const std::size_t covered : at)
      EXPECT_TRUE(kNominal.contains(percent(covered, tables()))) << study.name;
  }
}

}  // namespace
}  // namespace isoflop
