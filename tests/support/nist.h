// The certified problems of NIST's Statistical Reference Datasets for non-linear regression: known
// to eleven digits, and hard from their first start.
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/law.h"
#include "isoflop/recipe.h"
#include "isoflop/table.h"

namespace isoflop::test {

struct NistProblem {
  std::string name;
  std::string formula;
  Law law;      // coefficients b1, b2, ... in [-1e9, 1e9]
  Table table;  // the predictors, and the response as `loss`
  std::array<std::map<std::string, double>, 2> starts;
  std::vector<double> certified;
  std::vector<double> standard_deviations;  // certified, of the coefficients: s sqrt((J'J)^-1_jj)
  double sum_of_squares = 0;                // certified, of the residuals
  double residual_deviation = 0;  // s, certified: s^2 is that sum over rows - coefficients
};

// The names of all 27, in alphabetical order.
std::vector<std::string> nist_names();
// Reads NAME.dat of a folder; a file that is missing or does not read ends the program.
NistProblem nist_problem(const std::filesystem::path& folder, std::string_view name);

// Least squares from one of the two starts alone.
Recipe nist_recipe(const NistProblem& problem, std::size_t start);
// Least squares by the default search, knowing of the starts only which ranges they suggest: of
// their sign, up to ten times as large.
Recipe nist_search_recipe(const NistProblem& problem);

// The digits that agree: -log10 of the relative error, at most the 11 that are certified.
double log_relative_error(double value, double certified);

}  // namespace isoflop::test
