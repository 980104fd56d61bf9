#include "law/operations.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include "law/graph.h"

namespace isoflop {

namespace {

using enum Precedence;

Term operator+(Term a, Term b) { return {a.graph, a.graph->add(a.id, b.id)}; }
Term operator-(Term a, Term b) { return {a.graph, a.graph->sub(a.id, b.id)}; }
Term operator*(Term a, Term b) { return {a.graph, a.graph->mul(a.id, b.id)}; }
Term operator/(Term a, Term b) { return {a.graph, a.graph->div(a.id, b.id)}; }
Term operator-(Term a) { return {a.graph, a.graph->neg(a.id)}; }
Term operator+(double a, Term b) { return Term{b.graph, b.graph->number(a)} + b; }
Term operator-(double a, Term b) { return Term{b.graph, b.graph->number(a)} - b; }
Term operator*(double a, Term b) { return Term{b.graph, b.graph->number(a)} * b; }
Term apply(Op op, Term a) { return {a.graph, a.graph->unary(op, a.id)}; }
Term apply(Op op, Term a, Term b) { return {a.graph, a.graph->binary(op, a.id, b.id)}; }

Term negate(Term a) { return apply(Op::kEqual, a, {a.graph, a.graph->number(0)}); }

// 1 or 0 for a value that may be another number.
Term truth(Term a) {
  const Op op = a.graph->node(a.id).op;
  const bool is_truth = op == Op::kLess || op == Op::kLessEqual || op == Op::kEqual;
  return is_truth ? a : negate(negate(a));
}

using Terms = std::span<const Term>;
using Numbers = std::span<double>;

double mean(Numbers x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

double median(Numbers x) {
  const auto middle = x.begin() + static_cast<std::ptrdiff_t>(x.size() / 2);
  std::nth_element(x.begin(), middle, x.end());
  return x.size() % 2 == 1 ? *middle : (*std::max_element(x.begin(), middle) + *middle) / 2;
}

constexpr Operation kOperations[] = {
    {.operands = 0, .op = Op::kNumber},
    {.operands = 0, .op = Op::kSymbol},
    {.text = "+",
     .latex = " + ",
     .precedence = kSum,
     .operands = 2,
     .op = Op::kAdd,
     .commutes = true,
     .nonnegative = Nonnegative::kIfBoth,
     .value = [](double a, double b) { return a + b; },
     .by_a = [](const Backward& at) { return at.adjoint; },
     .by_b = [](const Backward& at) { return at.adjoint; }},
    {.text = "-",
     .latex = " - ",
     .precedence = kSum,
     .operands = 2,
     .op = Op::kSub,
     .value = [](double a, double b) { return a - b; },
     .by_a = [](const Backward& at) { return at.adjoint; },
     .by_b = [](const Backward& at) { return -at.adjoint; }},
    {.text = "*",
     .precedence = kTerm,
     .operands = 2,
     .op = Op::kMul,
     .commutes = true,
     .nonnegative = Nonnegative::kIfBoth,
     .value = [](double a, double b) { return a * b; },
     .by_a = [](const Backward& at) { return at.adjoint * at.b; },
     .by_b = [](const Backward& at) { return at.adjoint * at.a; }},
    {.text = "/",
     .precedence = kTerm,
     .operands = 2,
     .op = Op::kDiv,
     .nonnegative = Nonnegative::kIfBoth,
     .value = [](double a, double b) { return a / b; },
     .by_a = [](const Backward& at) { return at.adjoint / at.b; },
     .by_b = [](const Backward& at) { return -(at.adjoint / at.b * at.node); }},
    {.text = "-",
     .latex = "-",
     .precedence = kUnary,
     .op = Op::kNeg,
     .value = [](double a, double) { return -a; },
     .by_a = [](const Backward& at) { return -at.adjoint; }},
    {.text = "exp",
     .latex = "\\exp",
     .op = Op::kExp,
     .nonnegative = Nonnegative::kAlways,
     .value = [](double a, double) { return std::exp(a); },
     .by_a = [](const Backward& at) { return at.adjoint * at.node; }},
    {.text = "log",
     .latex = "\\ln",
     .op = Op::kLog,
     .value = [](double a, double) { return std::log(a); },
     .by_a = [](const Backward& at) { return at.adjoint / at.a; }},
    {.op = Op::kPowLog,
     .value = [](double a, double) { return a == 0 ? kLogOfZero : std::log(a); },
     .by_a = [](const Backward& at) { return at.adjoint / at.a; }},
    {.text = "sqrt",
     .latex = "\\sqrt{{{}}}",
     .op = Op::kSqrt,
     .nonnegative = Nonnegative::kAlways,
     .value = [](double a, double) { return std::sqrt(a); },
     .by_a = [](const Backward& at) { return at.adjoint / (2 * at.node); }},
    {.text = "abs",
     .latex = "\\left|{}\\right|",
     .op = Op::kAbs,
     .nonnegative = Nonnegative::kAlways,
     .value = [](double a, double) { return std::abs(a); },
     .by_a = [](const Backward& at) { return at.adjoint * apply(Op::kSign, at.a); }},
    {.op = Op::kSign,
     .nonnegative = Nonnegative::kIfFirst,
     .value = [](double a, double) -> double { return (a > 0) - (a < 0); }},
    // At a tie of min or max the whole derivative goes to the first operand.
    {.text = "min",
     .latex = "\\min",
     .operands = 2,
     .most_operands = kAnyNumber,
     .op = Op::kMin,
     .commutes = true,
     .nonnegative = Nonnegative::kIfBoth,
     .value = [](double a, double b) { return b < a ? b : a; },
     .by_a = [](const Backward& at) { return at.adjoint * apply(Op::kLessEqual, at.a, at.b); },
     .by_b =
         [](const Backward& at) { return at.adjoint * (1 - apply(Op::kLessEqual, at.a, at.b)); },
     .aggregate = [](Numbers x) { return std::ranges::min(x); }},
    {.text = "max",
     .latex = "\\max",
     .operands = 2,
     .most_operands = kAnyNumber,
     .op = Op::kMax,
     .commutes = true,
     .nonnegative = Nonnegative::kIfEither,
     .value = [](double a, double b) { return a < b ? b : a; },
     .by_a = [](const Backward& at) { return at.adjoint * apply(Op::kLessEqual, at.b, at.a); },
     .by_b =
         [](const Backward& at) { return at.adjoint * (1 - apply(Op::kLessEqual, at.b, at.a)); },
     .aggregate = [](Numbers x) { return std::ranges::max(x); }},
    {.text = "floor",
     .latex = "\\left\\lfloor {} \\right\\rfloor",
     .op = Op::kFloor,
     .nonnegative = Nonnegative::kIfFirst,
     .value = [](double a, double) { return std::floor(a); }},
    {.text = "tanh",
     .latex = "\\tanh",
     .op = Op::kTanh,
     .nonnegative = Nonnegative::kIfFirst,
     .value = [](double a, double) { return std::tanh(a); },
     .by_a = [](const Backward& at) { return at.adjoint * (1 - at.node * at.node); }},
    {.text = "sin",
     .latex = "\\sin",
     .op = Op::kSin,
     .value = [](double a, double) { return std::sin(a); },
     .by_a = [](const Backward& at) { return at.adjoint * apply(Op::kCos, at.a); }},
    {.text = "cos",
     .latex = "\\cos",
     .op = Op::kCos,
     .value = [](double a, double) { return std::cos(a); },
     .by_a = [](const Backward& at) { return -(at.adjoint * apply(Op::kSin, at.a)); }},
    {.text = "atan",
     .latex = "\\arctan",
     .op = Op::kAtan,
     .nonnegative = Nonnegative::kIfFirst,
     .value = [](double a, double) { return std::atan(a); },
     .by_a = [](const Backward& at) { return at.adjoint / (1 + at.a * at.a); }},
    {.text = "<",
     .latex = " < ",
     .precedence = kCompare,
     .operands = 2,
     .op = Op::kLess,
     .nonnegative = Nonnegative::kAlways,
     .value = [](double a, double b) { return a < b ? 1.0 : 0.0; }},
    {.text = "<=",
     .latex = " \\le ",
     .precedence = kCompare,
     .operands = 2,
     .op = Op::kLessEqual,
     .nonnegative = Nonnegative::kAlways,
     .value = [](double a, double b) { return a <= b ? 1.0 : 0.0; }},
    {.text = "==",
     .latex = " = ",
     .precedence = kCompare,
     .operands = 2,
     .op = Op::kEqual,
     .commutes = true,
     .nonnegative = Nonnegative::kAlways,
     .value = [](double a, double b) { return a == b ? 1.0 : 0.0; }},
    // Made of others.
    {.text = "!=",
     .latex = " \\ne ",
     .precedence = kCompare,
     .operands = 2,
     .build = [](Graph&, Terms x) { return negate(apply(Op::kEqual, x[0], x[1])); }},
    {.text = ">",
     .latex = " > ",
     .precedence = kCompare,
     .operands = 2,
     .build = [](Graph&, Terms x) { return apply(Op::kLess, x[1], x[0]); }},
    {.text = ">=",
     .latex = " \\ge ",
     .precedence = kCompare,
     .operands = 2,
     .build = [](Graph&, Terms x) { return apply(Op::kLessEqual, x[1], x[0]); }},
    {.text = "&&",
     .latex = " \\land ",
     .precedence = kAnd,
     .operands = 2,
     .build = [](Graph&, Terms x) { return truth(x[0]) * truth(x[1]); }},
    {.text = "||",
     .latex = " \\lor ",
     .precedence = kOr,
     .operands = 2,
     .build = [](Graph&, Terms x) { return apply(Op::kMax, truth(x[0]), truth(x[1])); }},
    {.text = "!",
     .latex = "\\lnot ",
     .precedence = kUnary,
     .build = [](Graph&, Terms x) { return negate(x[0]); }},
    {.text = "^",
     .precedence = kPower,
     .operands = 2,
     .build = [](Graph& graph, Terms x) { return Term{&graph, graph.pow(x[0].id, x[1].id)}; }},
    {.text = "pi",
     .latex = "\\pi",
     .operands = 0,
     .build = [](Graph& graph, Terms) { return Term{&graph, graph.number(std::numbers::pi)}; }},
    {.text = "mod",  // of the sign of the second
     .latex = "\\operatorname{mod}",
     .operands = 2,
     .build = [](Graph&, Terms x) { return x[0] - x[1] * apply(Op::kFloor, x[0] / x[1]); }},
    {.text = "log10",
     .latex = "\\log_{10}",
     .build = [](Graph&, Terms x) { return 1 / std::numbers::ln10 * apply(Op::kLog, x[0]); }},
    {.text = "log2",
     .latex = "\\log_{2}",
     .build = [](Graph&, Terms x) { return 1 / std::numbers::ln2 * apply(Op::kLog, x[0]); }},
    {.text = "sigmoid",  // as a tanh, so that nothing overflows on either side
     .latex = "\\operatorname{sigmoid}",
     .build = [](Graph&, Terms x) { return 0.5 + 0.5 * apply(Op::kTanh, 0.5 * x[0]); }},
    // Over rows alone.
    {.text = "mean", .aggregate = mean},
    {.text = "median", .aggregate = median},
    {.text = "count", .aggregate = [](Numbers x) { return static_cast<double>(x.size()); }},
};

constexpr std::size_t kOpCount = static_cast<std::size_t>(Op::kLast) + 1;
static_assert([] {
  for (std::size_t i = 0; i < std::size(kOperations); ++i) {
    const bool of_graph = i < kOpCount;
    const bool other = kOperations[i].build != nullptr || is_aggregate(kOperations[i]);
    if (of_graph == other) return false;
    if (of_graph && kOperations[i].op != static_cast<Op>(i)) return false;
  }
  return true;
}());

}  // namespace

std::span<const Operation> operations() { return kOperations; }

const Operation& operation(Op op) { return kOperations[static_cast<std::size_t>(op)]; }

const Operation* find_operator(std::string_view symbol, std::size_t operands) {
  for (const Operation& each : kOperations)
    if (!is_function(each) && each.text == symbol && each.operands == operands) return &each;
  return nullptr;
}

const Operation* find_function(std::string_view name) {
  for (const Operation& each : kOperations)
    if (is_function(each) && each.text == name) return &each;
  return nullptr;
}

bool is_constant(std::string_view name) {
  const Operation* found = find_function(name);
  return found != nullptr && found->operands == 0;
}

std::string_view operator_at(std::string_view text) {
  std::string_view longest;
  for (const Operation& each : kOperations)
    if (!is_function(each) && text.starts_with(each.text) && each.text.size() > longest.size())
      longest = each.text;
  return longest;
}

NodeId build_node(const Operation& operation, Graph& graph, std::span<const NodeId> operands) {
  if (operation.build != nullptr) {
    std::vector<Term> terms;
    for (const NodeId operand : operands) terms.push_back({&graph, operand});
    return operation.build(graph, terms).id;
  }
  NodeId result = operands[0];
  if (operation.operands == 1) return graph.unary(operation.op, result);
  for (const NodeId operand : operands.subspan(1))
    result = graph.binary(operation.op, result, operand);
  return result;
}

}  // namespace isoflop
