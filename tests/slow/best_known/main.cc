// Looks for the lowest objective of each problem of ../problems.h, with three solvers, from many
// random starts; writes a line of CSV for each problem and solver. README.md one folder up says how
// it is run.
//
//   isoflop_best_known DATA_FOLDER STARTS [PART_OF_A_PROBLEM'S_NAME]  > best_known.csv
#include <fmt/format.h>
#include <glog/logging.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "slow/best_known/solvers.h"

namespace isoflop::test {
namespace {

constexpr double kSameObjective = 1e-9;  // of the library and of what was written by hand

std::string coefficients_text(const Problem& problem, const Found& found) {
  std::string text;
  for (std::size_t i = 0; i < found.coefficients.size(); ++i)
    text += fmt::format("{}{}={:.17g}", i == 0 ? "" : " ", problem.law.coefficients()[i].name,
                        found.coefficients[i]);
  return text;
}

void print(const Problem& problem, const Found& found) {
  fmt::print("{},{},{:.16g},{},{},{:.0f},{}\n", problem.name, found.solver, found.objective,
             found.starts, found.reached, found.seconds, coefficients_text(problem, found));
  std::fflush(stdout);
}

bool agrees(const Problem& problem, const Found& found) {
  const double by_hand = objective_by_hand(problem, found.coefficients);
  if (std::abs(by_hand - found.objective) <= kSameObjective * found.objective) return true;
  fmt::print(stderr, "{}: {} says {:.17g}, the law written by hand {:.17g}\n", problem.name,
             found.solver, found.objective, by_hand);
  return false;
}

int run(const char* data, std::size_t starts, const std::string& part) {
  bool agreed = true;
  fmt::print("problem,solver,objective,starts,reached,seconds,coefficients\n");
  for (const Problem& problem : certain_problems(data)) {
    if (problem.name.find(part) == std::string::npos) continue;
    for (const auto search : {search_with_engine, search_with_nlopt, search_with_ceres}) {
      const Found found = search(problem, starts);
      print(problem, found);
      agreed = agrees(problem, found) && agreed;
    }
  }
  return agreed ? 0 : 1;
}

}  // namespace
}  // namespace isoflop::test

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("isoflop_best_known DATA_FOLDER STARTS [PART_OF_A_PROBLEM'S_NAME]\n", stderr);
    return 2;
  }
  FLAGS_minloglevel = google::GLOG_FATAL;  // Ceres tells of every step that is not finite
  return isoflop::test::run(argv[1], static_cast<std::size_t>(std::atoll(argv[2])),
                            argc > 3 ? argv[3] : "");
}
