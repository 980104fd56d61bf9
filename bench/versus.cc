// This engine's side of bench/versus_scipy: one job on one file, its time without reading. Prints
// one JSON object.
//
//   isoflop_versus CHINCHILLA.csv grid|bootstrap THREADS
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string_view>

#include "bench/support.h"
#include "isoflop/bootstrap.h"
#include "isoflop/read_table.h"

namespace isoflop::bench {
namespace {

constexpr std::size_t kReplicates = 4000;
constexpr std::size_t kRepeats = 5;  // the median is printed

Table read(const char* path, const Law& law) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  Result<MappedTable> runs = read_table(
      text, path, law, {.columns = "N={Model Size}, C={Training FLOP}", .drop_highest_loss = 5},
      Response::kPositive);
  if (!runs) fail(runs.error().text());
  return std::move(runs->table);
}

double median_seconds(auto&& work) {
  std::vector<double> seconds;
  for (std::size_t i = 0; i < kRepeats; ++i) {
    const auto began = std::chrono::steady_clock::now();
    work();
    seconds.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  }
  std::ranges::sort(seconds);
  return seconds[kRepeats / 2];
}

void grid(const Law& law, const Table& runs, Executor& executor) {
  const Recipe recipe{.starts = {Starts::Kind::kGrid, 0}};
  const Fit fitted = must_fit(law, runs, recipe, executor);
  const double seconds = median_seconds([&] { (void)must_fit(law, runs, recipe, executor); });
  fmt::print(
      R"({{"job": "grid", "rows": {}, "count": {}, "seconds": {:.6g}, "objective": {:.17g}, "descents": {}, "at_optimum": {}, "threads": {}}})"
      "\n",
      runs.rows(), fitted.search.tried, seconds, fitted.objective.sum, fitted.search.descents,
      fitted.search.reached_best, executor.threads());
}

void bootstrap(const Law& law, const Table& runs, Executor& executor) {
  const Fit fitted = must_fit(law, runs, {}, executor);
  std::size_t failed = 0;
  double objective = 0;
  const double seconds = median_seconds([&] {
    Progress silent;
    const Result<Draws> draws =
        isoflop::bootstrap(fitted, {.replicates = kReplicates}, executor, silent);
    if (!draws) fail(draws.error().text());
    failed = draws->count(FitStatus::kFailed);
    std::vector<double> values = draws->objective;
    std::ranges::nth_element(values, values.begin() + kReplicates / 2);
    objective = values[kReplicates / 2];
  });
  fmt::print(
      R"({{"job": "bootstrap", "rows": {}, "count": {}, "seconds": {:.6g}, "median_objective": {:.17g}, "failed": {}, "threads": {}}})"
      "\n",
      runs.rows(), kReplicates, seconds, objective, failed, executor.threads());
}

}  // namespace
}  // namespace isoflop::bench

int main(int argc, char** argv) {
  using namespace isoflop;
  const std::string_view job = argc > 2 ? argv[2] : "";
  if (argc != 4 || (job != "grid" && job != "bootstrap")) {
    fmt::print(stderr, "isoflop_versus CHINCHILLA.csv grid|bootstrap THREADS\n");
    return 2;
  }
  const Law law = find_law("hoffmann2022")->without_values();
  const Table runs = bench::read(argv[1], law);
  ThreadExecutor executor(static_cast<unsigned>(std::atoi(argv[3])));
  if (job == "grid")
    bench::grid(law, runs, executor);
  else
    bench::bootstrap(law, runs, executor);
}
