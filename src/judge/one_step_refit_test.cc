#include "judge/one_step_refit.h"

#include <gtest/gtest.h>

#include <Eigen/Core>
#include <Eigen/LU>
#include <cmath>
#include <vector>

#include "base/random.h"
#include "isoflop/predict.h"
#include "judge/paired_bootstrap.h"
#include "support/book.h"
#include "support/noisy_runs.h"

namespace isoflop {
namespace {

constexpr Eigen::Index kTraining = 14;

// L = E + k/N, linear in both, with noise; the last rows are held out.
Table line() {
  Table table;
  std::vector<double> N, loss;
  for (std::size_t i = 0; i < kTraining + 3; ++i) {
    N.push_back(1.0 + 0.5 * static_cast<double>(i));
    loss.push_back(2 + 3 / N.back() + 0.1 * normal(4, 0, i));
  }
  EXPECT_TRUE(table.set("N", N) && table.set("loss", loss));
  return table;
}

Fold last_held_out(std::size_t rows, std::size_t training) {
  Fold fold;
  for (std::size_t i = 0; i < rows; ++i)
    (i < training ? fold.training : fold.held_out).push_back(i);
  return fold;
}

Recipe least_squares(Range k) {
  return {
      .residual = Residual::kLinear, .loss = {RobustLoss::Kind::kSquare, 0}, .range = {{"k", k}}};
}

struct Line {
  Table table = line();
  Fold fold = last_held_out(table.rows(), kTraining);
  Fit fit;

  explicit Line(Range k)
      : fit(*isoflop::fit(*Law::from_formula("E + k/N"), table.select(fold.training),
                          least_squares(k))) {}
};

// The textbook's weighted least squares, and what it predicts of all rows.
Eigen::VectorXd predicted(const Table& table, const Eigen::VectorXd& weights) {
  Eigen::MatrixXd design = Eigen::MatrixXd::Ones(static_cast<Eigen::Index>(table.rows()), 2);
  Eigen::VectorXd losses(design.rows());
  for (Eigen::Index i = 0; i < design.rows(); ++i) {
    design(i, 1) = 1 / table.column("N")[static_cast<std::size_t>(i)];
    losses[i] = table.column("loss")[static_cast<std::size_t>(i)];
  }
  const Eigen::MatrixXd X = design.topRows(kTraining);
  const Eigen::MatrixXd curvature = X.transpose() * weights.asDiagonal() * X;
  const Eigen::VectorXd side = X.transpose() * weights.cwiseProduct(losses.head(kTraining));
  return design * (curvature.inverse() * side);
}

// Rows drawn with replacement, less one each.
Eigen::VectorXd drawn_more(std::uint64_t resample, Eigen::Index rows) {
  Eigen::VectorXd more = Eigen::VectorXd::Constant(rows, -1);
  for (Eigen::Index i = 0; i < rows; ++i)
    ++more[static_cast<Eigen::Index>(uniform(9, resample, static_cast<std::uint64_t>(i)) *
                                     static_cast<double>(rows))];
  return more;
}

TEST(OneStepRefit, IsTheDerivativeOfAWeightedRefit) {
  const Line line({-100, 100});
  const OneStepRefit refit = one_step_refit(line.fit, line.table, line.fold);
  ASSERT_EQ(refit.slopes.rows(), 3);
  const Eigen::VectorXd ones = Eigen::VectorXd::Ones(kTraining);
  constexpr double kStep = 1e-4;
  for (std::uint64_t resample = 0; resample < 20; ++resample) {
    const Eigen::VectorXd more = drawn_more(resample, kTraining);
    const Eigen::VectorXd moved = refit.slopes * (refit.influence.transpose() * more);
    const Eigen::VectorXd rate =
        (predicted(line.table, ones + kStep * more) - predicted(line.table, ones - kStep * more)) /
        (2 * kStep);
    for (Eigen::Index i = 0; i < 3; ++i)
      EXPECT_NEAR(moved[i], rate[kTraining + i], 1e-6) << "resample " << resample;
  }
}

TEST(OneStepRefit, HoldsACoefficientAtAnEdge) {
  const Line line({-100, 2});
  ASSERT_EQ(line.fit.at_bound, std::vector<std::string>{"k"});
  const OneStepRefit refit = one_step_refit(line.fit, line.table, line.fold);
  ASSERT_EQ(refit.slopes.cols(), 1);
  // E alone moves, and with it all losses alike, by the mean of what the drawn rows ask for.
  const Eigen::VectorXd more = drawn_more(1, kTraining);
  const Eigen::VectorXd moved = refit.slopes * (refit.influence.transpose() * more);
  double mean = 0;
  for (std::size_t i = 0; i < kTraining; ++i)
    mean += more[static_cast<Eigen::Index>(i)] *
            (line.table.column("loss")[i] - 2 / line.table.column("N")[i]) / kTraining;
  for (Eigen::Index i = 0; i < 3; ++i) EXPECT_NEAR(moved[i], mean, 1e-9);
}

// With one number of tokens E, B and beta are not known one by one: what is known moves, and
// nothing is thrown far away.
TEST(OneStepRefit, HoldsWhatTheRunsDoNotDetermine) {
  Table table;
  std::vector<double> N, D(20, 1e10);
  for (int i = 0; i < 20; ++i) N.push_back(1e8 * std::pow(1.5, i));
  ASSERT_TRUE(table.set("N", N) && table.set("D", D));
  table = test::noisy_runs(test::book_law("hoffmann2022"), table, 0.005, 1);
  const Fold fold = last_held_out(20, 16);
  const Fit fitted =
      *fit(test::book_law("hoffmann2022").without_values(), table.select(fold.training));
  const OneStepRefit refit = one_step_refit(fitted, table, fold);
  EXPECT_GE(refit.slopes.cols(), 1);
  EXPECT_LE(refit.slopes.cols(), 3);
  for (std::uint64_t resample = 0; resample < 20; ++resample) {
    const Eigen::VectorXd moved =
        refit.slopes * (refit.influence.transpose() * drawn_more(resample, 16));
    EXPECT_LT(moved.cwiseAbs().maxCoeff(), 0.2) << "resample " << resample;
  }
}

// Beyond the range of the fit, against searches from scratch of the drawn rows: the steps follow
// them and spread as far.
TEST(OneStepRefit, FollowsRefitsBeyondTheRange) {
  const Law law = test::book_law("hoffmann2022:besiroglu");
  const Table table = test::noisy_runs(law, test::dense_design(), 0.005, 3);
  const Fold fold = last_held_out(table.rows(), 36);
  const Table training = table.select(fold.training), held_out = table.select(fold.held_out);
  const Recipe squares{.loss = {RobustLoss::Kind::kSquare, 0}};
  const Fit whole = *fit(law.without_values(), training, squares);
  const std::vector<double> before = *predict(whole.law, held_out);
  const OneStepRefit refit = one_step_refit(whole, table, fold);
  double products = 0, steps = 0, searches = 0;
  for (std::uint64_t resample = 0; resample < 100; ++resample) {
    const Eigen::VectorXd more = drawn_more(resample, 36);
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < 36; ++i)
      rows.insert(rows.end(), static_cast<std::size_t>(more[static_cast<Eigen::Index>(i)] + 1), i);
    const Fit again = *fit(law.without_values(), training.select(rows), squares);
    const std::vector<double> after = *predict(again.law, held_out);
    const Eigen::VectorXd moved = refit.slopes * (refit.influence.transpose() * more);
    for (Eigen::Index i = 0; i < moved.size(); ++i) {
      const auto row = static_cast<std::size_t>(i);
      const double searched = after[row] - before[row];
      products += moved[i] * searched;
      steps += moved[i] * moved[i];
      searches += searched * searched;
    }
  }
  EXPECT_GT(products / std::sqrt(steps * searches), 0.9);
  EXPECT_NEAR(std::sqrt(steps / searches), 1, 0.2);
}

JudgedLaw judged(const Line& line, OneStepRefit refit) {
  return {{.name = "line",
           .fit = line.fit,
           .predicted = *predict(line.fit.law, line.table.select(line.fold.held_out))},
          {std::move(refit)}};
}

// With the fits as they are the resamples are those of the held-out rows alone.
TEST(ResampledErrors, OfFitsThatDoNotMoveAreThoseOfTheRows) {
  const Line line({-100, 100});
  const JudgedLaw law =
      judged(line, {Eigen::MatrixXd(kTraining, 0), Eigen::MatrixXd(Eigen::Index{3}, 0)});
  SerialExecutor serial;
  const Sums sums = resampled_errors({&law, 1}, line.table, {.folds = {line.fold}}, 300, 5, serial);
  std::vector<double> errors;
  for (std::size_t i = 0; i < 3; ++i)
    errors.push_back(std::pow(law.law.predicted[i] - line.table.column("loss")[kTraining + i], 2));
  const Sums wanted = resampled_sums({errors}, 300, 5, serial);
  for (std::size_t i = 0; i < 300; ++i) EXPECT_NEAR(sums[0][i], wanted[0][i], 1e-12);
}

// One held-out row is in every resample once, so its error varies with the fit alone: on average it
// is what it was and the variance of the prediction, White's g' (X'X)^-1 X' diag(r^2) X (X'X)^-1 g.
TEST(ResampledErrors, HaveTheVarianceOfTheFits) {
  Line line({-100, 100});
  line.fold.held_out.resize(1);
  const JudgedLaw law = judged(line, one_step_refit(line.fit, line.table, line.fold));
  SerialExecutor serial;
  ThreadExecutor threads(3);
  const Folds folds{.folds = {line.fold}};
  constexpr std::size_t kResamples = 20000;
  const Sums sums = resampled_errors({&law, 1}, line.table, folds, kResamples, 5, serial);
  EXPECT_EQ(sums, resampled_errors({&law, 1}, line.table, folds, kResamples, 5, threads));
  double mean = 0;
  for (const double sum : sums[0]) mean += sum / kResamples;

  Eigen::MatrixXd X = Eigen::MatrixXd::Ones(kTraining, 2);
  for (Eigen::Index i = 0; i < kTraining; ++i)
    X(i, 1) = 1 / line.table.column("N")[static_cast<std::size_t>(i)];
  const Eigen::VectorXd all = predicted(line.table, Eigen::VectorXd::Ones(kTraining));
  Eigen::VectorXd squares(kTraining);
  for (Eigen::Index i = 0; i < kTraining; ++i)
    squares[i] = std::pow(all[i] - line.table.column("loss")[static_cast<std::size_t>(i)], 2);
  const Eigen::MatrixXd inverse = (X.transpose() * X).inverse();
  const Eigen::Vector2d at(1, 1 / line.table.column("N")[kTraining]);
  const double variance =
      at.transpose() * inverse * (X.transpose() * squares.asDiagonal() * X) * inverse * at;
  const double error = std::pow(all[kTraining] - line.table.column("loss")[kTraining], 2);
  EXPECT_NEAR((mean - error) / variance, 1, 0.05 + 0.05 * std::sqrt(error / variance));
}

// The mean of so many rows has the variance sum r^2 / n^2, also where they are drawn in lots.
TEST(ResampledErrors, DrawManyRowsInLots) {
  constexpr std::size_t kMany = 6000, kResamples = 4000;
  std::vector<double> loss;
  double mean = 0, squares = 0;
  for (std::size_t i = 0; i < kMany; ++i) {
    loss.push_back(2 + 0.1 * normal(6, 0, i));
    mean += loss[i] / kMany;
  }
  for (const double each : loss) squares += (each - mean) * (each - mean);
  loss.push_back(mean);  // held out, and predicted without an error
  Table table;
  ASSERT_TRUE(table.set("N", std::vector<double>(kMany + 1, 1)) && table.set("loss", loss));
  const Fold fold = last_held_out(kMany + 1, kMany);
  Recipe recipe = least_squares({-100, 100});
  recipe.fix["k"] = 0;
  Fit fitted = *fit(*Law::from_formula("E + k/N"), table.select(fold.training), recipe);
  OneStepRefit refit = one_step_refit(fitted, table, fold);
  const JudgedLaw law{{.name = "mean", .fit = std::move(fitted), .predicted = {mean}},
                      {std::move(refit)}};
  SerialExecutor serial;
  const Sums sums = resampled_errors({&law, 1}, table, {.folds = {fold}}, kResamples, 5, serial);
  double variance = 0;
  for (const double sum : sums[0]) variance += sum / kResamples;
  EXPECT_NEAR(variance / (squares / (kMany * kMany)), 1, 0.15);
}

// Of two groups each fold is fitted to one alone, which a resample has twice, once or not at all:
// that moves no fit, and both rows and fits of a group go together.
TEST(ResampledErrors, DrawWholeGroups) {
  const Line line({-100, 100});
  const Fold other{.training = line.fold.held_out, .held_out = line.fold.training};
  Folds folds{.folds = {line.fold}};
  JudgedLaw law = judged(line, one_step_refit(line.fit, line.table, line.fold));
  folds.folds.push_back(other);
  law.refits.push_back({Eigen::MatrixXd(Eigen::Index{3}, 0), Eigen::MatrixXd(kTraining, 0)});
  for (const std::size_t row : other.held_out)  // without errors: the first fold is all there is
    law.law.predicted.push_back(line.table.column("loss")[row]);
  folds.clusters.assign(line.table.rows(), 1);
  std::fill(folds.clusters.begin() + kTraining, folds.clusters.end(), 2);
  double error = 0;
  for (std::size_t i = 0; i < 3; ++i)
    error += std::pow(law.law.predicted[i] - line.table.column("loss")[kTraining + i], 2);
  // Each fold counts as half of the rows, whatever it holds.
  error *= static_cast<double>(line.table.rows()) / 2 / 3;
  SerialExecutor serial;
  const Sums sums = resampled_errors({&law, 1}, line.table, folds, 200, 5, serial);
  for (const double sum : sums[0])
    EXPECT_NEAR(std::round(sum / error), sum / error, 1e-9) << sum / error;
}

}  // namespace
}  // namespace isoflop
