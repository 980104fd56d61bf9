// How often intervals cover the coefficients that made the runs. README.md beside this file has
// what came of it.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "isoflop/bootstrap.h"
#include "isoflop/covariance.h"
#include "isoflop/likelihood_profile.h"
#include "isoflop/predict.h"
#include "slow/problems.h"
#include "support/noisy_runs.h"
#include "support/paths.h"

namespace isoflop {
namespace {

constexpr double kNoise = 0.005;  // of ln loss
constexpr double kLevel = 0.9;
constexpr Range kRight = {86, 94};  // mean coverage of the method that fits show, in %

std::size_t setting(const char* name, std::size_t standard) {
  const char* wanted = std::getenv(name);
  return wanted == nullptr ? standard : std::strtoul(wanted, nullptr, 10);
}

test::Problem problem_of(const char* name) {
  test::Problem problem = test::certain_problem(shared_data(), name);
  if (const char* loss = std::getenv("ISOFLOP_LOSS")) problem.recipe.loss = *parse_loss(loss);
  return problem;
}

using Intervals = std::vector<std::pair<std::string, std::vector<Range>>>;  // by method

Intervals all_intervals(const Fit& fit, std::uint64_t seed) {
  Intervals all;
  for (const auto& [kind, name] :
       {std::pair(CovarianceKind::kSandwich, "sandwich"), {CovarianceKind::kModel, "model"}}) {
    all.push_back({name, {}});
    for (const NormalInterval& of : normal_intervals(fit, *covariance(fit, kind), kLevel))
      all.back().second.push_back(of.interval);
  }
  SerialExecutor executor;
  Progress silent;
  const auto profiles = coefficient_profiles(fit, kLevel, executor, silent);
  all.push_back({"profile", {}});
  for (const ProfileInterval& of : *profiles) {
    EXPECT_FALSE(of.lower_optimum) << "table " << seed;
    all.back().second.push_back(of.interval);
  }
  const std::size_t replicates = setting("ISOFLOP_REPLICATES", 200);
  if (replicates == 0) return all;
  const Draws draws = *bootstrap(fit, {.replicates = replicates, .seed = seed});
  std::vector<Range> percentile, bca;
  for (const Uncertainty& of : uncertainties(fit, draws, kLevel)) {
    percentile.push_back(of.percentile);
    bca.push_back(of.bca);
  }
  all.push_back({"percentile", std::move(percentile)});
  all.push_back({"BCa", std::move(bca)});
  return all;
}

// Of one method and coefficient. An interval that is unknown covers nothing.
struct Count {
  std::size_t known = 0, covered = 0;
};

class Coverage : public testing::TestWithParam<const char*> {};

TEST_P(Coverage, IsNominal) {
  const test::Problem problem = problem_of(GetParam());
  const Fit truth = *fit(problem.law, problem.table, problem.recipe);
  const std::size_t coefficients = truth.law.coefficients().size();
  std::vector<std::pair<std::string, std::vector<Count>>> counts;
  std::size_t at_bound = 0;
  const std::size_t tables = setting("ISOFLOP_TABLES", 500);
  for (std::uint64_t seed = 1; seed <= tables; ++seed) {
    const Fit fitted =
        *fit(problem.law, test::noisy_runs(truth.law, problem.table, kNoise, seed), problem.recipe);
    if (!fitted.at_bound.empty()) ++at_bound;
    const Intervals all = all_intervals(fitted, seed);
    counts.resize(all.size());
    for (std::size_t method = 0; method < all.size(); ++method) {
      counts[method].first = all[method].first;
      counts[method].second.resize(coefficients);
      for (std::size_t j = 0; j < coefficients; ++j) {
        const Range& range = all[method].second[j];
        if (std::isnan(range.low) || std::isnan(range.high)) continue;
        ++counts[method].second[j].known;
        if (range.contains(truth.law.values()[j])) ++counts[method].second[j].covered;
      }
    }
  }
  std::printf("| %s, %s |", GetParam(), to_text(problem.recipe.loss).c_str());
  for (const Coefficient& coefficient : truth.law.coefficients())
    std::printf(" %s |", coefficient.name.c_str());
  std::printf(" mean | unknown | at an edge: %zu tables\n", at_bound);
  for (const auto& [method, of] : counts) {
    std::printf("| %s |", method.c_str());
    double mean = 0;
    std::size_t unknown = 0;
    for (const Count& count : of) {
      const double share = 100 * static_cast<double>(count.covered) / static_cast<double>(tables);
      mean += share / static_cast<double>(coefficients);
      unknown += tables - count.known;
      std::printf(" %.1f |", share);
    }
    std::printf(" %.1f | %zu |\n", mean, unknown);
    if (method == "sandwich") {
      EXPECT_TRUE(kRight.contains(mean)) << mean;
    }
  }
  std::fflush(stdout);
}

INSTANTIATE_TEST_SUITE_P(Designs, Coverage,
                         testing::Values("hoffmann2022 chinchilla", "frantar2023 t5",
                                         "hossain2025 t5"));

}  // namespace
}  // namespace isoflop
