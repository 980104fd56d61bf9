// The one SIMD room: instructions over blocks of rows, in the widest vectors that the processor has
// (SSE2, SSE4, AVX2, AVX-512, NEON, WebAssembly; chosen at run time by Highway).
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "law/program.h"

namespace isoflop {

// Rows come in groups of this many, so that every row goes through the same vector code: 8 doubles
// are the widest vector. Columns are padded to a whole number of groups and start on a 64-byte
// boundary.
inline constexpr std::size_t kRowGroup = 8;

constexpr std::size_t padded(std::size_t rows) {
  return (rows + kRowGroup - 1) / kRowGroup * kRowGroup;
}

// Where each space of operands lies: operand i of a space begins at base + i * stride. A column has
// every row, an output those from `first_output_row` on, a register those of one block.
struct RowMemory {
  std::array<double*, 4> base{};  // by Space
  std::array<std::size_t, 4> stride{};
  std::size_t first_output_row = 0;
};

// Runs the instructions over rows first .. last - 1 (multiples of kRowGroup) in blocks of `block`
// rows.
void run_rows(std::span<const Instruction> code, const RowMemory& memory, std::size_t first,
              std::size_t last, std::size_t block);

// The vector instruction set that run_rows uses on this machine: "AVX3", "AVX2", ...
const char* vector_target();

}  // namespace isoflop
