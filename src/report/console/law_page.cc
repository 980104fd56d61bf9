#include "report/console/law_page.h"

#include <fmt/format.h>

#include <sstream>
#include <vector>

#include "base/listed.h"
#include "base/number_text.h"
#include "isoflop/output.h"
#include "law/law_text.h"
#include "report/console/text_table.h"
#include "store/document.h"

namespace isoflop {

namespace {

std::string set_names(const Law& law) {
  return law.sets().empty()
             ? "none: a formula to fit"
             : set_names_text(law, [](std::string_view name) { return std::string(name); });
}

// What is not a loss in nats is said.
std::string output_text(const Law& law) {
  const Output output = output_of(law.without_values());
  if (output.is_loss() && output.unit == Output{}.unit) return "";
  return fmt::format("Predicts: {}{}{}\n", output.name, output.unit.empty() ? "" : ", in ",
                     output.unit);
}

std::string counts_text(const Law& law) {
  const std::string count = to_text(law.own_parameter_count());
  return count.empty() ? "" : fmt::format("N and P count: {} parameters\n", count);
}

std::string law_inputs_text(const Law& law) {
  TextTable table;
  for (const Input& input : law.inputs()) table.add({input.name, input.meaning});
  return "inputs\n" + table.text();
}

std::string coefficients_text(const Law& law) {
  TextTable table({"coefficient", "range", "unit", "role", "meaning"});
  for (const Coefficient& coefficient : law.coefficients())
    table.add({coefficient.name, range_text(coefficient.range), coefficient.unit,
               to_text(coefficient.role), coefficient.meaning});
  return table.text();
}

std::string optima_text(const Law& law) {
  if (law.optima().empty()) return "";
  std::string text = "\ncompute-optimal, in closed form for C = 6 N D\n";
  for (const Optimum& optimum : law.optima())
    text += fmt::format("  {} = {}\n", optimum.input, optimum.formula);
  return text;
}

std::string sets_text(const Law& law) {
  if (law.sets().empty())
    return "\nno published coefficients: a fit to a table of runs finds them\n";
  std::string text = "\npublished sets (the first is what the bare key means)\n";
  for (const CoefficientSet& set : law.sets())
    text += fmt::format("  {}:{}  {}\n    {}\n    fitted on {}\n", law.key(), set.name,
                        source_text(set), values_text(law, set), fitted_text(set));
  return text;
}

std::string box_text(const Law& law) {
  if (!law.box()) return "";
  return fmt::format("\npublished box (box.kind=published)  {}\n  {}\n", law.box()->cite,
                     box_sides_text(law));
}

std::string latex_text(const Law& law) {
  std::string text = "\nLaTeX\n";
  for (const Part& line : latex_lines(law))
    text += fmt::format("  {} = {}\n", line.name, line.formula);
  return text;
}

}  // namespace

// One table, so that the columns of all groups stand below each other.
std::string laws_page(std::span<const Law> laws) {
  const std::vector<LawGroup> groups = grouped(laws);
  TextTable table({"law", "title", "published sets"});
  for (const LawGroup& group : groups)
    for (const Law& law : group.laws) table.add({law.key(), law.title(), set_names(law)});
  std::istringstream lines(table.text());
  std::string page, line;
  std::getline(lines, line);
  page += line + "\n";
  for (const LawGroup& group : groups) {
    page += "\n" + group.name + "\n";
    for (std::size_t i = 0; i < group.laws.size() && std::getline(lines, line); ++i)
      page += line + "\n";
  }
  return page;
}

std::string law_page(const Law& law, const std::optional<Example>& example) {
  std::string page =
      fmt::format("{}{}{}\n", law.key(), law.title().empty() ? "" : ": ", law.title());
  if (!law.cite().empty()) page += law.cite() + "\n";
  if (!law.note().empty()) page += fmt::format("Note: {}\n", law.note());
  page += output_text(law) + counts_text(law);
  page += fmt::format("\n{}\n{}\n{}{}{}", formula_text(law), law_inputs_text(law),
                      coefficients_text(law), optima_text(law), sets_text(law));
  page += box_text(law);
  if (example)
    page += fmt::format(
        "\nexample\n  {}\n  gives {}\n", example->command,
        named_value(output_of(law), format_number(example->prediction.loss, kLossDigits)));
  return page + latex_text(law);
}

}  // namespace isoflop
