// Rows of text with their columns aligned, for a console.
//
//   TextTable table({"coefficient", "value"});
//   table.add({"E", "1.8172"});
//   table.text();   // "  coefficient  value\n  E            1.8172\n"
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace isoflop {

class TextTable {
 public:
  TextTable() = default;
  // The first row; a column that is blank in every row below it is left out, its header too.
  explicit TextTable(std::vector<std::string> header) : has_header_(true) {
    add(std::move(header));
  }
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  // Indented by two spaces, two spaces between columns, none at the end of a line.
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
  bool has_header_ = false;
};

}  // namespace isoflop
