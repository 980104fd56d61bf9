#include <fmt/format.h>

#include <algorithm>

#include "base/number_text.h"
#include "report/console/console.h"
#include "report/console/text_table.h"

namespace isoflop {

std::string training_rules_page(std::span<const RuleAnswer> rules) {
  if (rules.empty()) return "";
  TextTable table({"rule", "learning rate", "batch", "fitted on", "source"});
  for (const RuleAnswer& answer : rules) {
    std::string fitted;
    for (const auto& [name, range] : answer.rule.fitted_on) {
      const bool outside = std::ranges::find(answer.outside, name) != answer.outside.end();
      fitted +=
          fmt::format("{}{} {} to {}{}", fitted.empty() ? "" : ", ", name, format_count(range.low),
                      format_count(range.high), outside ? " (outside)" : "");
    }
    table.add({answer.rule.title, format_number(answer.learning_rate, 3),
               format_count(answer.batch) + " tokens", fitted.empty() ? "not stated" : fitted,
               answer.rule.cite});
  }
  return "\n" + table.text();
}

}  // namespace isoflop
