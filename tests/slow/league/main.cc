// Prints the first part of docs/accuracy.md: how many digits of NIST's certified coefficients this
// engine and Ceres give from the same starts.
//
//   isoflop_league NIST_FOLDER
#include <fmt/format.h>
#include <glog/logging.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "isoflop/fit.h"
#include "slow/league/with_ceres.h"
#include "support/nist.h"

namespace isoflop::test {
namespace {

constexpr double kSolved = 6;  // digits of every coefficient

constexpr const char* kHead =
    R"(# Accuracy: certified problems

The 27 problems of NIST's Statistical Reference Datasets for non-linear regression
(https://www.itl.nist.gov/div898/strd), least squares, certified to 11 digits. Each has two starts: the first far from the
optimum, the second nearer. A figure is the number of digits of a coefficient that agree with the certified value,
-log10 |b - certified|/|certified|, at most 11.

- isoflop: `--starts given`, a refinement from that start alone, in ranges of -1e9 to 1e9.
- Ceres: Levenberg-Marquardt with dense QR, automatic derivatives and tolerances of 1e-30, from the same start, without ranges.
- Search: what the default search of isoflop finds without a start, in ranges of the starts' sign up to ten times their
  size; digits of the certified sum of squares, at most 11. (Of coefficients none are given: terms of some problems may
  trade places.)

Roszman1's file prints b1 = 1.20196866396, which belongs to another branch of the arctangent: with the one between -pi/2 and
pi/2 the certified sum of squares is reached at b1 = 0.20196866396, which both are measured against.

Made by `isoflop_league` (tests/slow/README.md).
)";

struct Digits {
  std::vector<double> each;
  [[nodiscard]] double least() const { return *std::ranges::min_element(each); }
  [[nodiscard]] std::string text() const {
    std::string all;
    for (const double digits : each) all += fmt::format("{}{:.1f}", all.empty() ? "" : " ", digits);
    return all;
  }
};

Digits digits_of(std::span<const double> values, const NistProblem& problem) {
  Digits digits;
  for (std::size_t i = 0; i < problem.certified.size(); ++i)
    digits.each.push_back(log_relative_error(values[i], problem.certified[i]));
  return digits;
}

Fit take(Result<Fit> result) {
  if (result) return *std::move(result);
  std::fputs(result.error().text().c_str(), stderr);
  std::exit(1);
}

struct Row {
  std::string name;
  std::size_t start;
  Digits isoflop, ceres;
  std::string status;
};

void print_summary(const std::vector<Row>& rows) {
  for (const std::size_t start : {0U, 1U}) {
    const auto solved = [&](Digits Row::* by) {
      return std::ranges::count_if(
          rows, [&](const Row& row) { return row.start == start && (row.*by).least() >= kSolved; });
    };
    fmt::print("- From start {}: {} of 27 to {} digits or more in every coefficient; Ceres {}.\n",
               start + 1, solved(&Row::isoflop), kSolved, solved(&Row::ceres));
  }
}

void print_table(const std::vector<Row>& rows) {
  fmt::print(
      "\n| problem | start | least, isoflop | least, Ceres | isoflop, b1 b2 ... | Ceres, b1 b2 ... "
      "| isoflop's status |\n| --- | --- | --- | --- | --- | --- | --- |\n");
  for (const Row& row : rows)
    fmt::print("| {} | {} | {:.1f} | {:.1f} | {} | {} | {} |\n", row.name, row.start + 1,
               row.isoflop.least(), row.ceres.least(), row.isoflop.text(), row.ceres.text(),
               row.status);
}

int run(const char* folder) {
  std::vector<Row> rows;
  std::string searches;
  long found = 0;
  for (const std::string& name : nist_names()) {
    const NistProblem problem = nist_problem(folder, name);
    for (const std::size_t start : {0U, 1U}) {
      const Fit given = take(fit(problem.law, problem.table, nist_recipe(problem, start)));
      rows.push_back({name, start, digits_of(given.law.values(), problem),
                      digits_of(solve_with_ceres(problem, start).coefficients, problem),
                      to_text(given.status)});
    }
    const Fit free = take(fit(problem.law, problem.table, nist_search_recipe(problem)));
    // F of squares is half their sum.
    const double digits = log_relative_error(2 * free.objective.sum, problem.sum_of_squares);
    found += digits >= kSolved || 2 * free.objective.sum < problem.sum_of_squares ? 1 : 0;
    searches += fmt::format("| {} | {:.1f} | {:.11g} | {:.11g} | {} |\n", name, digits,
                            2 * free.objective.sum, problem.sum_of_squares, to_text(free.status));
  }
  fmt::print("{}\n", kHead);
  print_summary(rows);
  fmt::print("- The default search: {} of 27 to {} digits of the sum of squares, or below it.\n",
             found, kSolved);
  print_table(rows);
  fmt::print(
      "\n## The default search\n\n| problem | digits | sum of squares | certified | status |\n"
      "| --- | --- | --- | --- | --- |\n{}",
      searches);
  return 0;
}

}  // namespace
}  // namespace isoflop::test

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("isoflop_league NIST_FOLDER\n", stderr);
    return 2;
  }
  FLAGS_minloglevel = google::GLOG_FATAL;  // Ceres tells of every step that is not finite
  return isoflop::test::run(argv[1]);
}
