// Frames of Python as raw tables of the library.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "bind.h"
#include "data/raw_table.h"
#include "isoflop/read_table.h"
#include "workflow/runs.h"

namespace isoflop::python {

// A column of a frame: numbers where they lie, or texts.
using Cells = std::variant<Array, std::vector<std::string>>;

// A frame whose columns are asked for when they are read: `column(name)` gives an array of numbers
// or a list of texts.
struct Frame {
  std::vector<std::string> names;
  std::size_t rows = 0;
  nb::object column;
  std::string source;
};

// The frame in the shape that the mapping wants; it must outlive what is returned.
RunsFile file_of(const Frame& frame, const Mapping& mapping);

nb::dict columns_of(const Table& table);

}  // namespace isoflop::python
