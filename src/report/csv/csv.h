// A table as CSV: names in the first line, one run a line.
//
// Every number has the shortest text that reads back to the same double. Fewer digits would be
// easier on the eye, but the columns are tied to each other (N = P (1 - S), C = 6 N D), and rounded
// ones would contradict each other when the file is read again. What is not finite is left blank.
#pragma once

#include <string>

#include "isoflop/table.h"

namespace isoflop {

std::string write_csv(const Table& table);
// A text as a cell, in quotes where it needs them.
std::string csv_cell(const std::string& text);

}  // namespace isoflop
