// The engine against certified optima: a refinement from NIST's starts alone must come to the
// certified coefficients, and know them as well as is certified. docs/accuracy.md has what became
// of all of them.
#include "support/nist.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <string_view>

#include "isoflop/covariance.h"
#include "isoflop/fit.h"
#include "support/command.h"

namespace isoflop {
namespace {

// What is asked for, in digits: well below what is reached, so that another processor may round
// differently.
constexpr double kDigits = 8;

// From these first starts a refinement alone ends elsewhere.
constexpr std::array<std::string_view, 3> kLeadElsewhere = {"BoxBOD", "MGH10", "MGH17"};
// Its residuals, 1e-13 of the response, are the rounding of 16 digits: s has three that count.
constexpr std::array<std::string_view, 1> kOnlyRounding = {"Lanczos1"};
// Periods have more optima than the search looks at.
constexpr std::array<std::string_view, 1> kNotFound = {"ENSO"};

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

class Nist : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Certified, Nist, testing::ValuesIn(test::nist_names()),
                         [](const auto& problem) { return problem.param; });

TEST_P(Nist, StartsLeadToTheCertifiedCoefficients) {
  const std::filesystem::path folder = shared_data() / "nist";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no public data in " << folder;
  const test::NistProblem problem = test::nist_problem(folder, GetParam());
  for (const std::size_t start : {0U, 1U}) {
    if (start == 0 && contains(kLeadElsewhere, problem.name)) continue;
    SCOPED_TRACE("start " + std::to_string(start + 1));
    const Result<Fit> fitted = fit(problem.law, problem.table, test::nist_recipe(problem, start));
    ASSERT_TRUE(fitted) << fitted.error().text();
    EXPECT_EQ(fitted->search.tried, 1U);
    EXPECT_EQ(fitted->status, FitStatus::kConverged) << fitted->message;
    for (std::size_t i = 0; i < problem.certified.size(); ++i)
      EXPECT_GE(test::log_relative_error(fitted->law.values()[i], problem.certified[i]), kDigits)
          << problem.law.coefficients()[i].name << " = " << fitted->law.values()[i]
          << ", certified " << problem.certified[i];
  }
}

// Certified deviations are those of least squares with noise of one variance: the model's
// covariance, s^2 (J'J)^-1, of coefficients that are no logarithms here.
TEST_P(Nist, StandardErrorsAreTheCertifiedDeviations) {
  const std::filesystem::path folder = shared_data() / "nist";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no public data in " << folder;
  const test::NistProblem problem = test::nist_problem(folder, GetParam());
  const Result<Fit> fitted = fit(problem.law, problem.table, test::nist_recipe(problem, 1));
  ASSERT_TRUE(fitted) << fitted.error().text();
  const Result<Covariance> spread = covariance(*fitted, CovarianceKind::kModel);
  ASSERT_TRUE(spread) << spread.error().text();
  const std::size_t count = problem.certified.size();
  EXPECT_EQ(spread->degrees_of_freedom, problem.table.rows() - count);
  const double s = std::sqrt(spread->score_variance);
  for (std::size_t i = 0; i < count; ++i) {
    const double error = std::sqrt((*spread)(i, i)), certified = problem.standard_deviations[i];
    const std::string& name = problem.law.coefficients()[i].name;
    EXPECT_GE(test::log_relative_error(error / s * problem.residual_deviation, certified), kDigits)
        << name << " by the Jacobian alone: " << error / s;
    if (contains(kOnlyRounding, problem.name)) continue;
    EXPECT_GE(test::log_relative_error(error, certified), kDigits)
        << name << ": " << error << ", certified " << certified;
  }
}

TEST_P(Nist, TheSearchFindsTheCertifiedOptimum) {
  const std::filesystem::path folder = shared_data() / "nist";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no public data in " << folder;
  if (contains(kNotFound, GetParam())) GTEST_SKIP() << "known not to be found";
  const test::NistProblem problem = test::nist_problem(folder, GetParam());
  const Result<Fit> fitted = fit(problem.law, problem.table, test::nist_search_recipe(problem));
  ASSERT_TRUE(fitted) << fitted.error().text();
  // F of squares is half their sum. Lanczos1's is nothing but rounding, and may be smaller.
  EXPECT_LE(2 * fitted->objective.sum, problem.sum_of_squares * (1 + 1e-6)) << fitted->message;
}

}  // namespace
}  // namespace isoflop
