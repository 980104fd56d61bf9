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

class Prepared {
 public:
  // `column` gives each of the program's columns, `rows` long (at least 1). Padding repeats the
  // last row.
  Prepared(Program program, std::size_t rows, const ColumnLookup& column);

  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t padded_rows() const { return padded_rows_; }
  [[nodiscard]] std::size_t outputs() const { return program_.outputs; }

  // What one thread needs to run; reused from call to call.
  struct Scratch {
    std::vector<double> scalars;
    AlignedDoubles registers;
  };
  [[nodiscard]] Scratch make_scratch() const;

  // All outputs for rows first .. last - 1, multiples of kRowGroup (last may be padded_rows()).
  // Output i at row r is written to out[i * padded_rows() + r]; `out` is 64-byte aligned.
  // Coefficients are in the program's order.
  void run(std::span<const double> coefficients, double* out, Scratch& scratch, std::size_t first,
           std::size_t last) const;
  void run(std::span<const double> coefficients, double* out, Scratch& scratch) const {
    run(coefficients, out, scratch, 0, padded_rows_);
  }

 private:
  void run_call_code(std::span<const double> coefficients, std::vector<double>& scalars) const;
  [[nodiscard]] Memory memory(double* scalars, double* registers, double* out) const;

  Program program_;
  std::size_t rows_;
  std::size_t padded_rows_;
  std::size_t block_;
  AlignedDoubles columns_;
};

}  // namespace isoflop
