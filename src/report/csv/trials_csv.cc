#include "report/csv/trials_csv.h"

#include <cmath>

#include "base/number_text.h"
#include "report/csv/csv.h"

namespace isoflop {

namespace {

std::string cell(const Parameter& parameter, double value) {
  if (std::isnan(value)) return "";
  if (parameter.kind != Parameter::Kind::kCategorical) return format_exact(value);
  return csv_cell(parameter.choices[static_cast<std::size_t>(value)]);
}

}  // namespace

std::string write_trials_csv(std::span<const Parameter> parameters, std::span<const Trial> trials) {
  std::string text = "evaluation";
  for (const Parameter& parameter : parameters) text += "," + csv_cell(parameter.name);
  text += ",value,origin\n";
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const auto& [suggestion, value] = trials[i];
    text += std::to_string(i + 1);
    for (std::size_t p = 0; p < parameters.size(); ++p)
      text += "," + cell(parameters[p], suggestion.point[p]);
    text += "," + (trials[i].failed() ? "" : format_exact(value)) + "," +
            to_text(suggestion.origin) + "\n";
  }
  return text;
}

}  // namespace isoflop
