#include "law/law_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/number_text.h"
#include "isoflop/output.h"
#include "law/ast.h"
#include "law/latex.h"

namespace isoflop {

namespace {

constexpr int kPublishedDigits = 6;

constexpr std::array<std::string_view, 8> kGroups = {"dense",
                                                     "pruned",
                                                     "MoE",
                                                     "dense, pruned and MoE",
                                                     "precision and compression",
                                                     "data",
                                                     "allocation",
                                                     "learning rate and batch"};

std::string latex_of(const std::string& formula) {
  const Result<Ast> ast = parse_formula(formula, "formula");
  return ast ? latex(*ast) : formula;
}

// Ends of ranges are round numbers, often large: "-1e12", not thirteen digits.
std::string bound_text(double value) {
  std::string text = fmt::format("{:g}", value);
  for (const std::string_view filler : {"+", "e0"})
    if (const std::size_t at = text.find(filler); at != std::string::npos)
      text.erase(at + filler.size() - 1, 1);
  return text;
}

std::string fitted_text(const Range& range) {
  const std::string low = input_text(range.low);
  return range.low == range.high ? low : fmt::format("{} to {}", low, input_text(range.high));
}

}  // namespace

std::vector<Part> formula_lines(const Law& law) {
  const Output output = output_of(law);
  std::vector<Part> lines = {{output.is_loss() ? "L" : output.name, law.formula()}};
  lines.insert(lines.end(), law.parts().begin(), law.parts().end());
  return lines;
}

std::vector<Part> latex_lines(const Law& law) {
  std::vector<Part> lines = formula_lines(law);
  for (Part& line : lines) line = {latex_name(line.name), latex_of(line.formula)};
  return lines;
}

std::string formula_text(const Law& law) {
  const std::vector<Part> lines = formula_lines(law);
  std::size_t width = 0;
  for (const Part& line : lines) width = std::max(width, line.name.size());
  std::string text;
  for (const Part& line : lines)
    text += fmt::format("  {:{}} = {}\n", line.name, width, line.formula);
  return text;
}

std::string range_text(const Range& range) {
  return fmt::format("{} to {}", bound_text(range.low), bound_text(range.high));
}

std::string box_sides_text(const Law& law) {
  std::string text;
  for (const Coefficient& coefficient : law.coefficients()) {
    const auto side = law.box()->ranges.find(coefficient.name);
    if (side != law.box()->ranges.end())
      text +=
          fmt::format("{}{} {}", text.empty() ? "" : ", ", side->first, range_text(side->second));
  }
  return text;
}

std::string input_text(double value) {
  return value < 1000 ? format_share(value, 6) : format_count(value);
}

std::string values_text(const Law& law, const CoefficientSet& set) {
  std::string text;
  for (std::size_t i = 0; i < set.values.size(); ++i)
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", law.coefficients()[i].name,
                        format_number(set.values[i], kPublishedDigits));
  return text;
}

std::string source_text(const CoefficientSet& set) {
  return fmt::format("{}{}{}{}{}", set.refitted_here ? "refitted here: " : "", set.cite,
                     set.note.empty() ? "" : "; ", set.note,
                     set.disputed_by.empty() ? "" : "; disputed by " + set.disputed_by);
}

std::string marked_label(const std::string& label, bool refitted_here) {
  return label + (refitted_here ? " (refitted here)" : "");
}

std::string set_names_text(const Law& law, std::string (*write)(std::string_view name)) {
  std::string published, refitted;
  for (const CoefficientSet& set : law.sets()) {
    std::string& names = set.refitted_here ? refitted : published;
    names += (names.empty() ? "" : ", ") + write(set.name);
  }
  if (refitted.empty()) return published;
  return published + (published.empty() ? "" : "; ") + "refitted here: " + refitted;
}

std::string fitted_text(const CoefficientSet& set) {
  std::string text;
  for (const auto& [name, range] : set.fitted_on)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, fitted_text(range));
  return text.empty() ? "runs whose ranges are unknown" : text;
}

std::string dispute_source(const Law& other) {
  const CoefficientSet& set = *other.set();
  return fmt::format("{}, a refit {}of the public runs ({}),", other.label(),
                     set.refitted_here ? "here " : "", set.cite);
}

std::vector<LawGroup> grouped(std::span<const Law> laws) {
  std::vector<LawGroup> groups;
  for (const std::string_view name : kGroups) groups.push_back({std::string(name), {}});
  for (const Law& law : laws) {
    const std::string name = law.group().empty() ? "other" : law.group();
    auto group = std::ranges::find(groups, name, &LawGroup::name);
    if (group == groups.end()) group = groups.insert(groups.end(), {name, {}});
    group->laws.push_back(law);
  }
  std::erase_if(groups, [](const LawGroup& group) { return group.laws.empty(); });
  return groups;
}

}  // namespace isoflop
