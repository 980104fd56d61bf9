#include "kernel/batch.h"

#include <algorithm>

namespace isoflop {

Batch::Batch(const Graph& graph, std::span<const NodeId> outputs,
             std::span<const std::string> columns, std::size_t rows)
    : program_(compile(graph, outputs, {})),
      rows_(rows),
      stride_(padded(rows)),
      block_(block_rows(program_)),
      scalars_(program_.numbers),
      registers_(allocate_doubles(program_.registers * block_)),
      outputs_(allocate_doubles(outputs.size() * stride_)) {
  scalars_.push_back(0);  // a base address even where there are none
  // The program's own columns come first, then those that it does not read.
  std::size_t count = program_.columns.size();
  for (const std::string& name : columns) {
    const auto found = std::ranges::find(program_.columns, name);
    places_.push_back(found == program_.columns.end()
                          ? count++
                          : static_cast<std::size_t>(found - program_.columns.begin()));
  }
  columns_ = allocate_doubles(count * stride_);
  std::fill_n(columns_.get(), count * stride_, 1.0);
}

std::span<double> Batch::column(std::size_t index) {
  return {columns_.get() + places_[index] * stride_, rows_};
}

void Batch::run() {
  run_rows(program_.row_code,
           {.base = {scalars_.data(), columns_.get(), registers_.get(), outputs_.get()},
            .stride = {1, stride_, block_, stride_}},
           0, stride_, block_);
}

std::span<const double> Batch::output(std::size_t index) const {
  return {outputs_.get() + index * stride_, rows_};
}

}  // namespace isoflop
