// A command's result that is a table: CSV to a file or to standard output, with a summary or JSON
// beside it.
#pragma once

#include <string>

#include "cli/command.h"
#include "isoflop/result.h"
#include "isoflop/table.h"

namespace isoflop::cli {

struct TableOutput {
  std::string file;  // "" for none
  bool json = false;
};

// -o and --json.
std::vector<Flag> table_output_flags(TableOutput& output);

// Writes the table to the file and then prints `summary`; without a file, or for "-", prints the
// table, or with --json the summary, which holds the table then. The result is the exit code 0.
Result<int> write_table(const Table& table, const TableOutput& output, const std::string& summary);

// Prints `page` and, where there is a file, writes the table to it; for "-" prints that alone.
Result<int> print_beside(const Table& table, const TableOutput& output, const std::string& page);

}  // namespace isoflop::cli
