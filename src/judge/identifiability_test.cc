#include "isoflop/identifiability.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "base/random.h"
#include "isoflop/confidence.h"

namespace isoflop {
namespace {

// Runs of E + A/N^alpha over sizes from 10 to `largest`, all on the same tokens.
Table runs(double largest, double noise) {
  std::vector<double> N, D, loss;
  for (std::size_t i = 0; i < 20; ++i) {
    N.push_back(10 * std::pow(largest / 10, static_cast<double>(i) / 19));
    D.push_back(1e9);
    loss.push_back((1.5 + 6 / std::pow(N.back(), 0.4)) * std::exp(noise * normal(3, 0, i)));
  }
  Table table;
  EXPECT_TRUE(table.set("N", N));
  EXPECT_TRUE(table.set("D", D));
  EXPECT_TRUE(table.set("loss", loss));
  return table;
}

Recipe squares() { return {.loss = {RobustLoss::Kind::kSquare, 0}}; }

std::vector<std::string> notes_of(const Fit& fit) { return notes_on(*identifiability(fit)); }

TEST(Identifiability, OneNumberOfTokensIsNotToldFromAConstant) {
  const Fit fitted = *fit(*Law::from_formula("E + A/N^alpha + b/D"), runs(1e5, 0.001), squares());
  ASSERT_TRUE(fitted.at_bound.empty()) << fitted.message;
  const std::vector<std::string> notes = notes_of(fitted);
  ASSERT_FALSE(notes.empty());
  // E + ln b * b/D, by moves of ln b; which of the two is named first does not matter.
  EXPECT_TRUE(notes[0].find("not identified by the data: E and b (the losses") == 0 ||
              notes[0].find("not identified by the data: b and E (the losses") == 0)
      << notes[0];
  EXPECT_NE(notes[0].find(" alone)"), std::string::npos) << notes[0];
}

TEST(Identifiability, CountsTheCombinationsOfSeveral) {
  const Fit fitted =
      *fit(*Law::from_formula("E + A/N^alpha + b/D^beta"), runs(1e5, 0.001), squares());
  ASSERT_TRUE(fitted.at_bound.empty()) << fitted.message;
  const Result<Identifiability> of = identifiability(fitted);
  ASSERT_TRUE(of);
  EXPECT_EQ(std::ranges::count(of->eigenvalues, 0.0), 2);
  ASSERT_EQ(of->weak.size(), 1U);
  EXPECT_EQ(of->weak[0].coefficients.size(), 3U);
  EXPECT_NE(of->weak[0].text.find("determine one combination of these 3"), std::string::npos)
      << of->weak[0].text;
}

TEST(Identifiability, HasNothingToSayOfWellMadeRuns) {
  const Fit fitted = *fit(*Law::from_formula("E + A/N^alpha"), runs(1e5, 0.001), squares());
  const Result<Identifiability> of = identifiability(fitted);
  ASSERT_TRUE(of);
  EXPECT_TRUE(of->weak.empty());
  EXPECT_EQ(of->eigenvalues.size(), 3U);
  EXPECT_TRUE(std::ranges::is_sorted(of->eigenvalues, std::greater()));
}

// One standard error in the direction of an eigenvector is what the model's covariance says.
TEST(Identifiability, ErrorsAreThoseOfTheCovariance) {
  const Fit fitted = *fit(*Law::from_formula("E + A/N^alpha"), runs(1e5, 0.01), squares());
  const Covariance spread = *covariance(fitted, CovarianceKind::kModel);
  double variances = 0, of_directions = 0;  // in parts of the coefficients
  for (std::size_t i = 0; i < 3; ++i)
    variances += spread(i, i) / std::pow(fitted.law.values()[i], 2);
  const Result<Identifiability> of = identifiability(fitted);
  ASSERT_TRUE(of);
  for (const double error : of->relative_errors) of_directions += error * error;
  EXPECT_NEAR(of_directions / variances, 1, 1e-8);
}

TEST(Confidence, AsManyRunsAsCoefficientsSayNothing) {
  Table three = runs(1e5, 0.01).select(std::vector<std::size_t>{0, 9, 19});
  const Fit fitted = *fit(*Law::from_formula("E + A/N^alpha"), three, squares());
  SerialExecutor executor;
  Progress silent;
  const Result<Confidence> sure = confidence(fitted, 0.9, true, executor, silent);
  ASSERT_TRUE(sure) << sure.error().text();
  EXPECT_EQ(sure->degrees_of_freedom, 0U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(std::isnan(sure->sandwich[i].standard_error));
    EXPECT_TRUE(std::isnan(sure->profile[i].interval.low));
  }
  const std::vector<std::string> notes = notes_on(fitted, *sure);
  EXPECT_NE(std::ranges::find_if(notes,
                                 [](const std::string& note) {
                                   return note.find("as many coefficients as runs") !=
                                          std::string::npos;
                                 }),
            notes.end());
}

}  // namespace
}  // namespace isoflop
