// One default fit of hoffmann2022 on a made table of many rows: its time, and the most memory that
// the whole process had, against the table's own columns. Prints one JSON object.
//
//   isoflop_bench_memory ROWS THREADS
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>

#include "bench/support.h"

int main(int argc, char** argv) {
  using namespace isoflop;
  if (argc != 3) {
    fmt::print(stderr, "isoflop_bench_memory ROWS THREADS\n");
    return 2;
  }
  const auto rows = static_cast<std::size_t>(std::atoll(argv[1]));
  const Table runs = bench::made_runs(rows, 0.01);
  ThreadExecutor executor(static_cast<unsigned>(std::atoi(argv[2])));
  const auto began = std::chrono::steady_clock::now();
  const Fit fitted =
      bench::must_fit(find_law("hoffmann2022")->without_values(), runs, {}, executor);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
  if (fitted.status != FitStatus::kConverged) bench::fail(fitted.message);
  bench::must_be_near(fitted.law.values()[0], 1.69, 0.02, "E of made runs");
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const double columns = 3 * 8 * static_cast<double>(rows),
               peak = 1024 * static_cast<double>(usage.ru_maxrss);
  fmt::print(
      R"({{"rows": {}, "threads": {}, "seconds": {:.4g}, "columns_bytes": {:.0f}, "peak_bytes": {:.0f}, "peak_over_columns": {:.3g}}})"
      "\n",
      rows, executor.threads(), seconds.count(), columns, peak, peak / columns);
}
