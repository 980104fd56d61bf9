// What the benchmarks share: tables, and the end of the program where an answer is wrong.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "isoflop/fit.h"
#include "isoflop/table.h"
#include "slow/problems.h"

namespace isoflop::bench {

// $ISOFLOP_DATA, or the folder of public data beside the project.
std::filesystem::path data_folder();

// A problem of the slow studies, and its best known objective.
test::Problem problem(std::string_view name);
double best_known(std::string_view name);

// Columns N, D and loss: hoffmann2022 as published, times exp(noise z).
Table made_runs(std::size_t rows, double noise);

// A time is worth nothing if the answer is wrong: these end the program with a message.
[[noreturn]] void fail(const std::string& why);
Fit must_fit(const Law& law, const Table& table, const Recipe& recipe, Executor& executor);
void must_be_near(double value, double expected, double relative, std::string_view what);

}  // namespace isoflop::bench
