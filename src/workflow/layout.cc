#include "workflow/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <concepts>
#include <optional>
#include <span>
#include <utility>

#include "base/book_data.h"
#include "base/field_values.h"
#include "base/object_reader.h"
#include "data/columns.h"
#include "data/derive.h"
#include "isoflop/law.h"
#include "law/ast.h"
#include "workflow/fit_runs.h"
#include "workflow/project.h"

namespace isoflop {

namespace {

constexpr Grammar kLayoutGrammar = {.suffixes = true, .texts = true};

Layout::Candidates read_candidates(ObjectReader& from, std::string_view name) {
  Layout::Candidates all;
  if (!from.has(name)) return all;
  ObjectReader each = from.object(name);
  for (const auto& [key, value] : each.members()) {
    (void)value;
    all.emplace_back(key, each.texts(key));
  }
  return all;
}

// Adds what `more` has and `all` has not.
void add_missing(Layout::Candidates& all, const Layout::Candidates& more) {
  for (const auto& entry : more)
    if (std::ranges::none_of(all, [&](const auto& own) { return own.first == entry.first; }))
      all.push_back(entry);
}

Result<Layout> find_layout(std::string_view key) {
  const auto entry = std::ranges::find(layout_book(), key, &BookEntry::key);
  return read_layout(entry->toml, fmt::format("layouts/{}.toml", key));
}

// "* - *__MIN": each star is any text.
bool is_like(std::string_view name, std::string_view pattern) {
  if (pattern.empty()) return name.empty();
  if (pattern[0] != '*')
    return !name.empty() && name[0] == pattern[0] && is_like(name.substr(1), pattern.substr(1));
  for (std::size_t at = 0; at <= name.size(); ++at)
    if (is_like(name.substr(at), pattern.substr(1))) return true;
  return false;
}

// "val_loss" of "Val/Loss".
std::string plain(std::string_view name) {
  std::string text;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    text += std::isalnum(byte) != 0 || byte >= 0x80 ? static_cast<char>(std::tolower(byte)) : '_';
  }
  return text;
}

class Guesser {
 public:
  Guesser(const Layout& layout, const RawTable& table) : layout_(layout), table_(table) {}

  // The first candidate whose names are all there, with the names of the file's columns.
  std::optional<std::string> formula(const std::vector<std::string>& candidates) {
    for (const std::string& text : candidates) {
      const auto [value, needed] = parts(text);
      Result<Ast> ast = parse_formula(value, layout_.key, kLayoutGrammar);
      if (ast && is_there(needed) && rename(*ast)) return print(*ast);
    }
    return std::nullopt;
  }

  // The same for names that rows are grouped by, where some rows share them.
  std::optional<std::string> names(const std::vector<std::string>& candidates, bool shared) {
    for (const std::string& text : candidates) {
      const auto [value, needed] = parts(text);
      Result<std::vector<Ast>> list = parse_names(value, layout_.key);
      if (!list || !is_there(needed)) continue;
      bool all = true;
      std::string found;
      for (Ast& name : *list) {
        all = all && (is_known(name.text) || rename(name));
        found += (found.empty() ? "" : ", ") + print(name);
      }
      if (!all) continue;
      const std::size_t groups = count_groups(*list);
      if (shared && groups >= rows_left_) continue;
      if (shared) rows_left_ = groups;
      return found;
    }
    return std::nullopt;
  }

  void define(const std::string& name, const std::string& formula) {
    Result<Ast> ast = parse_formula(formula, layout_.key, kLayoutGrammar);
    if (ast) definitions_.push_back({name, *std::move(ast), "mapping.columns"});
  }
  [[nodiscard]] bool is_defined(std::string_view name) const {
    return std::ranges::find(definitions_, name, &ColumnFormula::name) != definitions_.end();
  }
  // Defined, or derived from what is.
  [[nodiscard]] bool is_known(std::string_view name) const {
    const auto given = [&](std::string_view each) { return is_defined(each); };
    const auto derived = derivations(given, nullptr);
    return is_defined(name) ||
           std::ranges::any_of(derived, [&](const Rule* rule) { return rule->gives == name; });
  }

 private:
  static std::pair<std::string_view, std::string_view> parts(std::string_view text) {
    const std::size_t at = text.find(" if ");
    return at == text.npos ? std::pair(text, std::string_view())
                           : std::pair(text.substr(0, at), text.substr(at + 4));
  }

  [[nodiscard]] bool is_there(std::string_view needed) const {
    return needed.empty() || is_defined(needed) || column(needed);
  }

  [[nodiscard]] std::optional<std::string> column(std::string_view name) const {
    if (table_.count(name) == 1) return std::string(name);
    if (name.size() < 2) return std::nullopt;
    const auto like = [&](const std::string& wanted) -> std::optional<std::string> {
      for (const std::string& each : table_.names())
        if (plain(each) == plain(wanted) && table_.count(each) == 1) return each;
      return std::nullopt;
    };
    if (auto found = like(std::string(name))) return found;
    for (const std::string& prefix : layout_.prefixes)
      if (auto found = like(prefix + std::string(name))) return found;
    return std::nullopt;
  }

  bool rename(Ast& node) const {
    if (node.kind == Ast::Kind::kName) {
      const std::optional<std::string> found = column(node.text);
      if (found) node.text = *found;
      return found.has_value();
    }
    return std::ranges::all_of(node.children, [&](Ast& child) { return rename(child); });
  }

  [[nodiscard]] std::size_t count_groups(const std::vector<Ast>& names) const {
    FormulaColumns columns(table_, definitions_, nullptr);
    Problems ignored;
    const std::optional<RowGroups> groups = columns.group(names, "", ignored);
    return groups ? groups->count : table_.rows();
  }

  const Layout& layout_;
  const RawTable& table_;
  std::vector<ColumnFormula> definitions_;
  std::size_t rows_left_ = table_.rows();
};

const std::vector<std::string>* candidates_of(const Layout::Candidates& all,
                                              std::string_view name) {
  for (const auto& [key, texts] : all)
    if (key == name) return &texts;
  return nullptr;
}

// The first of the layout's laws whose inputs are known; its last one where none is.
std::string guess_law(const Layout& layout, const Guesser& guesser) {
  for (const std::string& key : layout.laws) {
    const Result<Law> law = find_law(key);
    if (law && std::ranges::all_of(
                   law->inputs(), [&](const Input& input) { return guesser.is_known(input.name); }))
      return key;
  }
  return layout.laws.back();
}

// Inputs and the loss: those that are in the file by their own names need no definition.
void guess_columns(const Layout& layout, Guesser& guesser, ProjectGuess& guess) {
  for (const auto& [name, candidates] : layout.columns) {
    const std::optional<std::string> found = guesser.formula(candidates);
    if (!found) continue;
    guesser.define(name, *found);
    guess.guesses.emplace_back(name, *found);
    if (*found == name) continue;
    guess.mapping.columns +=
        fmt::format("{}{} = {}", guess.mapping.columns.empty() ? "" : ", ", name, *found);
  }
}

void guess_fields(const Layout& layout, Guesser& guesser, ProjectGuess& guess) {
  for_each_field(guess.mapping, [&](const auto& field) {
    using T = typename std::remove_cvref_t<decltype(field)>::T;
    const std::string_view name = field.name;
    const std::vector<std::string>* candidates = candidates_of(layout.fields, name);
    if (!field.choices.empty() && guess.mapping.*field.kMember != T())
      guess.guesses.emplace_back(name, field_value(guess.mapping.*field.kMember).string());
    if constexpr (std::same_as<T, std::string>) {
      if (candidates == nullptr) return;
      const bool reduces = name == "last_of" || name == "best_of" || name == "mean_of";
      if (name == "response" && guesser.is_defined("loss")) return;
      if (name == "order" && guess.mapping.last_of.empty()) return;
      if (name == "best_by" && guess.mapping.best_of.empty()) return;
      const std::optional<std::string> found = reduces || name == "cluster"
                                                   ? guesser.names(*candidates, reduces)
                                                   : guesser.formula(*candidates);
      if (!found) return;
      guess.mapping.*field.kMember = *found;
      guess.guesses.emplace_back(name, *found);
      if (name == "response") guesser.define("loss", *found);
    }
  });
}

bool has_one_length(const Runs& runs) {
  if (!runs.table.has("D")) return false;
  const std::span<const double> D = runs.table.column("D");
  return std::ranges::all_of(D, [&](double each) { return each == D[0]; });
}

// Their rows share noise.
void take_whole_runs(ProjectGuess& guess) {
  guess.mapping.cluster = std::exchange(guess.mapping.last_of, "");
  guess.mapping.order.clear();
  std::erase_if(guess.guesses, [](const auto& each) { return each.first == "order"; });
  for (auto& [name, value] : guess.guesses)
    if (name == "last_of") name = "cluster";
  guess.layout.notes.emplace_back(
      "D is the same at the end of every run, so all rows of a run are fitted, which share its "
      "noise");
}

// What the law wants and no guess gives.
std::vector<std::string> hints_for(const ProjectGuess& guess, const Law& law,
                                   const Guesser& guesser) {
  std::vector<std::string> wanted = {"loss"};
  for (const Input& input : law.inputs()) wanted.push_back(input.name);
  std::vector<std::string> hints;
  for (const auto& [name, texts] : guess.layout.hints)
    if (std::ranges::find(wanted, name) != wanted.end() && !guesser.is_known(name))
      for (const std::string& text : texts) hints.push_back(fmt::format("{}: {}", name, text));
  return hints;
}

}  // namespace

Result<Layout> read_layout(std::string_view text, std::string_view source) {
  const Result<Value> document = read_toml(text, source);
  if (!document) return std::unexpected(document.error());
  DocumentErrors errors(source, DocumentErrors::Format::kToml);
  ObjectReader file(*document, errors, "a layout");
  Layout layout;
  layout.key = file.filled_text("key");
  layout.title = file.filled_text("title");
  layout.source = file.filled_text("source");
  const auto texts_if_any = [&](std::string_view name) {
    return file.has(name) ? file.texts(name) : std::vector<std::string>();
  };
  layout.has = texts_if_any("has");
  layout.notes = texts_if_any("notes");
  layout.laws = texts_if_any("laws");
  layout.prefixes = texts_if_any("prefixes");
  for_each_field(layout.always, [&](const auto& field) {
    using T = typename std::remove_cvref_t<decltype(field)>::T;
    if (std::string_view(field.name) == "columns" || !file.has(field.name)) return;
    if constexpr (std::same_as<T, std::string>)
      if (field.choices.empty()) {
        layout.fields.emplace_back(field.name, file.texts(field.name));
        return;
      }
    layout.always.*field.kMember = read_field(file, field);
  });
  layout.columns = read_candidates(file, "columns");
  layout.hints = read_candidates(file, "hints");
  file.check_unknown();
  if (!errors.ok()) return errors.take();
  return layout;
}

std::vector<std::string> layout_keys() { return keys_of(layout_book()); }

Result<Layout> layout_of(const RawTable& table) {
  Result<Layout> any = find_layout(kAnyTable);
  if (!any) return any;
  Layout best = *any;
  for (const std::string& key : layout_keys()) {
    const Result<Layout> layout = find_layout(key);
    if (!layout) return layout;
    const bool fits = std::ranges::all_of(layout->has, [&](const std::string& pattern) {
      return std::ranges::any_of(table.names(),
                                 [&](const std::string& name) { return is_like(name, pattern); });
    });
    if (fits && layout->has.size() > best.has.size()) best = *layout;
  }
  add_missing(best.columns, any->columns);
  add_missing(best.fields, any->fields);
  add_missing(best.hints, any->hints);
  if (best.laws.empty()) best.laws = any->laws;
  if (best.prefixes.empty()) best.prefixes = any->prefixes;
  return best;
}

Result<ProjectGuess> guess_project(Layout layout, const RunsFile& file,
                                   const std::optional<Law>& given) {
  ProjectGuess guess{.layout = std::move(layout)};
  guess.mapping = guess.layout.always;
  Guesser guesser(guess.layout, *file.table);
  guess_columns(guess.layout, guesser, guess);
  guess_fields(guess.layout, guesser, guess);
  guess.law = guess_law(guess.layout, guesser);
  guess.rows_read = file.table->rows();
  const Result<Law> law = given ? Result<Law>(*given) : find_law(guess.law);
  if (!law) return std::unexpected(law.error());
  Result<Runs> runs = map_runs(file, *law, guess.mapping, response_for({}));
  // Runs of one length say nothing of data at their ends alone: the whole of each is the table.
  if (runs && !guess.mapping.last_of.empty() && guess.mapping.cluster.empty() &&
      has_one_length(*runs)) {
    take_whole_runs(guess);
    runs = map_runs(file, *law, guess.mapping, response_for({}));
  }
  if (runs) {
    guess.rows = runs->table.rows();
    guess.layout.notes.insert(guess.layout.notes.end(), runs->data.warnings.begin(),
                              runs->data.warnings.end());
  } else {
    for (const Problem& problem : runs.error().problems) guess.problems.push_back(problem.text());
  }
  guess.hints = hints_for(guess, *law, guesser);
  return guess;
}

std::string write_project(const ProjectGuess& guess, const std::vector<std::string>& runs) {
  std::string text = fmt::format(
      "# Guessed by isoflop init from the names of columns: check it. The layout is {}\n"
      "# ({}). docs/tables.md says what else may stand here.\n\n",
      guess.layout.key, guess.layout.title);
  text += project_line("runs", runs) + project_line("law", {guess.law});
  for_each_field(guess.mapping, [&](const auto& field) {
    const auto& value = guess.mapping.*field.kMember;
    using T = std::remove_cvref_t<decltype(value)>;
    if (value == T()) return;
    const Value written = field_value(value);
    text += written.is(Value::Kind::kString)
                ? project_line(field.name, {written.string()})
                : fmt::format("{} = {}\n", field.name, write_json(written));
  });
  for (const std::string& note : guess.layout.notes) text += fmt::format("\n# {}", note);
  for (const std::string& hint : guess.hints) text += fmt::format("\n# Missing: {}", hint);
  return guess.layout.notes.empty() && guess.hints.empty() ? text : text + "\n";
}

}  // namespace isoflop
