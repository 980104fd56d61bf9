#include "cli/table_output.h"

#include "cli/console.h"
#include "cli/file.h"
#include "cli/shared_flags.h"
#include "report/csv/csv.h"

namespace isoflop::cli {

std::vector<Flag> table_output_flags(TableOutput& output) {
  return {output_flag(output.file, "write the table as CSV to a file, not to standard output"),
          json_flag(output.json)};
}

Result<int> write_table(const Table& table, const TableOutput& output, const std::string& summary) {
  if (output.file.empty() || output.file == "-")
    return print(output.json ? summary : write_csv(table));
  must(write_file(output.file, write_csv(table)));
  return print(summary);
}

Result<int> print_beside(const Table& table, const TableOutput& output, const std::string& page) {
  if (!output.file.empty()) must(write_file(output.file, write_csv(table)));
  return print(output.file == "-" ? "" : page);
}

}  // namespace isoflop::cli
