#include "data/columns.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "base/number_text.h"
#include "base/spelling.h"
#include "data/text_condition.h"
#include "kernel/evaluate.h"

namespace isoflop {

namespace {

constexpr std::size_t kListed = 40;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// A name as a formula writes it: in braces where it needs them.
std::string written(std::string_view name) {
  return print({.kind = Ast::Kind::kName, .text = std::string(name)});
}

// The column whose name has `name` in it, as `val-loss` has the `val` of a formula that lacks the
// braces.
std::string name_within(std::string_view name, std::span<const std::string> columns) {
  if (name.size() < 3) return "";
  const auto found = std::ranges::find_if(
      columns, [&](const std::string& column) { return column.find(name) != column.npos; });
  return found == columns.end() ? "" : fmt::format("; did you mean {}?", written(*found));
}

void settle(std::string_view name, std::vector<double>& values) {
  if (!is_share(name)) return;
  for (double& value : values) value = settled(name, value);
}

const Column* address(const std::optional<Column>& column) { return column ? &*column : nullptr; }

std::string list_of(std::span<const std::string> names) {
  std::string list;
  for (const std::string& name : names.first(std::min(names.size(), kListed))) {
    if (name.empty()) continue;
    if (!list.empty()) list += ", ";
    list += name;
  }
  return names.size() > kListed ? list + ", ..." : list;
}

}  // namespace

FormulaColumns::FormulaColumns(const RawTable& raw, std::vector<ColumnFormula> formulas,
                               const Law* law)
    : raw_(raw), formulas_(std::move(formulas)) {
  rules_ = derivations([&](std::string_view name) { return is_given(name); }, law);
}

const ColumnFormula* FormulaColumns::formula_of(std::string_view name) const {
  const auto found = std::ranges::find(formulas_, name, &ColumnFormula::name);
  return found == formulas_.end() ? nullptr : &*found;
}

const Rule* FormulaColumns::rule_of(std::string_view name) const {
  if (is_given(name)) return nullptr;
  const auto found = std::ranges::find(rules_, name, &Rule::gives);
  return found == rules_.end() ? nullptr : *found;
}

const Column* FormulaColumns::found(std::string_view name) const {
  if (const auto named = named_.find(name); named != named_.end()) return address(named->second);
  const std::optional<std::size_t> column = raw_.find(name);
  const auto file = column ? file_.find(*column) : file_.end();
  return file == file_.end() ? nullptr : &file->second;
}

std::vector<double> FormulaColumns::take(std::string_view name) {
  if (const auto named = named_.find(name); named != named_.end())
    return std::move(named->second->values);
  return std::move(file_.at(*raw_.find(name)).values);
}

std::span<const double> FormulaColumns::numbers(std::size_t cell) const {
  return file_.at(cell).values;
}

std::string FormulaColumns::origin(std::string_view name) const {
  if (const ColumnFormula* formula = formula_of(name)) return print(formula->formula);
  const Rule* rule = rule_of(name);
  return rule == nullptr ? "" : std::string(rule->formula);
}

Ast FormulaColumns::formula(std::string_view name) const {
  if (const ColumnFormula* formula = formula_of(name)) return formula->formula;
  return {.kind = Ast::Kind::kName, .text = std::string(name)};
}

const Column* FormulaColumns::find(std::string_view name, std::string_view option,
                                   Problems& problems) {
  return look_up(name, {{}, option}, problems);
}

std::optional<Column> FormulaColumns::evaluate(const Ast& formula, std::string_view option,
                                               Problems& problems) {
  return compute(formula, {{}, option}, true, problems);
}

const Column* FormulaColumns::look_up(std::string_view name, const Use& use, Problems& problems) {
  const ColumnFormula* formula = name == use.inside ? nullptr : formula_of(name);
  if (formula == nullptr && raw_.count(name) > 0) return from_file(name, use, problems);
  const Rule* rule = formula == nullptr && name != use.inside ? rule_of(name) : nullptr;
  if (formula == nullptr && rule == nullptr) {
    missing(name, use, problems);
    return nullptr;
  }
  if (const auto made = named_.find(name); made != named_.end()) return address(made->second);
  if (std::ranges::find(in_work_, name) != in_work_.end()) {
    problems.add({std::string(use.option), 0, use.column},
                 "{} is defined by itself: {} needs {}; define one of them from the file's columns",
                 name, fmt::join(in_work_, " needs "), name);
    return nullptr;
  }
  in_work_.emplace_back(name);
  const Column* column =
      formula != nullptr ? from_formula(*formula, problems) : from_rule(*rule, use, problems);
  in_work_.pop_back();
  return column;
}

const Column* FormulaColumns::keep(std::string_view name, std::optional<Column> column) {
  return address(named_.insert_or_assign(std::string(name), std::move(column)).first->second);
}

const Column* FormulaColumns::from_file(std::string_view name, const Use& use, Problems& problems) {
  if (raw_.count(name) > 1) {
    problems.add({std::string(use.option), 0, use.column},
                 "{} columns of {} are called \"{}\"; rename all but one", raw_.count(name),
                 raw_.source(), name);
    return nullptr;
  }
  const std::size_t index = raw_.find(name).value_or(0);
  const auto [place, is_new] = file_.try_emplace(index);
  Column& column = place->second;
  if (!is_new) return &column;
  column.cells = {index};
  column.values = raw_.numbers(index);
  settle(name, column.values);
  return &column;
}

const Column* FormulaColumns::from_formula(const ColumnFormula& formula, Problems& problems) {
  std::optional<Column> column =
      compute(formula.formula, {formula.name, formula.option, 0}, false, problems);
  if (column) settle(formula.name, column->values);
  return keep(formula.name, std::move(column));
}

const Column* FormulaColumns::from_rule(const Rule& rule, const Use& use, Problems& problems) {
  used_.insert(rule.from.begin(), rule.from.end());
  const Column* first = look_up(rule.from[0], use, problems);
  const Column* second = rule.stands_in() ? first : look_up(rule.from[1], use, problems);
  if (first == nullptr || second == nullptr) return keep(rule.gives, std::nullopt);
  Column column;
  column.cells = first->cells;
  column.cells.insert(second->cells.begin(), second->cells.end());
  column.values.resize(raw_.rows());
  for (std::size_t row = 0; row < raw_.rows(); ++row)
    column.values[row] = rule.value(first->values[row], second->values[row]);
  settle(rule.gives, column.values);
  notes_.push_back(describe(rule));
  return keep(rule.gives, std::move(column));
}

std::optional<Column> FormulaColumns::compute(Ast formula, const Use& use, bool condition,
                                              Problems& problems) {
  Problems own;
  replace_texts(formula, use, condition, own);
  std::map<std::string, const Column*> named;
  if (own.empty()) gather(formula, use, named, own);
  if (!own.empty()) {
    problems.add(own.take().error());
    return std::nullopt;
  }
  // A column without a problem of this formula may be missing for one that is known already.
  if (std::ranges::any_of(named, [](const auto& entry) { return entry.second == nullptr; }))
    return std::nullopt;
  Column column;
  for (const auto& [name, source] : named)
    column.cells.insert(source->cells.begin(), source->cells.end());
  column.values = isoflop::evaluate(formula, raw_.rows(), [&](std::string_view name) {
    return std::span<const double>(named.at(std::string(name))->values);
  });
  return column;
}

void FormulaColumns::gather(Ast& node, const Use& use, std::map<std::string, const Column*>& named,
                            Problems& problems) {
  const Use here{use.inside, use.option, node.column};
  if (node.kind == Ast::Kind::kName && node.quoted) {
    const Column* const column = from_braces(node, here, problems);
    named[node.text] = column;
  } else if (node.kind == Ast::Kind::kName && !named.contains(node.text)) {
    const auto text = replaced_.find(node.text);
    named[node.text] = text != replaced_.end() ? &text->second : look_up(node.text, here, problems);
    used_.insert(node.text);
    note_hidden(node.text, use);
  }
  for (Ast& child : node.children) gather(child, use, named, problems);
}

// The file's own column. The node gets a name that no formula and no file can have, beside which
// the same name without braces may stand.
const Column* FormulaColumns::from_braces(Ast& node, const Use& use, Problems& problems) {
  const std::string name = std::exchange(node.text, fmt::format("{}{{{}", '\0', node.text));
  if (raw_.count(name) > 0) return from_file(name, use, problems);
  const std::string hint = did_you_mean(name, raw_.names());
  problems.add({std::string(use.option), 0, use.column}, "{} has no column {{{}}}{}{} it has {}",
               raw_.source(), name, hint, hint.empty() ? ";" : "", list_of(raw_.names()));
  return nullptr;
}

// P = N beside N = Na in a file that has an N.
void FormulaColumns::note_hidden(std::string_view name, const Use& use) {
  if (use.inside.empty() || name == use.inside) return;
  if (formula_of(name) == nullptr || raw_.count(name) == 0) return;
  notes_.push_back(
      fmt::format("{0} in the definition of {1} is the {0} that {2} defines; {{{0}}} "
                  "is the file's column",
                  name, use.inside, use.option));
}

// Where the file's column is under another name ("router = router_type"), that name compares, too.
std::optional<std::size_t> FormulaColumns::text_column(const Ast& name, std::string_view inside) {
  const Ast* at = &name;
  for (std::size_t step = 0; step <= formulas_.size(); ++step) {
    if (at->kind != Ast::Kind::kName) return std::nullopt;
    const ColumnFormula* formula =
        at->quoted || at->text == inside ? nullptr : formula_of(at->text);
    if (formula == nullptr) return raw_.count(at->text) == 1 ? raw_.find(at->text) : std::nullopt;
    used_.insert(formula->name);
    inside = formula->name;
    at = &formula->formula;
  }
  return std::nullopt;
}

bool FormulaColumns::means_column(std::string_view name) const {
  return raw_.count(name) > 0 || formula_of(name) != nullptr || rule_of(name) != nullptr;
}

bool FormulaColumns::has_truth_words(std::size_t column) const {
  for (std::size_t row = 0; row < raw_.rows(); ++row)
    if (is_truth_word(raw_.cell(row, column))) return true;
  return false;
}

void FormulaColumns::replace_texts(Ast& node, const Use& use, bool condition, Problems& problems) {
  using enum Ast::Kind;
  const Place place{std::string(use.option), 0, node.column};
  if (node.kind == kText) {
    problems.add(place, "the text '{}' is not compared; write {{column}} == '{}' or !=", node.text,
                 node.text);
    return;
  }
  if (node.kind == kAggregate) return replace_aggregate(node, use, problems);
  if (node.kind == kName && condition) {
    const std::optional<std::size_t> column = text_column(node, use.inside);
    if (column && has_truth_words(*column))
      replace_test(node, use, Ast(node), "is", "true", problems);
    return;
  }
  if (node.kind == kCall && is_text_function(node.text))
    return replace_test(node, use, node.children[0], node.text, node.children[1].text, problems);
  const bool compares = node.kind == kBinary && (node.text == "==" || node.text == "!=");
  const auto is_unknown = [&](const Ast& child) {
    return child.kind == kName && !means_column(child.text);
  };
  for (const std::size_t i : {0U, 1U}) {
    if (!compares) break;
    const Ast &text = node.children[i], &subject = node.children[1 - i];
    if (text.kind == kText && subject.kind != kText)
      return replace_test(node, use, subject, "==", text.text, problems);
    if (is_unknown(text) && is_truth_word(text.text))
      return replace_test(node, use, subject, "is", text.text, problems);
    if (is_unknown(text) && subject.kind == kName && text_column(subject, use.inside))
      return problems.add({std::string(use.option), 0, text.column},
                          "nothing provides {0}; a text is written '{0}'; the columns are: {1}",
                          text.text, list_of(raw_.names()));
  }
  const bool joins = (node.kind == kUnary && node.text == "!") ||
                     (node.kind == kBinary && (node.text == "&&" || node.text == "||"));
  for (Ast& child : node.children) replace_texts(child, use, joins, problems);
}

// `subject` and `text` may be parts of the node, which is another then.
void FormulaColumns::replace_test(Ast& node, const Use& use, const Ast& subject,
                                  std::string_view test, const std::string& text,
                                  Problems& problems) {
  const Place place{std::string(use.option), 0, node.column};
  const std::optional<std::size_t> column =
      subject.kind == Ast::Kind::kName ? text_column(subject, use.inside) : std::nullopt;
  if (!column)
    return problems.add(
        place,
        "{} is not a column of the file, so it does not compare with {}; the columns are: {}",
        print(subject), test == "is" ? text : fmt::format("'{}'", text), list_of(raw_.names()));
  const Result<TextCondition> holds = text_condition(test, text);
  if (!holds) return problems.add(place, "{}", holds.error().problems[0].what);
  const bool negated = node.kind == Ast::Kind::kBinary && node.text == "!=";
  // No formula and no file can have this name.
  Ast replaced{.kind = Ast::Kind::kName,
               .text = fmt::format("{}{} {}{} {}", '\0', *column, negated ? "!" : "", test, text),
               .column = node.column};
  const auto [place_of_column, is_new] = replaced_.try_emplace(replaced.text);
  if (is_new) {
    std::vector<double>& truth = place_of_column->second.values;
    truth.resize(raw_.rows());
    bool any = false;
    for (std::size_t row = 0; row < raw_.rows(); ++row) {
      const bool same = (*holds)(raw_.cell(row, *column));
      any = any || same;
      truth[row] = same != negated ? 1 : 0;
    }
    if (!any && !text.empty()) note_text_without_cells(*column, test, text);
  }
  node = std::move(replaced);
}

void FormulaColumns::replace_aggregate(Ast& node, const Use& use, Problems& problems) {
  const std::optional<RowGroups> groups = group(std::span(node.children).subspan(1), use, problems);
  const std::optional<Column> argument = compute(node.children[0], use, false, problems);
  if (!groups || !argument) {
    // The problem is known: any column will do.
    node = {.kind = Ast::Kind::kNumber, .column = node.column};
    return;
  }
  // No formula and no file can have this name; within its own definition a name means another.
  std::string name = fmt::format("{}{}: {}", '\0', use.inside, print(node));
  const auto [place, is_new] = replaced_.try_emplace(name);
  if (is_new) {
    Column& column = place->second;
    column.cells = argument->cells;
    column.cells.insert(groups->cells.begin(), groups->cells.end());
    std::vector<std::vector<double>> numbers(groups->count);
    for (std::size_t row = 0; row < raw_.rows(); ++row)
      if (const std::size_t at = groups->of[row];
          at != RowGroups::kNone && !std::isnan(argument->values[row]))
        numbers[at].push_back(argument->values[row]);
    std::vector<double> values;
    for (std::vector<double>& each : numbers)
      values.push_back(each.empty() ? kNaN : find_function(node.text)->aggregate(each));
    for (const std::size_t at : groups->of)
      column.values.push_back(at == RowGroups::kNone ? kNaN : values[at]);
  }
  node = {.kind = Ast::Kind::kName, .text = std::move(name), .column = node.column};
}

std::optional<RowGroups> FormulaColumns::group(std::span<const Ast> names, const Use& use,
                                               Problems& problems) {
  RowGroups groups;
  std::vector<std::string> keys(raw_.rows());
  std::vector<bool> lacking(raw_.rows(), false);
  const auto add_key = [&](std::size_t row, std::optional<double> number, std::string_view text) {
    lacking[row] = lacking[row] || (number ? std::isnan(*number) : text.empty());
    keys[row] += number ? fmt::format("{:.9g}", *number + 0.0) : std::string(text);
    keys[row] += '\0';
  };
  bool complete = true;
  for (const Ast& name : names) {
    if (const std::optional<std::size_t> column = text_column(name, use.inside)) {
      groups.texts.insert(*column);
      for (std::size_t row = 0; row < raw_.rows(); ++row) {
        const std::string cell = raw_.cell(row, *column);
        add_key(row, parse_plain_number(cell), cell);
      }
      continue;
    }
    Ast node = name;
    const Use here{use.inside, use.option, name.column};
    const Column* const column =
        name.quoted ? from_braces(node, here, problems) : look_up(name.text, here, problems);
    complete = complete && column != nullptr;
    if (column == nullptr) continue;
    used_.insert(name.text);
    groups.cells.insert(column->cells.begin(), column->cells.end());
    for (std::size_t row = 0; row < raw_.rows(); ++row) add_key(row, column->values[row], "");
  }
  if (!complete) return std::nullopt;
  std::unordered_map<std::string_view, std::size_t> numbers;
  for (std::size_t row = 0; row < raw_.rows(); ++row)
    groups.of.push_back(lacking[row]
                            ? RowGroups::kNone
                            : numbers.try_emplace(keys[row], numbers.size()).first->second);
  groups.count = numbers.size();
  return groups;
}

void FormulaColumns::note_text_without_cells(std::size_t column, std::string_view test,
                                             std::string_view text) {
  std::vector<std::string> texts;
  for (std::size_t row = 0; row < raw_.rows() && texts.size() < kListed && test == "=="; ++row)
    if (const std::string cell = raw_.cell(row, column);
        std::ranges::find(texts, cell) == texts.end())
      texts.push_back(cell);
  const std::string name = written(raw_.names()[column]);
  notes_.push_back(test == "==" || test == "is"
                       ? fmt::format("no cell of {} is {}{}", name,
                                     test == "is" ? std::string(text) : fmt::format("'{}'", text),
                                     did_you_mean(text, texts))
                       : fmt::format("{}({}, '{}') holds for no cell", test, name, text));
}

void FormulaColumns::missing(std::string_view name, const Use& use, Problems& problems) const {
  std::vector<std::string> known(raw_.names().begin(), raw_.names().end());
  for (const ColumnFormula& formula : formulas_)
    if (formula.name != use.inside) known.push_back(formula.name);
  const std::string hint =
      closest(name, known) ? did_you_mean(name, known) : name_within(name, raw_.names());
  // W&B writes the least of what it drew as one point beside each run's column.
  const auto chart = std::ranges::find_if(raw_.names(), [&](const std::string& column) {
    return column.find(" - ") != column.npos && raw_.count(column + "__MIN") > 0;
  });
  if (chart != raw_.names().end() && !closest(name, known))
    return problems.add(
        {std::string(use.option), 0, use.column},
        "nothing provides {}; {} has a column a run: name one, as {}, or make rows of "
        "them with mapping.wide",
        name, raw_.source(), written(*chart));
  std::string ways = ways_to_give(name);
  if (!ways.empty()) ways.insert(0, "; ");
  problems.add({std::string(use.option), 0, use.column},
               "nothing provides {}{}{}{} the columns are: {}", name, ways, hint,
               hint.empty() ? ";" : "", list_of(raw_.names()));
}

}  // namespace isoflop
