// A small fit made by hand, for the tests of the writers: two coefficients and three runs, with one
// of everything.
#pragma once

#include <gtest/gtest.h>

#include <limits>
#include <utility>
#include <vector>

#include "isoflop/fit_file.h"

namespace isoflop {

inline Law sample_law() {
  const Result<Law> law = Law::from_toml(R"(key = "small2025"
title = "A small law"
cite = "Nobody 2025"
formula = "E + A/N"

[inputs]
N = "active parameters"

[coefficients]
E = { range = [0, 100], unit = "nats", meaning = "irreducible loss" }
A = { range = [0, 1e15] }

[box]
cite = "Table 2"
ranges = { E = [1, 2] }

[[set]]
name = "first"
cite = "Table 1"
fitted_on = { N = [100, 400] }
values = { E = 1.5, A = 20 }
)",
                                         "small2025.toml");
  EXPECT_TRUE(law) << law.error().text();
  return *law;
}

inline FitRecord sample_fit() {
  Table table;
  EXPECT_TRUE(table.set("N", {10, 20, 40}));
  EXPECT_TRUE(table.set("loss", {3.75, 2.75, 2.25}));
  EXPECT_TRUE(table.name_rows({.numbers = {2, 3, 7}}));
  return {.fit = {.law = *sample_law().with_values("fit", {1.75, 20.125}, {{"N", {10, 40}}}),
                  .recipe = {.residual = Residual::kLinear,
                             .loss = {RobustLoss::Kind::kHuber, 0.01},
                             .starts = {Starts::Kind::kRandom, 4},
                             .seed = 7,
                             .fix = {{"A", 20.125}},
                             .tie = {},
                             .range = {{"E", {1.75, 3}}},
                             .start = {{"E", 2}},
                             .decrease_tolerance = 1e-9,
                             .step_tolerance = 0.5e-6,
                             .max_iterations = 50},
                  .status = FitStatus::kAtBound,
                  .usable = true,
                  .message = "E is at the low edge of its range",
                  .objective = {.sum = 0.0045, .mean = 0.0015, .rows = 3},
                  .errors = LossErrors{.rmse = 0.0125, .relative = 0.005, .r2 = 0.75},
                  .at_bound = {"E"},
                  .search = {.tried = 4,
                             .descents = 4,
                             .reached_best = 3,
                             .candidates = 8,
                             .stopped = false,
                             .optima = {{0.0045, 3, {1.75, 20.125}}, {0.0625, 1, {2.5, 20.125}}}},
                  .notes = {"N varies over a factor 4 only"},
                  .table = table},
          .data = {.source = "runs.csv",
                   .sha256 = "00ff",
                   .mapping = {.columns = "N = size",
                               .where = "loss < 4",
                               .weights = "",
                               .drop_highest_loss = 1,
                               .skip_missing = true},
                   .rows_read = 7,
                   .left_out = {.filtered = 2, .skipped = 1, .dropped = 1}},
          .version = "0.1.0",
          .command = "isoflop fit runs.csv --law small2025"};
}

// The same fit with three draws, of which one failed.
inline FitRecord sample_bootstrap() {
  FitRecord record = sample_fit();
  const double none = std::numeric_limits<double>::quiet_NaN();
  Draws draws{.how = {.by = Resampling::kClusters, .replicates = 4, .seed = 7},
              .units = 2,
              .stopped = true,
              .searched = 3,
              .status = {FitStatus::kConverged, FitStatus::kFailed, FitStatus::kAtBound},
              .objective = {0.0040, none, 0.0050},
              .values = {1.80, 20.125, none, none, 1.75, 20.125},
              .jackknife = {1.70, 20.125, 1.79, 20.125}};
  std::vector<Uncertainty> made = uncertainties(record.fit, draws, 0.8);
  record.data.mapping.cluster = "model";
  record.confidence = {
      .level = 0.9,
      .degrees_of_freedom = 2,
      .sandwich = {{0.25, {1.5, 2}}, {0, {20.125, 20.125}}},
      .profile = {{{-std::numeric_limits<double>::infinity(), 2.5}}, {{20.125, 20.125}}},
      .identifiability = {.eigenvalues = {4, 0.25},
                          .relative_errors = {0.5, 2},
                          .weak = {{2, {"E"}, "E is hardly known"}},
                          .at_bound = {"E"}}};
  record.bootstrap = {std::move(draws), 0.8, std::move(made)};
  return record;
}

}  // namespace isoflop
