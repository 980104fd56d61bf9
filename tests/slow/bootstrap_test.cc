// Every refit of a bootstrap must be as good as a fit from scratch: the default search on the
// resampled table itself, with its rows repeated. README.md beside this file has what came of it.
#include "isoflop/bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fit/resample.h"
#include "isoflop/fit.h"
#include "slow/problems.h"
#include "support/command.h"

namespace isoflop {
namespace {

constexpr std::size_t kChecked = 200;
constexpr double kSame = 1e-7;

Table resample(const Fit& fit, const Resampler& resampler, Resampling by, std::size_t replicate) {
  Table table = fit.table;
  if (by == Resampling::kResiduals) {
    const Eigen::VectorXd loss = resampler.response(replicate);
    EXPECT_TRUE(table.set("loss", {loss.begin(), loss.end()}));
    return table;
  }
  const Eigen::VectorXd counts = resampler.row_counts(replicate);
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < table.rows(); ++row)
    rows.insert(rows.end(), static_cast<std::size_t>(counts[static_cast<Eigen::Index>(row)]), row);
  return table.select(rows);
}

struct Count {
  std::size_t equal = 0, higher = 0, lower = 0;
};

// The last draws, which are not among those that are searched from scratch in any case.
Count compare(const Fit& fit, const Draws& draws) {
  const FitObjective objective = *FitObjective::make(fit.law, fit.table, fit.recipe);
  const auto values = fit.law.values();
  const Eigen::VectorXd free =
      Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
  const Resampler resampler(objective, draws.how, fit.table.column("cluster"), free);
  Count count;
  for (std::size_t i = draws.size() - kChecked; i < draws.size(); ++i) {
    const Result<Fit> scratch = isoflop::fit(fit.law.without_values(),
                                             resample(fit, resampler, draws.how.by, i), fit.recipe);
    EXPECT_TRUE(scratch) << i;
    const double apart = draws.objective[i] / scratch->objective.sum - 1;
    ++(apart > kSame ? count.higher : apart < -kSame ? count.lower : count.equal);
  }
  return count;
}

// `replicates` of both kinds; at least 99 % of those checked must be as low as from scratch.
void study(std::string_view name, std::size_t replicates) {
  if (!std::filesystem::exists(shared_data())) GTEST_SKIP() << "no public data";
  const test::Problem problem = test::certain_problem(shared_data(), name);
  for (const Resampling by : {Resampling::kRows, Resampling::kResiduals}) {
    const Result<Fit> fit = isoflop::fit(problem.law, problem.table, problem.recipe);
    ASSERT_TRUE(fit);
    const std::clock_t start = std::clock();  // of this thread, which is the only one
    const Result<Draws> draws = bootstrap(*fit, {.by = by, .replicates = replicates});
    const double time = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    ASSERT_TRUE(draws) << draws.error().text();
    const Count count = compare(*fit, *draws);
    std::printf("| %s | %s | %zu | %zu | %zu | %zu | %zu | %.3f |\n", problem.name.c_str(),
                to_text(by).c_str(), draws->size(), draws->searched, count.equal, count.higher,
                count.lower,
                1e3 * time /
                    static_cast<double>(draws->size() +
                                        draws->jackknife.size() / fit->law.values().size()));
    EXPECT_LE(count.higher, kChecked / 100) << problem.name << " " << to_text(by);
  }
}

TEST(Bootstrap, RefitsOfChinchillaAreFitsFromScratch) { study("hoffmann2022 chinchilla", 4000); }
TEST(Bootstrap, RefitsOfPrunedModelsAreFitsFromScratch) {
  study("frantar2023 t5", 400);
  study("hossain2025 t5", 400);
}

// Besiroglu et al. 2024, arXiv:2404.10102, from 4000 resamples of the rows.
TEST(Bootstrap, HasThePublishedStandardErrors) {
  if (!std::filesystem::exists(shared_data())) GTEST_SKIP() << "no public data";
  const test::Problem problem = test::certain_problem(shared_data(), "hoffmann2022 chinchilla");
  const Result<Fit> fit = isoflop::fit(problem.law, problem.table, problem.recipe);
  ASSERT_TRUE(fit);
  const Result<Draws> draws = bootstrap(*fit, {.replicates = 4000});
  ASSERT_TRUE(draws) << draws.error().text();
  const std::vector<Uncertainty> all = uncertainties(*fit, *draws, 0.95);
  const std::pair<const char*, double> published[] = {
      {"E", 0.026}, {"alpha", 0.015}, {"beta", 0.021}};
  for (const auto& [name, error] : published) {
    const Uncertainty& own = all[*fit->law.coefficient_index(name)];
    std::printf("%s: %.4f, published %.3f\n", name, own.standard_error, error);
    EXPECT_NEAR(own.standard_error / error, 1, 0.15) << name;
  }
}

}  // namespace
}  // namespace isoflop
