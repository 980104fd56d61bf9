#include "isoflop/simulate.h"

#include <cmath>
#include <limits>
#include <utility>

#include "base/error.h"
#include "base/number_text.h"
#include "base/random.h"
#include "isoflop/plan.h"

namespace isoflop {

namespace {

// Of the random numbers of a seed, those that are noise: no other use draws them.
constexpr std::uint64_t kNoiseStream = 0x6e6f697365;  // "noise"
constexpr double kMostRuns = 1e7;                     // a table of a gigabyte

Result<void> check(const Design& design) {
  Problems problems;
  if (design.flops.empty())
    problems.add({}, "a design without budgets has no runs: give at least one number of FLOPs");
  if (design.sparsity.empty())
    problems.add({}, "a design without sparsities has no runs: give at least one, 0 for dense");
  if (design.sizes == 0) problems.add({}, "a design of 0 sizes has no runs: give at least 1");
  if (!(design.span >= 1) || !std::isfinite(design.span))
    problems.add({},
                 "a span of {} between the smallest and the largest size: give a number from 1 on",
                 format_number(design.span));
  const double runs = static_cast<double>(design.flops.size()) *
                      static_cast<double>(design.sparsity.size()) *
                      static_cast<double>(design.sizes);
  if (runs > kMostRuns)
    problems.add({},
                 "a design of {} budgets x {} sizes x {} sparsities has more than 10 million runs: "
                 "give fewer",
                 design.flops.size(), design.sizes, design.sparsity.size());
  return problems.result();
}

// Size k of a profile over its middle one: from span^-1/2 to span^1/2.
double size_factor(const Design& design, std::size_t k) {
  if (design.sizes == 1) return 1;
  return std::pow(design.span,
                  static_cast<double>(k) / static_cast<double>(design.sizes - 1) - 0.5);
}

struct Runs {
  std::vector<double> N, P, S, D, C;

  void add(double n, double sparsity, double flops) {
    N.push_back(n);
    P.push_back(n / (1 - sparsity));
    S.push_back(sparsity);
    D.push_back(flops / (6 * n));
    C.push_back(flops);
  }
};

Result<Runs> lay_out_runs(const Law& law, const Design& design) {
  Runs runs;
  for (const double flops : design.flops)
    for (const double sparsity : design.sparsity) {
      // A truth holds everywhere.
      const Result<Plan> best = plan(law, {.flops = flops,
                                           .sparsity = sparsity,
                                           .inputs = design.inputs,
                                           .reach = std::numeric_limits<double>::infinity()});
      if (!best) return std::unexpected(best.error());
      const double middle = best->run->N;
      const double smallest = middle * size_factor(design, 0);
      const double largest = middle * size_factor(design, design.sizes - 1);
      if (!(smallest >= 1 && 6 * largest <= flops))
        return error(
            "a span of {} around N = {} leaves less than a parameter or a token of {} FLOPs: give "
            "a smaller one",
            format_number(design.span), format_count(middle), format_flops(flops));
      for (std::size_t k = 0; k < design.sizes; ++k)
        runs.add(middle * size_factor(design, k), sparsity, flops);
    }
  return runs;
}

Result<Table> to_table(const Law& law, const Design& design, Runs runs) {
  const std::size_t rows = runs.N.size();
  std::vector<std::pair<std::string, std::vector<double>>> columns = {{"N", std::move(runs.N)},
                                                                      {"P", std::move(runs.P)},
                                                                      {"S", runs.S},
                                                                      {"D", std::move(runs.D)},
                                                                      {"C", std::move(runs.C)}};
  if (law.has_input("Sx")) columns.emplace_back("Sx", std::move(runs.S));
  for (const auto& [name, value] : design.inputs)
    columns.emplace_back(name, std::vector(rows, value));
  Table table;
  for (auto& [name, column] : columns)
    if (Result<void> set = table.set(name, std::move(column)); !set)
      return std::unexpected(set.error());
  return table;
}

}  // namespace

Result<Table> lay_out(const Law& law, const Design& design) {
  if (Result<void> ok = check(design); !ok) return std::unexpected(ok.error());
  Result<Runs> runs = lay_out_runs(law, design);
  if (!runs) return std::unexpected(runs.error());
  return to_table(law, design, *std::move(runs));
}

Result<Table> simulate(const Law& law, const Design& design, double noise, std::uint64_t seed) {
  if (!(noise >= 0) || !std::isfinite(noise))
    return error("a noise of {}: give a number from 0 on, the spread of ln loss",
                 format_number(noise));
  Result<Table> table = lay_out(law, design);
  if (!table) return table;
  Result<std::vector<double>> loss = predict(law, *table);
  if (!loss) return std::unexpected(loss.error());
  for (std::size_t row = 0; row < loss->size(); ++row) {
    (*loss)[row] *= std::exp(noise * normal(seed, kNoiseStream, row));
    if (!std::isfinite((*loss)[row]))
      return error(
          "run {} of the design, N = {} on D = {}, has no finite loss under {} with a noise of {}",
          row + 1, format_count(table->column("N")[row]), format_count(table->column("D")[row]),
          law.label(), format_number(noise));
  }
  if (Result<void> set = table->set("loss", *std::move(loss)); !set)
    return std::unexpected(set.error());
  return table;
}

}  // namespace isoflop
