// Whether a comparison names the law that made the runs. README.md beside this file has what came
// of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "isoflop/compare.h"
#include "isoflop/predict.h"
#include "isoflop/read_table.h"
#include "judge/judge_law.h"
#include "judge/paired_bootstrap.h"
#include "support/book.h"
#include "support/noisy_runs.h"
#include "support/paths.h"

namespace isoflop {
namespace {

constexpr std::array<const char*, 4> kLaws = {"hoffmann2022", "frantar2023", "abnar2025",
                                              "hossain2025"};
constexpr double kNoise = 0.005;     // of ln loss
constexpr double kContained = 1e-4;  // in units of the noise: another law has it as a special case
constexpr double kNamed = 0.95;      // of the tables, where the laws differ beyond the noise

// The 48 pruned T5 runs, with the inputs of all four laws.
Table t5_runs() {
  const auto path = shared_data() / "frantar2023_t5_c4.csv";
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const Law all = *Law::from_formula("k*(N + P + S + Sx + D)");
  const Mapping mapping{
      .columns = "P = 24*12*768^2*scale, S = sparsity, D = 65536*steps, loss = {val-loss}"};
  const Result<MappedTable> runs = read_table(text, path.string(), all, mapping);
  EXPECT_TRUE(runs) << runs.error().text();
  return runs->table;
}

std::size_t number_from(const char* variable, std::size_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoul(text, nullptr, 10);
}

std::size_t tables() { return number_from("ISOFLOP_TABLES", 100); }
std::size_t first_seed() { return number_from("ISOFLOP_FIRST_SEED", 1); }

// Root mean square of ln(other / true) over the runs, in units of the noise, of another law's best
// fit to what the true one predicts.
double apart(const Law& truth, const char* other, const Table& design) {
  Table exact = design;
  EXPECT_TRUE(exact.set("loss", *predict(truth, design)));
  const Result<Fit> fitted = fit(test::book_law(other).without_values(), exact,
                                 {.loss = {.kind = RobustLoss::Kind::kSquare}});
  EXPECT_TRUE(fitted);
  return std::sqrt(2 * fitted->objective.mean) / kNoise;
}

// Of two laws over the tables: how often the first has the lower error, and with which probability
// it is said to, by the comparison and by a bootstrap of the held-out rows alone.
struct Pair {
  double ahead = 0;
  std::vector<double> probabilities, of_rows;
};
using Pairs = std::map<std::pair<std::string, std::string>, Pair>;

void add_pairs(const Comparison& comparison, const Table& held_out, Executor& executor,
               Pairs& pairs) {
  Sums errors;
  for (const ComparedLaw& law : comparison.laws) {
    errors.emplace_back();
    for (std::size_t i = 0; i < held_out.rows(); ++i)
      errors.back().push_back(std::pow(law.predicted[i] - held_out.column("loss")[i], 2));
  }
  const Sums sums = resampled_sums(errors, comparison.resamples, comparison.seed, executor);
  for (const ComparedPair& each : comparison.pairs) {
    const ComparedLaw &first = comparison.laws[each.first], &second = comparison.laws[each.second];
    const bool turned = second.name < first.name;
    const auto about = [&](double share) { return turned ? 1 - share : share; };
    Pair& pair = pairs[std::minmax(first.name, second.name)];
    pair.ahead += about(first.held_out.rmse < second.held_out.rmse ? 1 : 0);
    pair.probabilities.push_back(about(each.probability));
    pair.of_rows.push_back(about(probability_lower(sums[each.first], sums[each.second])));
  }
}

// Root mean square of the probabilities less the share of tables in which the first was ahead.
double off(const Pairs& pairs, std::vector<double> Pair::* probabilities) {
  double squares = 0, count = 0;
  for (const auto& [names, pair] : pairs)
    for (const double probability : pair.*probabilities) {
      const double share = pair.ahead / static_cast<double>((pair.*probabilities).size());
      squares += (probability - share) * (probability - share);
      ++count;
    }
  return std::sqrt(squares / count);
}

std::string named(const Table& table, const char* holdout, Pairs& pairs) {
  std::vector<Candidate> laws;
  for (const char* key : kLaws) laws.push_back({key, test::book_law(key).without_values()});
  const Result<Holdout> how = parse_holdout(holdout);
  const Result<Folds> folds = make_folds(*how, table.column("P"), 1);
  SerialExecutor executor;
  Progress silent;
  const Result<Comparison> comparison = compare(laws, table, *folds, {}, executor, silent);
  EXPECT_TRUE(comparison) << comparison.error().text();
  add_pairs(*comparison, table.select(held_out_rows(*folds)), executor, pairs);
  return comparison->laws[0].name;
}

class Attribution : public testing::TestWithParam<const char*> {};

TEST_P(Attribution, NamesTheLawThatMadeTheRuns) {
  const Table design = t5_runs();
  for (const char* key : kLaws) {
    const Fit truth = *fit(test::book_law(key).without_values(), design);
    std::printf("| %s | %s |", GetParam(), key);
    std::vector<std::size_t> far;  // laws that cannot predict what this one does
    bool distinct = true;  // every other law is apart beyond the noise, or contains this one
    for (const char* const& other : kLaws) {
      const double distance = apart(truth.law, other, design);
      if (distance > 1) far.push_back(static_cast<std::size_t>(&other - kLaws.data()));
      const bool own_or_larger = distance < kContained;
      distinct = distinct && (own_or_larger || distance > 1);
      std::printf(" %.2f |", distance);
    }
    std::array<std::size_t, kLaws.size()> count{};
    Pairs pairs;
    for (std::size_t i = 0; i < tables(); ++i) {
      const std::string name =
          named(test::noisy_runs(truth.law, design, kNoise, first_seed() + i), GetParam(), pairs);
      ++count[static_cast<std::size_t>(std::ranges::find(kLaws, name) - kLaws.begin())];
    }
    for (const std::size_t times : count) std::printf(" %zu |", times);
    std::printf(" %.3f | %.3f |\n", off(pairs, &Pair::probabilities), off(pairs, &Pair::of_rows));
    std::fflush(stdout);
    const auto own =
        static_cast<std::size_t>(std::ranges::find(kLaws, std::string(key)) - kLaws.begin());
    const double most = (1 - kNamed) * static_cast<double>(tables());
    std::size_t wrong = 0;
    for (const std::size_t law : far) wrong += count[law];
    EXPECT_LE(static_cast<double>(wrong), most) << key;
    if (distinct) {
      EXPECT_LE(static_cast<double>(tables() - count[own]), most) << key;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Holdouts, Attribution, testing::Values("top:20%:P", "folds:5"));

}  // namespace
}  // namespace isoflop
