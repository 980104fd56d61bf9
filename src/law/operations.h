// The operations of formulas, one row each: how an operation is written and printed, what it
// computes, its derivative. Parser, printers and graph read this table; kernel/run.cc has the
// vector form of each operation of a graph.
//
// To add one that is made of others, like log10: a row with `build`. To add one over the rows of a
// table, like median: a row with `aggregate`. To add one that is neither: a name in Op, a row in
// the order of Op, and a case in kernel/run.cc, which does not compile without it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace isoflop {

class Graph;
using NodeId = std::uint32_t;

// Operations of a graph.
enum class Op : std::uint8_t {
  kNumber,
  kSymbol,
  kAdd,
  kSub,
  kMul,
  kDiv,
  kNeg,
  kExp,
  kLog,
  kPowLog,  // the logarithm of the base of a power: log x, but -1e300 at 0, so that 0^y and its
            // derivatives are finite: exp(y * -1e300) is 0 for y > 0 and 1 for y = 0
  kSqrt,
  kAbs,
  kSign,  // of 0: 0
  kMin,
  kMax,
  kFloor,
  kTanh,
  kSin,
  kCos,
  kAtan,
  kLess,       // 1 or 0
  kLessEqual,  // 1 or 0
  kEqual,      // 1 or 0
  kLast = kEqual,
};

inline constexpr double kLogOfZero = -1e300;  // see Op::kPowLog

// How tightly an operation binds its operands, as in the grammar of ast.h: the loosest first.
// kFraction is that of a quotient in LaTeX: as tight as an atom to its neighbours, but not under a
// power.
enum class Precedence : std::uint8_t {
  kOr,
  kAnd,
  kCompare,
  kSum,
  kTerm,
  kUnary,
  kFraction,
  kPower,
  kAtom
};
constexpr Precedence tighter(Precedence precedence) {
  return static_cast<Precedence>(static_cast<int>(precedence) + 1);
}

// When a result cannot be below 0, whatever the symbols' values.
enum class Nonnegative : std::uint8_t { kUnknown, kAlways, kIfFirst, kIfBoth, kIfEither };

// A node with its graph, so that new nodes are written as formulas: 1 - x * x.
struct Term {
  Graph* graph;
  NodeId id;
};

// A node in a backward sweep: the derivative of the output by it (its adjoint), it, its operands.
struct Backward {
  Term adjoint, node, a, b;
};

inline constexpr std::size_t kAnyNumber = std::numeric_limits<std::size_t>::max();

struct Operation {
  std::string_view text;   // operator or function; empty where no formula writes it
  std::string_view latex;  // operator or function's name; with {} the whole, {} being the operand
  Precedence precedence = Precedence::kAtom;
  std::size_t operands = 1;
  std::size_t most_operands = operands;  // more than `operands`: a op b op c ...

  // An operation of a graph.
  Op op = Op::kNumber;
  bool commutes = false;
  Nonnegative nonnegative = Nonnegative::kUnknown;
  double (*value)(double a, double b) = nullptr;
  // What the adjoint adds to those of the operands; null where the derivative is 0 or none.
  Term (*by_a)(const Backward& at) = nullptr;
  Term (*by_b)(const Backward& at) = nullptr;

  // One that is made of others.
  Term (*build)(Graph& graph, std::span<const Term> operands) = nullptr;

  // Over rows of a table, `max(D) of run`: what it makes of their numbers, at least one, which it
  // may reorder.
  double (*aggregate)(std::span<double> values) = nullptr;
};

// Whether it is written over rows alone, as `median` is and `max` is not.
constexpr bool is_aggregate(const Operation& operation) {
  return operation.value == nullptr && operation.build == nullptr && operation.aggregate != nullptr;
}

// Whether it is written by its name.
inline bool is_function(const Operation& operation) {
  return operation.precedence == Precedence::kAtom && !operation.text.empty();
}

std::span<const Operation> operations();
const Operation& operation(Op op);
inline bool is_binary(Op op) { return operation(op).operands == 2; }

// Null where there is none: an operator between that many operands, or a function of any number.
const Operation* find_operator(std::string_view symbol, std::size_t operands);
const Operation* find_function(std::string_view name);
bool is_constant(std::string_view name);  // pi
// The longest operator that the text starts with, or nothing.
std::string_view operator_at(std::string_view text);

// What an operation as it is written computes.
NodeId build_node(const Operation& operation, Graph& graph, std::span<const NodeId> operands);

}  // namespace isoflop
