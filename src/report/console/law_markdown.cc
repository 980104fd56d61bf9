#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/listed.h"
#include "base/number_text.h"
#include "isoflop/output.h"
#include "law/law_text.h"
#include "report/console/law_page.h"
#include "store/document.h"

namespace isoflop {

namespace {

constexpr std::string_view kHead = R"(# The book of laws

`scripts/generate-docs` writes this page from the book, and a test holds the two together.
Each law is one file in [laws](../laws): formula, inputs, ranges of its coefficients, published sets. `isoflop laws
LAW` shows one on the console, [your-own-law.md](your-own-law.md) tells how to use a law that is not in the book.

| symbol | meaning |
|---|---|
| `N` | active parameters (MoE: seen by one token; pruned: non-zero; dense: all) |
| `P` | total parameters; `N = P (1 - S)` |
| `S` | parameter sparsity in [0, 1): share of parameters that are zero or inactive |
| `Sx` | expert sparsity, (experts - active experts)/experts; not the same number as `S` |
| `D`, `U` | training tokens, unique tokens |
| `C` | training FLOPs, 6 N D |

Numbers are in raw units: parameters, tokens, FLOPs, and nats a token unless a law or a set says otherwise. Ranges
are what a fit may give a coefficient unless `recipe.range` says otherwise. The first set of a law is what its bare key means.

)";

// A pipe would end a cell.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string row(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& text : cells) line += fmt::format(" {} |", cell(text));
  return line + "\n";
}

std::string code(std::string_view text) { return text.empty() ? "" : fmt::format("`{}`", text); }

std::string rule(std::size_t cells) {
  std::string line = "|";
  for (std::size_t i = 0; i < cells; ++i) line += "---|";
  return line + "\n";
}

std::string index(const std::vector<LawGroup>& groups) {
  std::string text = row({"law", "title", "published sets"}) + rule(3);
  for (const LawGroup& group : groups) {
    text += row({fmt::format("**{}**", group.name), "", ""});
    for (const Law& law : group.laws) {
      const std::string sets = set_names_text(law, code);
      text += row({fmt::format("[{}](#{})", law.key(), law.key()), law.title(),
                   sets.empty() ? "a formula to fit" : sets});
    }
  }
  return text;
}

std::string formula_block(const Law& law) {
  std::string text = "```math\n\\begin{aligned}\n";
  const std::vector<Part> lines = latex_lines(law);
  for (std::size_t i = 0; i < lines.size(); ++i)
    text += fmt::format("{} &= {}{}\n", lines[i].name, lines[i].formula,
                        i + 1 < lines.size() ? " \\\\" : "");
  return text + "\\end{aligned}\n```\n\n```\n" + formula_text(law) + "```\n";
}

std::string inputs_table(const Law& law) {
  std::string text = row({"input", "meaning"}) + rule(2);
  for (const Input& input : law.inputs()) text += row({code(input.name), input.meaning});
  return text;
}

std::string coefficients_table(const Law& law) {
  std::string text = row({"coefficient", "range", "unit", "role", "meaning"}) + rule(5);
  for (const Coefficient& each : law.coefficients())
    text +=
        row({code(each.name), range_text(each.range), each.unit, to_text(each.role), each.meaning});
  return text;
}

std::string sets_table(const Law& law) {
  if (law.sets().empty()) return "No coefficients are published: a formula to fit.\n";
  std::string text = row({"set", "values", "fitted on", "source"}) + rule(4);
  for (const CoefficientSet& set : law.sets())
    text += row({code(set.name), values_text(law, set), fitted_text(set), source_text(set)});
  return text;
}

std::string section(const Law& law) {
  std::string text = fmt::format("### {}\n\n{}. {}.\n", law.key(), law.title(), law.cite());
  if (!law.note().empty()) text += fmt::format("\nNote: {}.\n", law.note());
  const Output output = output_of(law.without_values());
  if (!output.is_loss())
    text += fmt::format("\nIt predicts: {}{}{}.\n", output.name, output.unit.empty() ? "" : ", in ",
                        output.unit);
  if (const std::string count = to_text(law.own_parameter_count()); !count.empty())
    text += fmt::format("\nN and P count: {} parameters.\n", count);
  text += fmt::format("\n{}\n{}\n{}\n{}", formula_block(law), inputs_table(law),
                      coefficients_table(law), sets_table(law));
  if (law.box())
    text += fmt::format("\nPublished box (`box.kind=published`): {}. {}.\n", box_sides_text(law),
                        law.box()->cite);
  for (const Optimum& optimum : law.optima())
    text += fmt::format("\nCompute-optimal for C = 6 N D: `{} = {}`.\n", optimum.input,
                        optimum.formula);
  if (const std::optional<Example> example = worked_example(law))
    text += fmt::format(
        "\n`{}` gives {}.\n", example->command,
        named_value(output_of(law), format_number(example->prediction.loss, kLossDigits)));
  return text;
}

}  // namespace

std::string laws_markdown(std::span<const Law> laws) {
  const std::vector<LawGroup> groups = grouped(laws);
  std::string page = std::string(kHead) + index(groups);
  for (const LawGroup& group : groups) {
    page += fmt::format("\n## {}\n", group.name);
    for (const Law& law : group.laws) page += "\n" + section(law);
  }
  return page;
}

}  // namespace isoflop
