// The columns of numbers that formulas over a file may use, made when they are asked for.
//
// A name means, in this order: a definition of the mapping; a column of the file; what the rules of
// derive.h give. Within its own definition it means the file's column, so `loss = loss` and `N =
// 1e6*N` read as they should. In braces it always means the file's column: `N = Na, P = {N}`.
#pragma once

#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "data/derive.h"
#include "data/raw_table.h"
#include "isoflop/law.h"
#include "law/ast.h"

namespace isoflop {

// "name = formula" of the mapping, and the option that it was given in.
struct ColumnFormula {
  std::string name;
  Ast formula;
  std::string option;
};

struct Column {
  std::vector<double> values;   // NaN where a cell is not a number or the formula is undefined
  std::set<std::size_t> cells;  // the columns of the file that the values were computed from
};

// The rows of a file, sorted by what they have under some names.
struct RowGroups {
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  std::vector<std::size_t> of;  // the group of each row; kNone where it lacks one of the values
  std::size_t count = 0;
  std::set<std::size_t> cells;  // the columns of the file whose numbers were looked at
  std::set<std::size_t> texts;  // and those whose texts were
};

class FormulaColumns {
 public:
  // Without a law no input stands in for another.
  FormulaColumns(const RawTable& raw, std::vector<ColumnFormula> formulas, const Law* law);

  // The column that a name means, or null where nothing gives it, for which a problem was added.
  // `option` is where the name was asked for.
  const Column* find(std::string_view name, std::string_view option, Problems& problems);
  // The value of a formula in each row; nothing where a problem was added. As a condition, and
  // where it is negated or joined with others, a column of true and false is one: `!outlier`.
  std::optional<Column> evaluate(const Ast& formula, std::string_view option, Problems& problems);

  // Rows are in one group where they have the same under every name: the same text, or numbers that
  // agree to nine digits, as 1e9 and 1000000000 do, or 6ND/6N and D. Nothing where a problem was
  // added.
  std::optional<RowGroups> group(std::span<const Ast> names, std::string_view option,
                                 Problems& problems) {
    return group(names, Use{{}, option}, problems);
  }

  // A column that find() has given before, or null.
  [[nodiscard]] const Column* found(std::string_view name) const;
  // The numbers of a column of the file that a found one was computed from.
  [[nodiscard]] std::span<const double> numbers(std::size_t cell) const;
  // The values of a found column, which has none from then on.
  std::vector<double> take(std::string_view name);
  // The column of the file whose texts a name stands for, under whatever name it is there; nothing
  // where the name is none of a column, or of two.
  std::optional<std::size_t> text_column(const Ast& name, std::string_view inside = {});
  // Whether a definition or the file gives a name; else a rule may.
  [[nodiscard]] bool is_given(std::string_view name) const {
    return formula_of(name) != nullptr || raw_.count(name) > 0;
  }
  // Whether a formula or a rule has used a definition.
  [[nodiscard]] bool is_used(std::string_view name) const { return used_.contains(name); }
  // Adds the problem that a name means nothing here.
  void missing(std::string_view name, std::string_view option, Problems& problems) const {
    missing(name, Use{{}, option}, problems);
  }
  // What a name is made by: the mapping's formula, a rule's, or the file's column.
  [[nodiscard]] Ast formula(std::string_view name) const;
  // The formula behind a name, for messages: "P (1 - S)"; empty for a column of the file.
  [[nodiscard]] std::string origin(std::string_view name) const;
  // How stand-ins and derived inputs among the found columns came to be, and texts that no cell
  // has.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  struct Use {
    std::string_view
        inside;  // the definition that the name stands in; empty where it stands in none
    std::string_view option;
    std::size_t column = 0;  // character
  };

  const Column* look_up(std::string_view name, const Use& use, Problems& problems);
  const Column* from_file(std::string_view name, const Use& use, Problems& problems);
  const Column* from_formula(const ColumnFormula& formula, Problems& problems);
  const Column* from_rule(const Rule& rule, const Use& use, Problems& problems);
  // Puts a column in its place under a name unless something was missing.
  const Column* keep(std::string_view name, std::optional<Column> column);

  std::optional<Column> compute(Ast formula, const Use& use, bool condition, Problems& problems);
  void gather(Ast& node, const Use& use, std::map<std::string, const Column*>& named,
              Problems& problems);
  const Column* from_braces(Ast& node, const Use& use, Problems& problems);
  void note_hidden(std::string_view name, const Use& use);
  // Puts columns of truth in the place of tests of texts; `condition`: whether the node is one.
  void replace_texts(Ast& node, const Use& use, bool condition, Problems& problems);
  void replace_test(Ast& node, const Use& use, const Ast& subject, std::string_view test,
                    const std::string& text, Problems& problems);
  void replace_aggregate(Ast& node, const Use& use, Problems& problems);
  std::optional<RowGroups> group(std::span<const Ast> names, const Use& use, Problems& problems);
  // Whether a name means something else than true or false.
  [[nodiscard]] bool means_column(std::string_view name) const;
  [[nodiscard]] bool has_truth_words(std::size_t column) const;
  void note_text_without_cells(std::size_t column, std::string_view test, std::string_view text);
  void missing(std::string_view name, const Use& use, Problems& problems) const;

  [[nodiscard]] const Rule* rule_of(std::string_view name) const;
  [[nodiscard]] const ColumnFormula* formula_of(std::string_view name) const;

  const RawTable& raw_;
  std::vector<ColumnFormula> formulas_;
  std::vector<const Rule*> rules_;
  std::map<std::size_t, Column> file_;                               // by the file's column
  std::map<std::string, std::optional<Column>, std::less<>> named_;  // nothing: it has a problem
  // In the place of parts of formulas: tests of texts, as 1 and 0, and aggregates.
  std::map<std::string, Column, std::less<>> replaced_;
  std::vector<std::string> in_work_;         // names whose columns are being made
  std::set<std::string, std::less<>> used_;  // definitions
  std::vector<std::string> notes_;
};

}  // namespace isoflop
