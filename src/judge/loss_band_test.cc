#include "isoflop/loss_band.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

#include "base/random.h"
#include "support/book.h"
#include "support/noisy_runs.h"

namespace isoflop {
namespace {

using test::book_law;

constexpr double kNoise = 0.005;

// Of 300 simulated tables, how often the bands hold the truth and a new run; nominal 90 %, where
// chance alone gives 86.5 to 93.5 in all but one of a hundred studies.
TEST(LossBand, HoldsTheTruthAndNewRunsAsOftenAsItSays) {
  const Law law = book_law("hoffmann2022:besiroglu");
  const Table table = test::dense_design();
  const Inputs point = {{"N", 3e9}, {"D", 6e10}}, beyond = {{"N", 5e10}, {"D", 1e12}};
  constexpr std::uint64_t kTables = 300;
  double mean = 0, mean_beyond = 0, run = 0;
  for (std::uint64_t seed = 1; seed <= kTables; ++seed) {
    Recipe squares;
    squares.loss.kind = RobustLoss::Kind::kSquare;
    const Result<Fit> made =
        fit(law.without_values(), test::noisy_runs(law, table, kNoise, seed), squares);
    ASSERT_TRUE(made);
    const Result<LossBand> near = loss_band(*made, point, 0.9), far = loss_band(*made, beyond, 0.9);
    ASSERT_TRUE(near && far);
    const double truth = predict(law, point)->loss, truth_beyond = predict(law, beyond)->loss;
    mean += near->mean.contains(truth) ? 1 : 0;
    mean_beyond += far->mean.contains(truth_beyond) ? 1 : 0;
    run += near->run.contains(truth * std::exp(kNoise * normal(seed, 1, 0))) ? 1 : 0;
  }
  for (const double count : {mean, mean_beyond, run}) {
    EXPECT_GE(count / kTables, 0.855);
    EXPECT_LE(count / kTables, 0.945);
  }
}

TEST(LossBand, TheNoiseIsThatOfTheRuns) {
  const Law law = book_law("hoffmann2022:besiroglu");
  const Table table = test::dense_design();
  const Result<Fit> made = fit(law.without_values(), test::noisy_runs(law, table, kNoise, 8));
  ASSERT_TRUE(made);
  const Result<LossBand> band = loss_band(*made, {{"N", 1e9}, {"D", 2e10}}, 0.9);
  ASSERT_TRUE(band);
  EXPECT_NEAR(band->log_noise / kNoise, 1, 0.3);
  EXPECT_LT(band->log_error, band->log_noise);
  EXPECT_TRUE(band->run.contains(band->mean.low) && band->run.contains(band->mean.high));
}

Fit squares_fit(const char* formula, const Table& runs) {
  const Result<Fit> made =
      fit(*Law::from_formula(formula), runs, {.loss = {RobustLoss::Kind::kSquare, 0}});
  EXPECT_TRUE(made) << formula;
  EXPECT_TRUE(made->at_bound.empty()) << formula << ": " << made->message;
  return *made;
}

void expect_same_band(const LossBand& found, const LossBand& expected) {
  EXPECT_TRUE(notes_on(found).empty());
  EXPECT_NEAR(found.log_error / expected.log_error, 1, 1e-6);
  EXPECT_NEAR(found.log_noise / expected.log_noise, 1, 1e-8);
  for (const auto band : {&LossBand::mean, &LossBand::run}) {
    EXPECT_NEAR((found.*band).low / (expected.*band).low, 1, 1e-8);
    EXPECT_NEAR((found.*band).high / (expected.*band).high, 1, 1e-8);
  }
}

void expect_unknown(const LossBand& band) {
  for (const double each : {band.log_error, band.mean.low, band.mean.high, band.run.high})
    EXPECT_TRUE(std::isnan(each));
  EXPECT_EQ(notes_on(band).size(), 1U);
}

// With the law's derivatives written out, and the covariance of the coefficients.
TEST(LossBand, OfDeterminedCoefficientsIsTheDeltaMethod) {
  const Fit made = squares_fit(
      "E + A/N^alpha + B/D^beta",
      test::noisy_runs(book_law("hoffmann2022:besiroglu"), test::dense_design(), kNoise, 8));
  const Covariance V = *covariance(made);
  const auto value = [&](const char* name) {
    return made.law.values()[*made.law.coefficient_index(name)];
  };
  for (const auto& [N, D] : {std::pair(1e9, 2e10), {5e7, 1e12}, {7e11, 1e9}}) {
    const double N_term = std::pow(N, -value("alpha")), D_term = std::pow(D, -value("beta"));
    const double L = value("E") + value("A") * N_term + value("B") * D_term;
    std::vector<double> g(5);
    g[*made.law.coefficient_index("E")] = 1 / L;
    g[*made.law.coefficient_index("A")] = N_term / L;
    g[*made.law.coefficient_index("B")] = D_term / L;
    g[*made.law.coefficient_index("alpha")] = -value("A") * N_term * std::log(N) / L;
    g[*made.law.coefficient_index("beta")] = -value("B") * D_term * std::log(D) / L;
    double variance = 0;
    for (std::size_t i = 0; i < 5; ++i)
      for (std::size_t j = 0; j < 5; ++j) variance += g[i] * V(i, j) * g[j];
    const Result<LossBand> band = loss_band(made, {{"N", N}, {"D", D}}, 0.9);
    ASSERT_TRUE(band) << band.error().text();
    EXPECT_NEAR(band->log_error / std::sqrt(variance), 1, 1e-12) << N << " " << D;
  }
}

// Runs of one number of tokens leave E, B and beta open, and are one curve in N all the same.
TEST(LossBand, IsThatOfTheLawWithoutWhatIsLeftOpen) {
  std::vector<double> N, D;
  for (int i = 0; i < 20; ++i) {
    N.push_back(1e7 * std::pow(2, 0.5 * i));
    D.push_back(1e11);
  }
  Table design;
  ASSERT_TRUE(design.set("N", N) && design.set("D", D));
  const Table runs = test::noisy_runs(book_law("hoffmann2022:besiroglu"), design, kNoise, 4);
  const Fit whole = squares_fit("E + A/N^alpha + B/D^beta", runs),
            curve = squares_fit("E + A/N^alpha", runs);
  ASSERT_TRUE(std::isnan((*covariance(whole))(0, 0)));
  for (const double size : {2e7, 1e9, 5e10})
    expect_same_band(*loss_band(whole, {{"N", size}, {"D", 1e11}}, 0.9),
                     *loss_band(curve, {{"N", size}}, 0.9));
  for (const double tokens : {5e10, 1.01e11, 1e13})
    expect_unknown(*loss_band(whole, {{"N", 1e9}, {"D", tokens}}, 0.9));
}

// Of A/N^alpha runs of one size know the product alone.
TEST(LossBand, OfAKnownCombinationIsKnown) {
  std::vector<double> N, D;
  for (int i = 0; i < 20; ++i) {
    N.push_back(3e8);
    D.push_back(1e9 * std::pow(2, 0.5 * i));
  }
  Table design;
  ASSERT_TRUE(design.set("N", N) && design.set("D", D));
  const Table runs = test::noisy_runs(book_law("hoffmann2022:besiroglu"), design, kNoise, 5);
  const Fit whole = squares_fit("A/N^alpha + B/D^beta", runs),
            curve = squares_fit("K + B/D^beta", runs);
  ASSERT_TRUE(std::isnan((*covariance(whole))(0, 0)));
  for (const double tokens : {2e9, 1e11, 1e13})
    expect_same_band(*loss_band(whole, {{"N", 3e8}, {"D", tokens}}, 0.9),
                     *loss_band(curve, {{"D", tokens}}, 0.9));
  expect_unknown(*loss_band(whole, {{"N", 3.1e8}, {"D", 1e11}}, 0.9));
}

TEST(LossBand, OfAsManyCoefficientsAsRunsIsUnknown) {
  const Table runs =
      test::noisy_runs(book_law("hoffmann2022:besiroglu"), test::dense_design(), kNoise, 8);
  const Fit made = squares_fit("E + A/N^alpha", runs.select(std::vector<std::size_t>{0, 20, 40}));
  expect_unknown(*loss_band(made, {{"N", 1e9}}, 0.9));
}

TEST(LossBand, AFitWithoutItsRunsIsRefused) {
  const Law law = book_law("hoffmann2022:besiroglu");
  const Table table = test::dense_design();
  Result<Fit> made = fit(law.without_values(), test::noisy_runs(law, table, kNoise, 8));
  ASSERT_TRUE(made);
  made->table = Table();
  EXPECT_FALSE(loss_band(*made, {{"N", 1e9}, {"D", 2e10}}, 0.9));
}

}  // namespace
}  // namespace isoflop
