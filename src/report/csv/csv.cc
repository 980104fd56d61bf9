#include "report/csv/csv.h"

#include <cmath>
#include <span>
#include <vector>

#include "base/number_text.h"

namespace isoflop {

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string cell = "\"";
  for (const char c : text) cell += c == '"' ? std::string("\"\"") : std::string(1, c);
  return cell + "\"";
}

std::string write_csv(const Table& table) {
  std::string text;
  std::vector<std::span<const double>> columns;
  for (const std::string& name : table.names()) {
    if (!columns.empty()) text += ',';
    text += csv_cell(name);
    columns.push_back(table.column(name));
  }
  text += '\n';
  for (std::size_t row = 0; row < table.rows(); ++row) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) text += ',';
      if (std::isfinite(columns[i][row])) text += format_exact(columns[i][row]);
    }
    text += '\n';
  }
  return text;
}

}  // namespace isoflop
