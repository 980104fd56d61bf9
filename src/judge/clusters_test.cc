#include "judge/clusters.h"

#include <gtest/gtest.h>

#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "isoflop/confidence.h"
#include "isoflop/loss_band.h"
#include "support/book.h"
#include "support/noisy_runs.h"

namespace isoflop {
namespace {

constexpr Eigen::Index kRows = 12, kInCluster = 3;

// L = E + k/N by least squares, in four clusters.
Fit line_of_clusters() {
  Table table;
  std::vector<double> N, loss, cluster;
  for (std::size_t i = 0; i < kRows; ++i) {
    N.push_back(1.0 + 0.5 * static_cast<double>(i));
    cluster.push_back(static_cast<double>(i / kInCluster));
    loss.push_back(2 + 3 / N.back() + 0.1 * normal(4, 1, i / kInCluster) + 0.05 * normal(4, 0, i));
  }
  EXPECT_TRUE(table.set("N", N) && table.set("loss", loss) && table.set("cluster", cluster));
  return *fit(*Law::from_formula("E + k/N"), table,
              {.residual = Residual::kLinear,
               .loss = {RobustLoss::Kind::kSquare, 0},
               .range = {{"k", {-100, 100}}}});
}

// CR2 and Satterthwaite's degrees of freedom as they are written, with dense matrices.
struct Dense {
  Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(2, 2);
  double degrees[2] = {0, 0};
};

Dense dense(const Fit& fit) {
  const auto e = static_cast<Eigen::Index>(*fit.law.coefficient_index("E"));
  Eigen::MatrixXd X = Eigen::MatrixXd::Ones(kRows, 2);
  Eigen::VectorXd r(kRows);
  for (Eigen::Index i = 0; i < kRows; ++i) {
    const auto row = static_cast<std::size_t>(i);
    X(i, 1 - e) = 1 / fit.table.column("N")[row];
    r[i] = X.row(i).dot(Eigen::Map<const Eigen::VectorXd>(fit.law.values().data(), 2)) -
           fit.table.column("loss")[row];
  }
  const Eigen::MatrixXd inverse = (X.transpose() * X).inverse();
  const Eigen::MatrixXd H = X * inverse * X.transpose();
  const Eigen::MatrixXd M = Eigen::MatrixXd::Identity(kRows, kRows) - H;
  const Clusters clusters = clusters_of(fit.table.column("cluster"));
  const double shared =
      shared_noise(r, X * inverse.llt().matrixL().toDenseMatrix(), clusters).correlation();
  Eigen::MatrixXd noise = (1 - shared) * Eigen::MatrixXd::Identity(kRows, kRows);
  Dense result;
  Eigen::MatrixXd pulls[2] = {Eigen::MatrixXd(kRows, 4), Eigen::MatrixXd(kRows, 4)};
  for (Eigen::Index g = 0; g < 4; ++g) {
    const Eigen::Index first = g * kInCluster;
    noise.block(first, first, kInCluster, kInCluster).array() += shared;
    const Eigen::MatrixXd own = M.block(first, first, kInCluster, kInCluster);
    const Eigen::MatrixXd A =
        Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(own).operatorInverseSqrt();
    const Eigen::MatrixXd pull = inverse * X.middleRows(first, kInCluster).transpose() * A;
    const Eigen::VectorXd score = pull * r.segment(first, kInCluster);
    result.covariance += score * score.transpose();
    for (Eigen::Index j = 0; j < 2; ++j)
      pulls[j].col(g) = M.middleCols(first, kInCluster) * pull.row(j).transpose();
  }
  for (Eigen::Index j = 0; j < 2; ++j) {
    const Eigen::MatrixXd Q = pulls[j].transpose() * noise * pulls[j];
    result.degrees[j] = Q.trace() * Q.trace() / Q.squaredNorm();
  }
  return result;
}

TEST(Clusters, TheSandwichOfALineIsCr2WithSatterthwaitesDegrees) {
  const Fit fit = line_of_clusters();
  const Dense expected = dense(fit);
  const Covariance found = *covariance(fit);
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t j = 0; j < 2; ++j)
      EXPECT_NEAR(found(i, j) / expected.covariance(static_cast<Eigen::Index>(i),
                                                    static_cast<Eigen::Index>(j)),
                  1, 1e-8);
    EXPECT_NEAR(found.of_coefficients[i], expected.degrees[i], 1e-8);
    EXPECT_LT(found.of_coefficients[i], 3);  // of four clusters
  }
}

// Of a parabola the profile is the interval of its covariance, clusters or not.
TEST(Clusters, TheProfileOfALineIsTheIntervalOfClusters) {
  const Fit fit = line_of_clusters();
  SerialExecutor executor;
  Progress silent;
  const Confidence sure = *confidence(fit, 0.9, true, executor, silent);
  for (std::size_t i = 0; i < 2; ++i) {
    const Range expected = sure.sandwich[i].interval;
    EXPECT_NEAR(sure.profile[i].interval.low, expected.low, 1e-5 * (expected.high - expected.low));
  }
}

TEST(Clusters, OneAloneIsRefused) {
  Fit fit = line_of_clusters();
  ASSERT_TRUE(fit.table.set("cluster", std::vector<double>(kRows, 7)));
  ASSERT_FALSE(covariance(fit));
  EXPECT_NE(covariance(fit).error().text().find("one cluster"), std::string::npos);
}

// Variances are right on average although the fit takes a constant and a slope out of the rows.
TEST(Clusters, TheirSharedNoiseIsEstimatedWithoutBias) {
  constexpr Eigen::Index kMany = 30;
  Eigen::MatrixXd left(kMany, 2);
  std::vector<double> labels;
  for (Eigen::Index i = 0; i < kMany; ++i) {
    left(i, 0) = 1;
    left(i, 1) = static_cast<double>(i) - 14.5;
    labels.push_back(static_cast<double>(i / 5));
  }
  for (Eigen::Index j = 0; j < 2; ++j) left.col(j).normalize();
  const Clusters clusters = clusters_of(labels);
  constexpr std::uint64_t kTables = 4000;
  double between = 0, within = 0;
  int below_10 = 0, below_1 = 0;
  for (std::uint64_t seed = 1; seed <= kTables; ++seed) {
    Eigen::VectorXd shared(kMany), own(kMany);
    for (Eigen::Index i = 0; i < kMany; ++i) {
      const auto row = static_cast<std::uint64_t>(i);
      own[i] = normal(seed, 0, row);
      shared[i] = own[i] + 2 * normal(seed, 1, row / 5);
    }
    own -= left * (left.transpose() * own);
    shared -= left * (left.transpose() * shared);
    const SharedNoise noise = shared_noise(shared, left, clusters);
    between += noise.between / kTables;
    within += noise.within / kTables;
    const double p = shared_noise(own, left, clusters).p;
    below_10 += p < 0.1 ? 1 : 0;
    below_1 += p < 0.01 ? 1 : 0;
  }
  EXPECT_NEAR(between, 4, 0.2);
  EXPECT_NEAR(within, 1, 0.03);
  EXPECT_NEAR(below_10, 400, 60);
  EXPECT_NEAR(below_1, 40, 20);
}

Fit fit_of(double power, double shared, std::uint64_t seed) {
  const Law law = test::book_law("hoffmann2022:besiroglu");
  std::vector<double> sizes, D;
  for (int i = 0; i < 72; ++i) {
    sizes.push_back(1e8 * std::pow(1.5, i / 6));
    D.push_back(sizes.back() * std::pow(2, 1 + i % 6));
  }
  Table table;
  EXPECT_TRUE(table.set("N", sizes) && table.set("D", D));
  std::vector<double> loss = *predict(law, table);
  const auto N = table.column("N");
  for (std::size_t i = 0; i < loss.size(); ++i)
    loss[i] *= std::exp(0.01 * std::pow(N[i] / 1e8, power) * normal(seed, 0, i) +
                        shared * normal(seed, 1, i / 6));
  EXPECT_TRUE(table.set("loss", std::move(loss)));
  return *fit(law.without_values(), table);
}

std::size_t count(FindingKind kind, double power, double shared) {
  std::size_t found = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const std::vector<Finding> all = *findings(fit_of(power, shared, seed));
    for (const Finding& finding : all) found += finding.kind == kind ? 1 : 0;
  }
  return found;
}

TEST(Clusters, RunsOfOneSizeThatShareTheirNoiseAreNoticed) {
  EXPECT_GE(count(FindingKind::kClustered, 0, 0.02), 38U);
  EXPECT_LE(count(FindingKind::kClustered, 0, 0), 1U);
}

TEST(UnequalNoise, IsNoticedAndABandFollowsIt) {
  EXPECT_GE(count(FindingKind::kUnequalNoise, -0.5, 0), 38U);
  const Fit fit = fit_of(-0.5, 0, 1);
  for (const double N : {1e8, 5e9}) {
    const double noise = loss_band(fit, {{"N", N}, {"D", 2e10}}, 0.9)->log_noise;
    EXPECT_NEAR(noise / (0.01 * std::pow(N / 1e8, -0.5)), 1, 0.5) << N;
  }
}

}  // namespace
}  // namespace isoflop
