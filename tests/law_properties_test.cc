// What must hold for every law, run over every set of the book: a new law file is tested by being
// there.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "fit/law_values.h"
#include "support/book.h"

namespace isoflop {
namespace {

class EveryLaw : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Book, EveryLaw, testing::ValuesIn(test::set_names()),
                         [](const auto& instance) {
                           std::string name = instance.param;
                           std::ranges::replace_if(
                               name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
                           return name;
                         });

double loss_at(const Law& law, const Table& runs) { return (*predict(law, runs))[0]; }

std::vector<double> values_of(const Law& law) { return {law.values().begin(), law.values().end()}; }

// The law, or the run, with one number moved.
Law with_coefficient(const Law& law, std::size_t i, double value) {
  std::vector<double> values = values_of(law);
  values[i] = value;
  return *law.with_values("moved", values);
}
Table with_input(Table run, const std::string& name, double value) {
  EXPECT_TRUE(run.set(name, {value}));
  return run;
}

// (f(x + h) - f(x - h))/2h, and the same for 2h, together without the error in h^2: some laws curve
// sharply. With h at the cube root of the rounding error, times the length over which f changes, it
// agrees with a right derivative in ten digits, with a wrong one in none.
template <class Function>
double central_difference(const Function& f, double x, double length) {
  const auto difference = [&](double h) {
    const double above = x + h * length, below = x - h * length;
    return (f(above) - f(below)) / (above - below);
  };
  return (4 * difference(6e-6) - difference(12e-6)) / 3;
}

// Laws are smooth in ln x, and in a sparsity's ln (1 - x).
double length_of(const std::string& name, double x) {
  return name == "S" || name == "Sx" ? 1 - x : std::max(std::abs(x), 1e-3);
}

// Fits, plans and errors of coefficients all stand on these derivatives.
TEST_P(EveryLaw, GradientEqualsCentralDifferences) {
  const Law law = test::law_of_set(GetParam());
  const Table runs = test::random_runs(law, 20, 11);
  LawGraph graph = build_graph(law.definition());
  std::vector<NodeId> symbols = graph.coefficients;
  for (const Input& input : law.inputs()) symbols.push_back(graph.inputs.at(input.name));
  const std::vector<NodeId> derivatives = graph.graph.gradient(graph.loss, symbols);
  const auto gradient = law_values(law, graph.graph, derivatives, runs.rows(),
                                   [&runs](std::string_view name) { return runs.column(name); });
  const std::size_t coefficients = law.coefficients().size();
  for (std::size_t row = 0; row < runs.rows(); ++row) {
    const std::size_t index[] = {row};
    const Table run = runs.select(index);
    const auto check = [&](const std::string& name, double exact, double x, const auto& moved) {
      const double length = length_of(name, x);
      const double difference = central_difference(moved, x, length);
      const double scale = std::max(std::abs(exact), loss_at(law, run) / length);
      EXPECT_NEAR(exact, difference, 1e-9 * scale)
          << law.label() << " d/d" << name << " at row " << row;
    };
    for (std::size_t i = 0; i < coefficients; ++i)
      check(law.coefficients()[i].name, gradient[i][row], law.values()[i],
            [&](double x) { return loss_at(with_coefficient(law, i, x), run); });
    for (std::size_t i = 0; i < law.inputs().size(); ++i) {
      const std::string& name = law.inputs()[i].name;
      check(name, gradient[coefficients + i][row], run.column(name)[0],
            [&](double x) { return loss_at(law, with_input(run, name, x)); });
    }
  }
}

// Rows run through vectors of several lanes and blocks with a remainder; where a row stands must
// not show in its loss.
TEST_P(EveryLaw, RowOrderDoesNotMatterBitForBit) {
  const Law law = test::law_of_set(GetParam());
  const Table runs = test::random_runs(law, 1003, 5);
  std::vector<std::size_t> order(runs.rows());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::shuffle(order, std::mt19937_64(17));
  const std::vector<double> losses = *predict(law, runs),
                            shuffled = *predict(law, runs.select(order));
  for (std::size_t i = 0; i < order.size(); ++i)
    EXPECT_EQ(shuffled[i], losses[order[i]]) << law.label() << " " << i;
}

// `formula` with each whole word `name` as `by`.
std::string replace_name(std::string_view formula, std::string_view name, std::string_view by) {
  const auto is_word = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  std::string result;
  for (std::size_t i = 0; i < formula.size();) {
    std::size_t end = i;
    while (end < formula.size() && is_word(formula[end])) ++end;
    const std::string_view word = formula.substr(i, std::max<std::size_t>(end - i, 1));
    result += word == name ? by : word;
    i += word.size();
  }
  return result;
}

// Sizes in millions and data in billions are the same runs. The law that reads them is another
// formula, made with other constants and simplified in another way, and must say the same.
TEST_P(EveryLaw, RescaledUnitsGiveTheSamePredictions) {
  const Law law = test::law_of_set(GetParam());
  const Table runs = test::random_runs(law, 200, 23);
  std::string formula = print(law.definition().expression);
  Table rescaled;
  for (const Input& input : law.inputs()) {
    const double unit = input.name == "N" || input.name == "P"   ? 1e6
                        : input.name == "D" || input.name == "U" ? 1e9
                                                                 : 1;
    if (unit != 1)
      formula =
          replace_name(formula, input.name, (unit == 1e6 ? "(1e6*" : "(1e9*") + input.name + ")");
    std::vector<double> column(runs.column(input.name).begin(), runs.column(input.name).end());
    for (double& x : column) x /= unit;
    ASSERT_TRUE(rescaled.set(input.name, column));
  }
  std::vector<std::string> inputs;
  for (const Input& input : law.inputs()) inputs.push_back(input.name);
  const Result<Law> bare = Law::from_formula(formula, inputs);
  ASSERT_TRUE(bare) << bare.error().text();
  std::vector<double> values;
  for (const Coefficient& coefficient : bare->coefficients())
    values.push_back(test::value_of(law, coefficient.name));
  const Law other = *bare->with_values("rescaled", values);
  const std::vector<double> losses = *predict(law, runs), same = *predict(other, rescaled);
  for (std::size_t row = 0; row < runs.rows(); ++row)
    EXPECT_NEAR(same[row] / losses[row], 1, 1e-12)
        << law.label() << " as " << formula << " row " << row;
}

// A law goes where its fit file goes: what from_toml() reads back must be the same law.
TEST_P(EveryLaw, SurvivesItsOwnToml) {
  const Law law = test::law_of_set(GetParam());
  const Result<Law> copy = Law::from_toml(law.toml(), "copy");
  ASSERT_TRUE(copy) << copy.error().text();
  const Table runs = test::random_runs(law, 50, 29);
  if (law.sets().empty()) {
    EXPECT_EQ(*predict(*copy->with_values("copy", values_of(law)), runs), *predict(law, runs));
  } else {
    EXPECT_EQ(*predict(*copy->with_set(law.set_name()), runs), *predict(law, runs));
  }
}

}  // namespace
}  // namespace isoflop
