// Runs that a law made, with noise, for tests of how sure something is.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "base/random.h"
#include "isoflop/predict.h"
#include "support/book.h"

namespace isoflop::test {

// 42 dense runs: seven sizes, six numbers of tokens a parameter.
inline Table dense_design() {
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

// The design with the law's losses and normal noise in their logarithms.
inline Table noisy_runs(const Law& truth, const Table& design, double noise, std::uint64_t seed) {
  std::vector<double> loss = *predict(truth, design);
  for (std::size_t i = 0; i < loss.size(); ++i) loss[i] *= std::exp(noise * normal(seed, 0, i));
  Table table = design;
  EXPECT_TRUE(table.set("loss", std::move(loss)));
  return table;
}

// Runs of the law with the noise of training, 0.5 % of the loss; about this share of them diverged,
// by up to half of their loss.
inline Table diverged_runs(const Law& truth, std::size_t rows, double share, std::uint64_t seed) {
  constexpr double kNoise = 0.005, kMost = 0.5;
  Table runs = random_runs(truth, rows, seed);
  std::vector<double> losses = *predict(truth, runs);
  std::mt19937_64 random(seed);
  std::normal_distribution<double> noise(0, kNoise);
  std::uniform_real_distribution<double> unit(0, 1);
  for (double& loss : losses) {
    loss *= std::exp(noise(random));
    if (unit(random) < share) loss *= 1 + kMost * unit(random);
  }
  EXPECT_TRUE(runs.set("loss", losses));
  return runs;
}

}  // namespace isoflop::test
