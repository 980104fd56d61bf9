#include <fmt/format.h>

#include <algorithm>

#include "base/number_text.h"
#include "isoflop/output.h"
#include "report/console/console.h"
#include "report/console/text_table.h"

namespace isoflop {

std::string training_rules_page(std::span<const RuleAnswer> rules) {
  if (rules.empty()) return "";
  TextTable table({"rule", "", "value", "fitted on", "source"});
  for (const RuleAnswer& answer : rules) {
    const Output output = output_of(answer.rule);
    std::string fitted;
    for (const auto& [name, range] : answer.rule.fitted_on()) {
      const bool outside = std::ranges::find(answer.outside, name) != answer.outside.end();
      fitted +=
          fmt::format("{}{} {} to {}{}", fitted.empty() ? "" : ", ", name, format_count(range.low),
                      format_count(range.high), outside ? " (outside)" : "");
    }
    const std::string value =
        answer.value >= 1e3 ? format_count(answer.value) : format_number(answer.value, 3);
    const std::string& note = answer.rule.set()->note;
    table.add({answer.rule.key(), output.name, in_unit(output, value),
               fitted.empty() ? "not stated" : fitted,
               answer.rule.set()->cite + (note.empty() ? "" : "; " + note)});
  }
  return "\n" + table.text();
}

}  // namespace isoflop
