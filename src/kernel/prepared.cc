#include "kernel/prepared.h"

#include <algorithm>
#include <utility>

namespace isoflop {

namespace {

// Registers of one block and what flows through them should stay in the first-level cache.
constexpr std::size_t kRegisterBytes = 24 * 1024;
constexpr std::size_t kSmallestBlock = 64;
constexpr std::size_t kLargestBlock = 512;
constexpr std::size_t kTableRows = 4096;  // of the table code at once: all columns are there then

// The columns that the row code reads, which it then finds in this order.
std::vector<std::size_t> keep_read_columns(Program& program) {
  constexpr auto kNone = static_cast<std::size_t>(-1);
  std::vector<std::size_t> kept, place(program.all_columns, kNone);
  for (Instruction& instruction : program.row_code) {
    for (Operand* operand : {&instruction.a, &instruction.b, &instruction.c}) {
      if (operand->space != Space::kColumn) continue;
      std::size_t& at = place[operand->index];
      if (at == kNone) {
        at = kept.size();
        kept.push_back(operand->index);
      }
      operand->index = static_cast<std::uint16_t>(at);
    }
  }
  return kept;
}

}  // namespace

std::size_t block_rows(const Program& program) {
  const std::size_t fitting = kRegisterBytes / sizeof(double) / (program.registers + 1);
  return std::clamp(fitting / kRowGroup * kRowGroup, kSmallestBlock, kLargestBlock);
}

AlignedDoubles allocate_doubles(std::size_t count) {
  return hwy::AllocateAligned<double>(std::max<std::size_t>(count, 1));
}

Prepared::Prepared(Program program, std::size_t rows, const ColumnLookup& column)
    : program_(std::move(program)),
      rows_(rows),
      padded_rows_(padded(rows)),
      block_(block_rows(program_)) {
  run_table_code(column);
}

void Prepared::run_table_code(const ColumnLookup& column) {
  const std::vector<std::size_t> kept = keep_read_columns(program_);
  columns_ = allocate_doubles(kept.size() * padded_rows_);
  std::vector<double> numbers(program_.coefficients.size());
  numbers.insert(numbers.end(), program_.numbers.begin(), program_.numbers.end());
  numbers.push_back(0);  // a base address even where there are none
  const std::size_t most = std::min(kTableRows, padded_rows_);
  const AlignedDoubles all = allocate_doubles(program_.all_columns * most);
  for (std::size_t first = 0; first < padded_rows_; first += most) {
    const std::size_t last = std::min(first + most, padded_rows_);
    for (std::size_t i = 0; i < program_.columns.size(); ++i) {
      const std::span<const double> source = column(program_.columns[i]);
      for (std::size_t row = first; row < last; ++row)
        all[i * most + row - first] = source[std::min(row, rows_ - 1)];
    }
    run_rows(program_.table_code,
             {.base = {numbers.data(), all.get(), nullptr, nullptr}, .stride = {1, most, 0, 0}}, 0,
             last - first, block_);
    for (std::size_t i = 0; i < kept.size(); ++i)
      std::copy_n(all.get() + kept[i] * most, last - first,
                  columns_.get() + i * padded_rows_ + first);
  }
}

Prepared::Scratch Prepared::make_scratch() const {
  Scratch scratch;
  scratch.scalars.resize(program_.scalars + 1);
  std::ranges::copy(program_.numbers,
                    scratch.scalars.begin() + static_cast<long>(program_.coefficients.size()));
  scratch.registers = allocate_doubles(program_.registers * block_);
  return scratch;
}

void Prepared::run_call_code(std::span<const double> coefficients,
                             std::vector<double>& scalars) const {
  std::ranges::copy(coefficients, scalars.begin());
  for (const Instruction& instruction : program_.call_code)
    scalars[instruction.result.index] =
        operation(instruction.op).value(scalars[instruction.a.index], scalars[instruction.b.index]);
}

void Prepared::run(std::span<const double> coefficients, double* out, std::size_t stride,
                   Scratch& scratch, const ProgramPart& part) const {
  std::span code(program_.row_code);
  code = code.first(program_.levels[part.level].row_code);
  if (part.first_level == 0)
    run_call_code(coefficients, scratch.scalars);
  else
    code = code.subspan(program_.levels[part.first_level - 1].row_code);
  run_rows(code,
           {.base = {scratch.scalars.data(), columns_.get(), scratch.registers.get(), out},
            .stride = {1, padded_rows_, block_, stride},
            .first_output_row = part.first_row},
           part.first_row, part.last_row, block_);
}

}  // namespace isoflop
