#include "law/operations.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "kernel/prepared.h"
#include "law/ast.h"
#include "law/lower.h"

namespace isoflop {
namespace {

// No point lies on a kink, a step or an edge of a domain, nor so near that a difference crosses it.
const std::vector<double> kPoints = {0.3, 0.7, 1.2, 2.6, 4.4, -0.4, -1.3, -3.6};

struct Operands {
  double a, b;
};
std::vector<Operands> pairs() {
  std::vector<Operands> all;
  for (const double a : kPoints)
    for (const double b : kPoints)
      if (a != b) all.push_back({a, b});
  return all;
}

std::vector<const Operation*> of_graph() {
  std::vector<const Operation*> all;
  for (const Operation& each : operations())
    if (each.value != nullptr) all.push_back(&each);
  return all;
}

// The operation, and its derivatives by both operands, by the kernel; the operands are columns.
std::array<std::vector<double>, 3> run(Op op) {
  Graph graph;
  const NodeId a = graph.symbol("a", Stage::kRow, false), b = graph.symbol("b", Stage::kRow, false);
  const NodeId value = is_binary(op) ? graph.binary(op, a, b) : graph.unary(op, a);
  const NodeId symbols[] = {a, b};
  std::vector<NodeId> outputs = graph.gradient(value, symbols);
  outputs.insert(outputs.begin(), value);
  std::vector<double> columns[2];
  for (const Operands& each : pairs()) {
    columns[0].push_back(each.a);
    columns[1].push_back(each.b);
  }
  const Prepared prepared(compile(graph, outputs, {}), columns[0].size(),
                          [&](std::string_view name) { return std::span(columns[name == "b"]); });
  const AlignedDoubles out = allocate_doubles(3 * prepared.padded_rows());
  Prepared::Scratch scratch = prepared.make_scratch();
  prepared.run({}, out.get(), scratch);
  std::array<std::vector<double>, 3> results;
  for (std::size_t i = 0; i < 3; ++i) {
    const double* from = out.get() + i * prepared.padded_rows();
    results[i].assign(from, from + prepared.rows());
  }
  return results;
}

void expect_near(double seen, double truth, double tolerance) {
  if (std::isnan(truth))
    EXPECT_TRUE(std::isnan(seen)) << seen;
  else
    EXPECT_NEAR(seen, truth, tolerance * std::max(1.0, std::abs(truth)));
}

// Constants are folded by a row's `value` and tables are run by the kernel: a formula must not
// change its meaning with what happens to be constant in it.
TEST(Operations, TheKernelComputesTheValue) {
  for (const Operation* each : of_graph()) {
    SCOPED_TRACE(static_cast<int>(each->op));
    const std::vector<double> values = run(each->op)[0];
    for (std::size_t i = 0; i < values.size(); ++i)
      expect_near(values[i], each->value(pairs()[i].a, pairs()[i].b), 1e-14);
  }
}

TEST(Operations, DerivativesAreThoseOfTheValue) {
  constexpr double kStep = 1e-6;
  for (const Operation* each : of_graph()) {
    SCOPED_TRACE(static_cast<int>(each->op));
    const auto results = run(each->op);
    for (std::size_t i = 0; i < pairs().size(); ++i) {
      const auto [a, b] = pairs()[i];
      const auto value = each->value;
      if (std::isnan(value(a, b))) continue;
      SCOPED_TRACE(testing::Message() << a << " " << b);
      expect_near(results[1][i], (value(a + kStep, b) - value(a - kStep, b)) / (2 * kStep), 1e-8);
      if (!is_binary(each->op)) continue;
      expect_near(results[2][i], (value(a, b + kStep) - value(a, b - kStep)) / (2 * kStep), 1e-8);
    }
  }
}

// The graph drops a logarithm of an exponential, and more, where it believes in a sign; and takes
// operands in either order.
TEST(Operations, KeepWhatTheyPromise) {
  for (const Operation* each : of_graph()) {
    SCOPED_TRACE(static_cast<int>(each->op));
    for (const auto& [a, b] : pairs()) {
      const double value = each->value(a, b);
      if (each->commutes) {
        EXPECT_EQ(value, each->value(b, a));
      }
      const Nonnegative promise = each->nonnegative;
      const bool first = a >= 0, second = b >= 0;
      if (promise == Nonnegative::kAlways || (promise == Nonnegative::kIfFirst && first) ||
          (promise == Nonnegative::kIfBoth && first && second) ||
          (promise == Nonnegative::kIfEither && (first || second))) {
        EXPECT_FALSE(value < 0) << a << " " << b;
      }
    }
  }
}

// What a formula is read from, printed to and computed by is one row.
TEST(Operations, AreReadAsTheyAreWritten) {
  for (const Operation& each : operations()) {
    if (each.text.empty()) continue;
    std::string text(each.text);
    if (is_aggregate(each))
      text += "(a) of (b, {c d})";
    else if (is_function(each) && each.operands > 0)
      text += each.operands == 1 ? "(a)" : "(a, b)";
    else if (each.operands > 0)
      text = each.operands == 1 ? text + "a" : "a " + text + " b";
    const Grammar grammar{.texts = is_aggregate(each)};
    const Result<Ast> ast = parse_formula(text, "test", grammar);
    ASSERT_TRUE(ast) << ast.error().text();
    EXPECT_EQ(&operation_of(*ast), &each) << text;
    EXPECT_EQ(parse_formula(print(*ast), "test", grammar)->text, each.text);
    if (!is_aggregate(each)) continue;
    EXPECT_EQ(print(*ast), text);
  }
}

}  // namespace
}  // namespace isoflop
