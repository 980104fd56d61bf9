#include "report/csv/csv.h"

#include <fmt/format.h>

#include <cmath>
#include <span>
#include <vector>

#include "base/number_text.h"

namespace isoflop {

namespace {

// In quotes where it needs them.
std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string cell = "\"";
  for (const char c : text) cell += c == '"' ? std::string("\"\"") : std::string(1, c);
  return cell + "\"";
}

std::string cell(const Parameter& parameter, double value) {
  if (std::isnan(value)) return "";
  if (parameter.kind != Parameter::Kind::kCategorical) return format_exact(value);
  return csv_cell(parameter.choices[static_cast<std::size_t>(value)]);
}

}  // namespace

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

std::string write_trials_csv(std::span<const Parameter> parameters, std::span<const Trial> trials) {
  std::string text = "evaluation";
  for (const Parameter& parameter : parameters) (text += ',') += csv_cell(parameter.name);
  text += ",value,origin\n";
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const auto& [suggestion, value] = trials[i];
    text += std::to_string(i + 1);
    for (std::size_t p = 0; p < parameters.size(); ++p)
      (text += ',') += cell(parameters[p], suggestion.point[p]);
    text += fmt::format(",{},{}\n", trials[i].failed() ? "" : format_exact(value),
                        to_text(suggestion.origin));
  }
  return text;
}

}  // namespace isoflop
