#include "report/console/text_table.h"

#include <algorithm>

namespace isoflop {

std::string TextTable::text() const {
  // 0 for a column that has nothing to show.
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    widths.resize(std::max(widths.size(), rows_[i].size()));
    if (i == 0 && has_header_) continue;
    for (std::size_t j = 0; j < rows_[i].size(); ++j)
      widths[j] = std::max(widths[j], rows_[i][j].size());
  }
  if (has_header_)
    for (std::size_t j = 0; j < rows_[0].size(); ++j)
      if (widths[j] > 0) widths[j] = std::max(widths[j], rows_[0][j].size());

  std::string text;
  for (const std::vector<std::string>& row : rows_) {
    std::string line;
    for (std::size_t j = 0; j < row.size(); ++j)
      if (widths[j] > 0) line += "  " + row[j] + std::string(widths[j] - row[j].size(), ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace isoflop
