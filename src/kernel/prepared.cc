#include "kernel/prepared.h"

#include <algorithm>
#include <utility>

namespace isoflop {

namespace {

// Registers of one block and what flows through them should stay in the first-level cache.
constexpr std::size_t kRegisterBytes = 24 * 1024;
constexpr std::size_t kSmallestBlock = 64;
constexpr std::size_t kLargestBlock = 512;

std::size_t block_rows(const Program& program) {
  const std::size_t fitting = kRegisterBytes / sizeof(double) / (program.registers + 1);
  return std::clamp(fitting / kRowGroup * kRowGroup, kSmallestBlock, kLargestBlock);
}

void copy_padded(std::span<const double> column, std::size_t padded_rows, double* to) {
  std::ranges::copy(column, to);
  std::fill(to + column.size(), to + padded_rows, column.back());
}

}  // namespace

AlignedDoubles allocate_doubles(std::size_t count) {
  return hwy::AllocateAligned<double>(std::max<std::size_t>(count, 1));
}

Prepared::Prepared(Program program, std::size_t rows, const ColumnLookup& column)
    : program_(std::move(program)),
      rows_(rows),
      padded_rows_(padded(rows)),
      block_(block_rows(program_)),
      columns_(allocate_doubles(program_.all_columns * padded_rows_)) {
  for (std::size_t i = 0; i < program_.columns.size(); ++i)
    copy_padded(column(program_.columns[i]), padded_rows_, columns_.get() + i * padded_rows_);
  std::vector<double> numbers(program_.coefficients.size());
  numbers.insert(numbers.end(), program_.numbers.begin(), program_.numbers.end());
  numbers.push_back(0);  // a base address even where there are none
  run_rows(program_.table_code, memory(numbers.data(), nullptr, nullptr), 0, padded_rows_, block_);
}

Prepared::Scratch Prepared::make_scratch() const {
  Scratch scratch;
  scratch.scalars.resize(program_.scalars + 1);
  std::ranges::copy(program_.numbers,
                    scratch.scalars.begin() + static_cast<long>(program_.coefficients.size()));
  scratch.registers = allocate_doubles(program_.registers * block_);
  return scratch;
}

Memory Prepared::memory(double* scalars, double* registers, double* out) const {
  return {.base = {scalars, columns_.get(), registers, out},
          .stride = {1, padded_rows_, block_, padded_rows_}};
}

void Prepared::run_call_code(std::span<const double> coefficients,
                             std::vector<double>& scalars) const {
  std::ranges::copy(coefficients, scalars.begin());
  for (const Instruction& instruction : program_.call_code)
    scalars[instruction.result.index] =
        apply(instruction.op, scalars[instruction.a.index], scalars[instruction.b.index]);
}

void Prepared::run(std::span<const double> coefficients, double* out, Scratch& scratch,
                   std::size_t first, std::size_t last) const {
  run_call_code(coefficients, scratch.scalars);
  run_rows(program_.row_code, memory(scratch.scalars.data(), scratch.registers.get(), out), first,
           last, block_);
}

}  // namespace isoflop
