#include "law/graph.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "isoflop/law.h"
#include "kernel/prepared.h"
#include "law/definition.h"
#include "law/lower.h"
#include "law/program.h"

namespace isoflop {
namespace {

// Values of outputs at one point, through the whole chain: columns x, coefficients a and b.
std::vector<double> run(const Graph& graph, const std::vector<NodeId>& outputs, double x, double a,
                        double b) {
  const std::vector<std::string> names = {"a", "b"};
  const Prepared prepared(compile(graph, outputs, names), 1,
                          [&](std::string_view) { return std::span(&x, 1); });
  const AlignedDoubles out = allocate_doubles(outputs.size() * prepared.padded_rows());
  Prepared::Scratch scratch = prepared.make_scratch();
  const double coefficients[] = {a, b};
  prepared.run(coefficients, out.get(), scratch);
  std::vector<double> values;
  for (std::size_t i = 0; i < outputs.size(); ++i)
    values.push_back(out[i * prepared.padded_rows()]);
  return values;
}

NodeId build(std::string_view formula, Graph& graph) {
  return lower(*parse_formula(formula, "test"), graph, [&](std::string_view name) {
    return graph.symbol(name, name == "x" ? Stage::kTable : Stage::kCall, true);
  });
}

std::size_t count(const Program& program, Op op) {
  std::size_t found = 0;
  for (const Instruction& instruction : program.row_code)
    found += instruction.row_op == RowOp::kPlain && instruction.op == op ? 1 : 0;
  return found;
}

// A wrong rule of differentiation would send every fit of a law that uses it astray.
TEST(Graph, DerivativesOfEveryFunctionEqualDifferences) {
  for (const std::string formula :
       {"a*x + b",     "a - b*x",       "a/(b + x)",        "(a + x)/b",
        "-(a*x)",      "exp(a*x)",      "log(a + b*x)",     "log10(a*x)",
        "log2(a + x)", "sqrt(a*x + b)", "abs(a - b*x)",     "min(a*x, b)",
        "max(a*x, b)", "tanh(a*x - b)", "sigmoid(a*x - b)", "sin(a*x)",
        "cos(b*x)",    "atan(a*x)",     "floor(x) + a*b",   "x^a",
        "(a*x)^b",     "(a + x)^3",     "(a/x)^b",          "a^x",
        "(x/a)^-2",    "a/x^b",         "exp(a)*exp(b*x)",  "log(exp(a*x)*b)"}) {
    SCOPED_TRACE(formula);
    Graph graph;
    const NodeId value = build(formula, graph);
    const NodeId symbols[] = {graph.symbol("a", Stage::kCall, true),
                              graph.symbol("b", Stage::kCall, true),
                              graph.symbol("x", Stage::kTable, true)};
    std::vector<NodeId> outputs = graph.gradient(value, symbols);
    outputs.push_back(value);
    const double x = 1.3, a = 0.7, b = 0.4, h = 6e-6;
    const std::vector<double> exact = run(graph, outputs, x, a, b);
    const auto difference = [&](double dx, double da, double db) {
      const double up = run(graph, outputs, x + dx, a + da, b + db)[3];
      const double down = run(graph, outputs, x - dx, a - da, b - db)[3];
      return (up - down) / (2 * h);
    };
    EXPECT_NEAR(exact[0], difference(0, h, 0), 1e-8);
    EXPECT_NEAR(exact[1], difference(0, 0, h), 1e-8);
    EXPECT_NEAR(exact[2], difference(h, 0, 0), 1e-8);
  }
}

// Sparsity is 0 in dense runs: 0^y must be what it is in the limit, and so must its derivative by
// y, or one dense run would make a whole fit undefined.
TEST(Graph, PowersOfZeroAreFinite) {
  Graph graph;
  const NodeId power = build("x^a", graph);
  const NodeId symbols[] = {graph.symbol("a", Stage::kCall, true)};
  const std::vector<NodeId> outputs = {power, graph.gradient(power, symbols)[0]};
  EXPECT_EQ(run(graph, outputs, 0, 0.5, 0), (std::vector<double>{0, 0}));
  EXPECT_EQ(run(graph, outputs, 0, 0, 0)[0], 1);
  EXPECT_EQ(run(graph, outputs, 0, -1, 0)[0], std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(run(graph, outputs, -1, 0.5, 0)[0]));
}

// The floor of a fit's speed: a log residual of hoffmann2022 costs two exp and one log a row, with
// or without its five derivatives. More would mean that parts are not shared, or that work leaks
// from the table into the rows.
TEST(Graph, HoffmannCostsTwoExpAndOneLog) {
  const Result<Law> law = find_law("hoffmann2022");
  LawGraph built = build_graph(law->definition());
  Graph& graph = built.graph;
  const NodeId residual =
      graph.sub(graph.log(built.loss), graph.log(graph.symbol("loss", Stage::kTable, true)));
  std::vector<NodeId> outputs = graph.gradient(residual, built.coefficients);
  outputs.push_back(residual);
  const Program program = compile(graph, outputs, coefficient_names(law->definition()));
  EXPECT_EQ(count(program, Op::kExp), 2U);
  EXPECT_EQ(count(program, Op::kLog), 1U);
  EXPECT_EQ(count(program, Op::kPowLog), 0U);
  EXPECT_LE(count(program, Op::kDiv), 1U);
}

// (aD/D)^bD: the logarithm of a ratio of a coefficient and a column must not be taken in every row.
TEST(Graph, LogarithmsOfRatiosAreSplit) {
  Graph graph;
  const NodeId outputs[] = {build("(a/x)^b", graph)};
  const std::vector<std::string> names = {"a", "b"};
  const Program program = compile(graph, outputs, names);
  EXPECT_EQ(count(program, Op::kPowLog), 0U);
  EXPECT_EQ(count(program, Op::kExp), 1U);
}

TEST(Graph, EqualPartsExistOnce) {
  Graph graph;
  const NodeId once = build("a*x + b", graph);
  EXPECT_EQ(build("b + x*a", graph), once);
  EXPECT_EQ(build("(a*x + b)*1 + 0 - 0/a", graph), once);
  EXPECT_EQ(build("log(exp(a*x + b))", graph), once);
}

}  // namespace
}  // namespace isoflop
