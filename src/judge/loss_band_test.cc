#include "isoflop/loss_band.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.h"
#include "support/book.h"

namespace isoflop {
namespace {

using test::book_law;

constexpr double kNoise = 0.005;

Table design() {
  std::vector<double> N, D;
  for (const double size : {1e8, 2e8, 5e8, 1e9, 2e9, 5e9, 1e10})
    for (const double ratio : {2.0, 5.0, 10.0, 20.0, 50.0, 100.0}) {
      N.push_back(size);
      D.push_back(size * ratio);
    }
  Table table;
  EXPECT_TRUE(table.set("N", N) && table.set("D", D));
  return table;
}

Table noisy(Table table, const std::vector<double>& exact, std::uint64_t seed) {
  std::vector<double> loss = exact;
  for (std::size_t i = 0; i < loss.size(); ++i) loss[i] *= std::exp(kNoise * normal(seed, 0, i));
  EXPECT_TRUE(table.set("loss", loss));
  return table;
}

// Of 300 simulated tables, how often the bands hold the truth and a new run; nominal 90 %, where
// chance alone gives 86.5 to 93.5 in all but one of a hundred studies.
TEST(LossBand, HoldsTheTruthAndNewRunsAsOftenAsItSays) {
  const Law law = book_law("hoffmann2022:besiroglu");
  const Table table = design();
  const std::vector<double> exact = *predict(law, table);
  const Inputs point = {{"N", 3e9}, {"D", 6e10}}, beyond = {{"N", 5e10}, {"D", 1e12}};
  constexpr std::uint64_t kTables = 300;
  double mean = 0, mean_beyond = 0, run = 0;
  for (std::uint64_t seed = 1; seed <= kTables; ++seed) {
    Recipe squares;
    squares.loss.kind = Loss::Kind::kSquare;
    const Result<Fit> made = fit(law.without_values(), noisy(table, exact, seed), squares);
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
  const Table table = design();
  const Result<Fit> made = fit(law.without_values(), noisy(table, *predict(law, table), 8));
  ASSERT_TRUE(made);
  const Result<LossBand> band = loss_band(*made, {{"N", 1e9}, {"D", 2e10}}, 0.9);
  ASSERT_TRUE(band);
  EXPECT_NEAR(band->log_noise / kNoise, 1, 0.3);
  EXPECT_LT(band->log_error, band->log_noise);
  EXPECT_TRUE(band->run.contains(band->mean.low) && band->run.contains(band->mean.high));
}

TEST(LossBand, AFitWithoutItsRunsIsRefused) {
  const Law law = book_law("hoffmann2022:besiroglu");
  const Table table = design();
  Result<Fit> made = fit(law.without_values(), noisy(table, *predict(law, table), 8));
  ASSERT_TRUE(made);
  made->table = Table();
  EXPECT_FALSE(loss_band(*made, {{"N", 1e9}, {"D", 2e10}}, 0.9));
}

}  // namespace
}  // namespace isoflop
