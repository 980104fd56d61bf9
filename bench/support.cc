#include "bench/support.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "base/random.h"
#include "support/paths.h"

namespace isoflop::bench {

std::filesystem::path data_folder() {
  const char* given = std::getenv("ISOFLOP_DATA");
  return given != nullptr ? given : shared_data().string();
}

test::Problem problem(std::string_view name) { return test::certain_problem(data_folder(), name); }

double best_known(std::string_view name) {
  const auto known = test::best_known_objectives();
  const auto found = known.find(std::string(name));
  if (found == known.end()) fail(fmt::format("best_known.csv has no '{}'", name));
  return found->second;
}

Table made_runs(std::size_t rows, double noise) {
  constexpr std::uint64_t kSeed = 11;
  std::vector<double> N(rows), D(rows), loss(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    N[i] = 1e7 * std::pow(2e3, uniform(kSeed, 0, i));
    D[i] = 1e9 * std::pow(1e3, uniform(kSeed, 1, i));
    loss[i] = (1.69 + 406.4 / std::pow(N[i], 0.34) + 410.7 / std::pow(D[i], 0.28)) *
              std::exp(noise * normal(kSeed, 2, i));
  }
  Table table;
  if (!table.set("N", std::move(N)) || !table.set("D", std::move(D)) ||
      !table.set("loss", std::move(loss)))
    fail("a made table is not one");
  return table;
}

void fail(const std::string& why) {
  fmt::print(stderr, "wrong answer: {}\n", why);
  std::exit(1);
}

Fit must_fit(const Law& law, const Table& table, const Recipe& recipe, Executor& executor) {
  Result<Fit> fitted = fit(law, table, recipe, executor);
  if (!fitted) fail(fitted.error().text());
  return *std::move(fitted);
}

void must_be_near(double value, double expected, double relative, std::string_view what) {
  if (!(std::abs(value - expected) <= relative * std::abs(expected)))
    fail(fmt::format("{} is {:.17g}, expected {:.17g}", what, value, expected));
}

}  // namespace isoflop::bench
