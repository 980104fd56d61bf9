#include "isoflop/read_table.h"

#include <algorithm>

#include "base/error.h"
#include "base/number_text.h"
#include "data/columns.h"
#include "law/definition.h"

namespace isoflop {

namespace {

constexpr Grammar kGrammar = {.suffixes = true, .texts = true};
constexpr std::string_view kColumns = "--columns", kWhere = "--where";

void add_definitions(const std::string& text, std::vector<ColumnFormula>& formulas,
                     Problems& problems) {
  if (text.empty()) return;
  auto definitions = parse_definitions(text, kColumns, kGrammar);
  if (!definitions) return problems.add(definitions.error());
  for (NamedFormula& definition : *definitions) {
    if (std::ranges::find(formulas, definition.name, &ColumnFormula::name) != formulas.end())
      problems.add({std::string(kColumns), 0, definition.column}, "{} is defined twice; remove one",
                   definition.name);
    formulas.push_back(
        {std::move(definition.name), std::move(definition.formula), std::string(kColumns)});
  }
}

// One formula under a fixed name, instead of what --columns may say of it.
void add_formula(std::string name, const std::string& text, std::string option,
                 std::vector<ColumnFormula>& formulas, Problems& problems) {
  if (text.empty()) return;
  Result<Ast> formula = parse_formula(text, option, kGrammar);
  if (!formula) return problems.add(formula.error());
  std::erase_if(formulas, [&](const ColumnFormula& other) { return other.name == name; });
  formulas.push_back({std::move(name), std::move(*formula), std::move(option)});
}

std::vector<ColumnFormula> parse_mapping(const Mapping& mapping, Problems& problems) {
  std::vector<ColumnFormula> formulas;
  add_definitions(mapping.columns, formulas, problems);
  add_formula("loss", mapping.loss, "loss", formulas, problems);
  add_formula("weight", mapping.weights, "--weights", formulas, problems);
  return formulas;
}

// A && B && C as A, B, C.
void split_conjunction(const Ast& formula, std::vector<Ast>& parts) {
  if (formula.kind == Ast::Kind::kBinary && formula.text == "&&")
    for (const Ast& child : formula.children) split_conjunction(child, parts);
  else
    parts.push_back(formula);
}

class Reader {
 public:
  Reader(const RawTable& raw, const std::vector<ColumnFormula>& formulas, const Law& law)
      : raw_(raw), columns_(raw, formulas, law), kept_(raw.rows()) {
    for (std::size_t row = 0; row < raw.rows(); ++row) kept_[row] = row;
    for (const ColumnFormula& formula : formulas) mapped_.push_back(formula.name);
  }

  Result<MappedTable> read(const Law& law, const Mapping& mapping, bool with_loss) {
    MappedTable result;
    result.rows_read = raw_.rows();
    filter(mapping.where);
    result.filtered = raw_.rows() - kept_.size();

    const std::vector<std::string> wanted = names_wanted(law, with_loss);
    need(wanted);
    if (mapping.drop_highest_loss > 0) need({"loss"});
    provide();
    if (problems_.empty()) check_rows();
    if (problems_.empty()) result.dropped = drop_highest(mapping.drop_highest_loss);
    if (!problems_.empty()) return problems_.take();

    for (const std::string& name : wanted)
      if (const Result<void> set = result.table.set(name, kept_values(name)); !set)
        return std::unexpected(set.error());
    result.notes = columns_.notes();
    result.notes.insert(result.notes.end(), notes_.begin(), notes_.end());
    return result;
  }

 private:
  [[nodiscard]] bool is_mapped(std::string_view name) const {
    return std::ranges::find(mapped_, name) != mapped_.end();
  }
  [[nodiscard]] bool is_needed(std::string_view name) const {
    return std::ranges::find(needed_, name) != needed_.end();
  }

  [[nodiscard]] std::vector<std::string> names_wanted(const Law& law, bool with_loss) const {
    std::vector<std::string> names;
    for (const Input& input : law.inputs()) names.push_back(input.name);
    if (with_loss) names.emplace_back("loss");
    if (is_mapped("weight")) names.emplace_back("weight");
    return names;
  }

  // Keeps the rows where every part of the filter is true. A part that reads a cell without a
  // number decides nothing: where no other part leaves the row out, check_rows() reports the cell.
  void filter(const std::string& where) {
    if (where.empty()) return;
    const Result<Ast> formula = parse_formula(where, kWhere, kGrammar);
    if (!formula) return problems_.add(formula.error());
    std::vector<Ast> parts;
    split_conjunction(*formula, parts);
    for (const Ast& part : parts) {
      const std::optional<Column> column = columns_.evaluate(part, kWhere, problems_);
      if (!column) continue;
      cells_.insert(column->cells.begin(), column->cells.end());
      std::erase_if(kept_, [&](std::size_t row) {
        const double truth = column->values[row];
        return !(truth < 0 || truth > 0) && all_numbers(row, column->cells);
      });
    }
    if (kept_.empty() && problems_.empty())
      problems_.add({std::string(kWhere)}, "'{}' keeps none of the {} rows of {}{}", where,
                    raw_.rows(), raw_.source(),
                    columns_.notes().empty() ? "" : ": " + columns_.notes().front());
  }

  [[nodiscard]] bool all_numbers(std::size_t row, const std::set<std::size_t>& cells) const {
    return std::ranges::all_of(cells, [&](std::size_t c) { return columns_.is_number(row, c); });
  }

  // An input that is mapped is needed, too, as it may contradict others. What else the mapping
  // defines is only a step.
  void need(const std::vector<std::string>& names) {
    for (const std::string& name : standard_inputs())
      if (is_mapped(name) && !is_needed(name)) needed_.push_back(name);
    for (const std::string& name : names)
      if (!is_needed(name)) needed_.push_back(name);
  }

  // Makes every column. A definition that nothing needs is made as well, so that a misspelt name in
  // it is found, but its cells do not matter: one mapping may serve many laws.
  void provide() {
    for (const std::string& name : needed_)
      if (const Column* column = columns_.find(name, kColumns, problems_))
        cells_.insert(column->cells.begin(), column->cells.end());
    for (const std::string& name : mapped_) columns_.find(name, kColumns, problems_);
  }

  // Every row that is kept has numbers in the cells that were read, values in the domain of their
  // input, and no contradictions among them. Only the first of these that fails is reported, as the
  // next follow from it.
  void check_rows() {
    std::vector<const Rule*> rules;
    for (const Rule* rule : identities())
      if (is_needed(rule->gives) && is_needed(rule->from[0]) && is_needed(rule->from[1]))
        rules.push_back(rule);
    for (const std::size_t row : kept_)
      if (check_cells(row) && check_values(row)) check_identities(row, rules);
  }

  bool check_cells(std::size_t row) {
    bool good = true;
    for (const std::size_t cell : cells_)
      if (!columns_.is_number(row, cell)) {
        const std::string& name = raw_.names()[cell];
        problems_.add(raw_.place(row), "{}column \"{}\": {}", raw_.label(row), name,
                      why_not_a_number(raw_.cell(row, cell), name));
        good = false;
      }
    return good;
  }

  bool check_values(std::size_t row) {
    for (const std::string& name : needed_) {
      const double value = columns_.found(name)->values[row];
      const auto problem = domain_problem(name, value);
      if (!problem) continue;
      const std::string origin = columns_.origin(name);
      problems_.add(raw_.place(row), "{}{}{}{} is {}; it {}", raw_.label(row), name,
                    origin.empty() ? "" : " = ", origin, format_number(value, 8), *problem);
      return false;
    }
    return true;
  }

  void check_identities(std::size_t row, const std::vector<const Rule*>& rules) {
    for (const Rule* rule : rules) {
      const double value = columns_.found(rule->gives)->values[row];
      const double other = rule->value(columns_.found(rule->from[0])->values[row],
                                       columns_.found(rule->from[1])->values[row]);
      if (!agree(value, other))
        problems_.add(raw_.place(row), "{}{} is {}, but {} is {}; map only two of {}, {} and {}",
                      raw_.label(row), rule->gives, format_number(value, 8), rule->formula,
                      format_number(other, 8), rule->gives, rule->from[0], rule->from[1]);
    }
  }

  // Of equal losses the later rows are left out first.
  std::size_t drop_highest(std::size_t count) {
    if (count == 0) return 0;
    if (count >= kept_.size()) {
      problems_.add({"--drop-highest-loss"},
                    "leaving out {} of {} rows leaves none; give a smaller number", count,
                    kept_.size());
      return 0;
    }
    const std::vector<double>& loss = columns_.found("loss")->values;
    std::vector<std::size_t> order = kept_;
    const auto cut = order.begin() + static_cast<std::ptrdiff_t>(count);
    std::partial_sort(order.begin(), cut + 1, order.end(), [&](std::size_t a, std::size_t b) {
      return loss[a] != loss[b] ? loss[a] > loss[b] : a > b;
    });
    if (loss[*(cut - 1)] == loss[*cut])
      notes_.push_back(
          fmt::format("runs of equal loss {} stand on both sides of the {} highest: the later ones "
                      "are left out",
                      format_number(loss[*cut], 6), count));
    std::sort(order.begin(), cut);
    std::erase_if(kept_,
                  [&](std::size_t row) { return std::binary_search(order.begin(), cut, row); });
    return count;
  }

  [[nodiscard]] std::vector<double> kept_values(const std::string& name) const {
    const std::vector<double>& all = columns_.found(name)->values;
    std::vector<double> values;
    values.reserve(kept_.size());
    for (const std::size_t row : kept_) values.push_back(all[row]);
    return values;
  }

  const RawTable& raw_;
  Columns columns_;
  std::vector<std::string> mapped_;  // names that the mapping defines
  std::vector<std::string> needed_;  // names whose values must be right
  std::vector<std::size_t> kept_;    // rows
  std::set<std::size_t> cells_;      // columns of the file that were read
  std::vector<std::string> notes_;
  Problems problems_;
};

}  // namespace

Result<MappedTable> read_table(std::string_view text, std::string_view source, const Law& law,
                               const Mapping& mapping, bool with_loss) {
  Problems problems;
  const std::vector<ColumnFormula> formulas = parse_mapping(mapping, problems);
  const Result<RawTable> raw = read_raw_table(text, source);
  if (!raw)
    problems.add(raw.error());
  else if (raw->rows() == 0)
    problems.add({std::string(source)}, "there are no rows below the names; add runs");
  if (!problems.empty()) return problems.take();
  return Reader(*raw, formulas, law).read(law, mapping, with_loss);
}

}  // namespace isoflop
