// A graph made ready to run over the rows of a table: three sequences of instructions, one for each
// stage.
//
//   table code   once a table: what depends on columns only (ln N, 1-S), into columns of its own
//   call code    once a call: what depends on coefficients only, plain numbers
//   row code     once a call and row: the rest, over blocks of rows in registers that are reused
//
// Outputs may come in levels, each needing those before it (a loss, its gradient, its second
// derivatives): a run may end after any level, and the levels share what they have in common.
//
// Kernels (kernel/prepared.h) run it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "law/graph.h"

namespace isoflop {

// Where an operand lives.
enum class Space : std::uint8_t {
  kScalar,    // numbers, coefficients, results of call code
  kColumn,    // input columns, then results of table code
  kRegister,  // a block's worth of rows
  kOutput,    // a result column of the caller
};

struct Operand {
  Space space = Space::kScalar;
  std::uint16_t index = 0;
};

// Operations of the row code: those of the graph, and fused ones.
enum class RowOp : std::uint8_t {
  kPlain,      // Instruction::op
  kMulAdd,     // a * b + c
  kMulSub,     // a * b - c
  kNegMulAdd,  // c - a * b
  kCopy,
};

struct Instruction {
  RowOp row_op = RowOp::kPlain;
  Op op = Op::kNumber;
  Operand result, a, b, c;
};

struct Program {
  std::vector<std::string> columns;       // names of the input columns, the first of Space::kColumn
  std::vector<std::string> coefficients;  // names of the coefficients, the first of Space::kScalar
  std::vector<double> numbers;            // constants, after the coefficients in Space::kScalar
  std::size_t scalars = 0;                // how many of each there are in all
  std::size_t all_columns = 0;
  std::size_t registers = 0;
  std::vector<Instruction> table_code, call_code, row_code;
  struct Level {
    std::size_t outputs = 0;   // how many outputs there are up to the end of the level
    std::size_t row_code = 0;  // and instructions of row code
  };
  std::vector<Level> levels;  // at least one; the last is the whole
};

// `coefficients` gives the order in which values will be passed; a symbol of stage kTable becomes a
// column, and so does one of stage kRow, whose column may hold other values in each call, as no
// table code depends on it. `levels` says how many of the outputs each level has; without it there
// is one.
Program compile(const Graph& graph, std::span<const NodeId> outputs,
                std::span<const std::string> coefficients,
                std::span<const std::size_t> levels = {});

}  // namespace isoflop
