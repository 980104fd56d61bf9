#include "isoflop/loss_band.h"

#include <gtest/gtest.h>

#include <cmath>
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
    squares.loss.kind = Loss::Kind::kSquare;
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
