// A program bound to a table: columns padded and aligned, all that depends on columns alone
// computed once.
#pragma once

#include <hwy/aligned_allocator.h>

#include <cstddef>
#include <span>
#include <vector>

#include "kernel/evaluate.h"
#include "kernel/run.h"
#include "law/program.h"

namespace isoflop {

// Memory on a 64-byte boundary, uninitialised.
using AlignedDoubles = hwy::AlignedFreeUniquePtr<double[]>;
AlignedDoubles allocate_doubles(std::size_t count);

// How many rows a block of the program's row code should have: its registers stay in the
// first-level cache.
std::size_t block_rows(const Program& program);

// A part of a program and of a table.
struct ProgramPart {
  std::size_t level = 0;  // of the program: its outputs and those of levels before it
  std::size_t first_row = 0, last_row = 0;  // from first to last - 1, multiples of kRowGroup
  // Levels before this one are done: by the last run with this scratch, over the same rows, which
  // are no more than rows_at_once().
  std::size_t first_level = 0;
};

class Prepared {
 public:
  // `column` gives each of the program's columns, `rows` long (at least 1). Padding repeats the
  // last row. Only columns that the row code reads are kept.
  Prepared(Program program, std::size_t rows, const ColumnLookup& column);

  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t padded_rows() const { return padded_rows_; }
  [[nodiscard]] std::size_t rows_at_once() const { return block_; }
  [[nodiscard]] std::size_t outputs() const { return program_.levels.back().outputs; }

  // What one thread needs to run; reused from call to call.
  struct Scratch {
    std::vector<double> scalars;
    AlignedDoubles registers;
  };
  [[nodiscard]] Scratch make_scratch() const;

  // The outputs of a part: output i at row r is written to out[i * stride + r - part.first_row];
  // `out` is 64-byte aligned, `stride` a multiple of kRowGroup and at least the part's rows.
  // Coefficients are in the program's order.
  void run(std::span<const double> coefficients, double* out, std::size_t stride, Scratch& scratch,
           const ProgramPart& part) const;
  // All outputs for all rows, padded_rows() apart.
  void run(std::span<const double> coefficients, double* out, Scratch& scratch) const {
    run(coefficients, out, padded_rows_, scratch, {program_.levels.size() - 1, 0, padded_rows_});
  }

 private:
  void run_table_code(const ColumnLookup& column);
  void run_call_code(std::span<const double> coefficients, std::vector<double>& scalars) const;

  Program program_;
  std::size_t rows_;
  std::size_t padded_rows_;
  std::size_t block_;
  AlignedDoubles columns_;
};

}  // namespace isoflop
