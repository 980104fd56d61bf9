#include "kernel/run.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "kernel/evaluate.h"
#include "kernel/prepared.h"
#include "law/lower.h"

namespace isoflop {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<double> evaluate_at(std::string_view formula, const std::vector<double>& x) {
  return evaluate(*parse_formula(formula, "test"), x.size(),
                  [&](std::string_view) { return std::span(x); });
}

struct Case {
  const char* formula;
  double (*truth)(double);
};

// The vector functions replace the C library's in every fit. Where a fit strays to, they meet
// zeros, infinities and arguments out of range: there they must agree exactly, elsewhere to
// rounding.
TEST(Kernel, FunctionsAgreeWithTheCLibrary) {
  const std::vector<double> points = {
      0.0,   -0.0,  1.0,    -1.0,   0.5, -0.7, 1e-300, 1e-310,    3.25,       20.0,        700.0,
      709.5, 710.0, -740.0, -800.0, 1e5, -1e5, 1e300,  kInfinity, -kInfinity, std::nan("")};
  for (const Case& c :
       std::vector<Case>{{"exp(x)", [](double x) { return std::exp(x); }},
                         {"log(x)", [](double x) { return std::log(x); }},
                         {"sqrt(x)", [](double x) { return std::sqrt(x); }},
                         {"abs(x)", [](double x) { return std::abs(x); }},
                         {"floor(x)", [](double x) { return std::floor(x); }},
                         {"tanh(x)", [](double x) { return std::tanh(x); }},
                         {"atan(x)", [](double x) { return std::atan(x); }},
                         {"sigmoid(x)", [](double x) { return 1 / (1 + std::exp(-x)); }},
                         {"x < 1", [](double x) { return x < 1 ? 1.0 : 0.0; }},
                         {"x >= 1", [](double x) { return x >= 1 ? 1.0 : 0.0; }},
                         {"!x", [](double x) { return x == 0 ? 1.0 : 0.0; }},
                         {"x > 0 && x < 2 || x == 20",
                          [](double x) { return (x > 0 && x < 2) || x == 20 ? 1.0 : 0.0; }}}) {
    const std::vector<double> values = evaluate_at(c.formula, points);
    for (std::size_t i = 0; i < points.size(); ++i) {
      const double truth = c.truth(points[i]);
      SCOPED_TRACE(std::string(c.formula) + " at " + std::to_string(points[i]));
      if (std::isnan(truth))
        EXPECT_TRUE(std::isnan(values[i])) << values[i];
      else if (std::isinf(truth))
        EXPECT_EQ(values[i], truth);
      else
        EXPECT_NEAR(values[i], truth, 1e-14 * std::abs(truth) + 1e-307);
    }
  }
}

TEST(Kernel, SineAndCosineOfModerateAngles) {
  std::vector<double> angles(1000);
  for (std::size_t i = 0; i < angles.size(); ++i) angles[i] = static_cast<double>(i) * 0.37 - 180;
  const std::vector<double> sine = evaluate_at("sin(x)", angles),
                            cosine = evaluate_at("cos(x)", angles);
  for (std::size_t i = 0; i < angles.size(); ++i) {
    EXPECT_NEAR(sine[i], std::sin(angles[i]), 1e-13);
    EXPECT_NEAR(cosine[i], std::cos(angles[i]), 1e-13);
  }
}

// Rows go through vectors in groups and blocks: a row's value must not depend on where in the table
// it stands, nor on how many rows there are, or results would change with the order of a file.
TEST(Kernel, ARowsValueDoesNotDependOnItsPlace) {
  std::vector<double> x(1500);
  std::iota(x.begin(), x.end(), 1.0);
  const std::string formula = "1.7 + 400/(1e6*x)^0.34 + log(x)*tanh(x/700)";
  const std::vector<double> together = evaluate_at(formula, x);
  for (const std::size_t row : {0UL, 1UL, 7UL, 8UL, 511UL, 512UL, 513UL, 1499UL})
    EXPECT_EQ(together[row], evaluate_at(formula, {x[row]})[0]) << "row " << row;
  EXPECT_EQ(evaluate_at(formula, {}).size(), 0U);
}

// Ranges of rows are what threads get: pieces must give what the whole gives.
TEST(Kernel, PiecesOfATableGiveTheWhole) {
  Graph graph;
  const NodeId outputs[] = {
      lower(*parse_formula("a/x^b + exp(-x/a)", "test"), graph, [&](std::string_view name) {
        return graph.symbol(name, name == "x" ? Stage::kTable : Stage::kCall, true);
      })};
  std::vector<double> x(1003);
  std::iota(x.begin(), x.end(), 1.0);
  const std::vector<std::string> names = {"a", "b"};
  const Prepared prepared(compile(graph, outputs, names), x.size(),
                          [&](std::string_view) { return std::span(x); });
  const AlignedDoubles whole = allocate_doubles(prepared.padded_rows()),
                       pieces = allocate_doubles(prepared.padded_rows());
  Prepared::Scratch scratch = prepared.make_scratch();
  const double coefficients[] = {300, 0.3};
  prepared.run(coefficients, whole.get(), scratch);
  for (std::size_t row = 0; row < prepared.padded_rows(); row += 72)
    prepared.run(coefficients, pieces.get() + row, 72, scratch,
                 {0, row, std::min(row + 72, prepared.padded_rows())});
  for (std::size_t row = 0; row < x.size(); ++row) {
    EXPECT_EQ(whole[row], pieces[row]);
    EXPECT_NEAR(whole[row], 300 / std::pow(x[row], 0.3) + std::exp(-x[row] / 300), 1e-11);
  }
}

TEST(Kernel, NamesItsVectorInstructions) { EXPECT_STRNE(vector_target(), ""); }

}  // namespace
}  // namespace isoflop
