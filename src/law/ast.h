// A formula as it was written: the tree that the parser makes and that printing, LaTeX and
// JavaScript start from. What is computed starts from the graph that it is lowered to: see graph.h.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/result.h"
#include "law/operations.h"

namespace isoflop {

struct Ast {
  enum class Kind : std::uint8_t {
    kNumber,     // number
    kText,       // text: a literal 'S-Base', in filters only, as are calls of kTextFunctions
    kName,       // text: an input, a coefficient, a column
    kUnary,      // text: the operator, "-" or "!"; one child
    kBinary,     // text: the operator, "+" ... "^", "<" ... "!=", "&&", "||"; two children
    kCall,       // text: the function; its arguments
    kAggregate,  // text: the function; its argument, then the names that the rows share: over the
                 // rows of a table only, as `max(D) of run`; no names: all rows
  };
  Kind kind = Kind::kNumber;
  double number = 0;
  std::string text = {};
  std::vector<Ast> children = {};
  std::size_t column = 0;  // character of the formula's text where this starts, from 1
  bool quoted = false;     // a name in braces, which over a file means the file's own column
};
// That of a kUnary, kBinary, kCall or kAggregate.
const Operation& operation_of(const Ast& ast);

// What the text of a formula may hold besides the grammar that all share.
struct Grammar {
  bool suffixes = false;  // 7B, 1.4T: in values and filters; a law says 2*B
  bool texts = false;     // over a table: 'S-Base' or "S-Base", kTextFunctions, and aggregates
};
// Functions of a column and a text; data/text_condition.h has what they say.
inline constexpr std::array<std::string_view, 3> kTextFunctions = {"contains", "starts_with",
                                                                   "matches"};
inline bool is_text_function(std::string_view name) {
  return std::ranges::find(kTextFunctions, name) != kTextFunctions.end();
}

// Most parts of a formula, also with its definitions put in: those that use one another twice
// double in size each time, and a short text could fill the memory.
constexpr std::size_t kMostNodes = 4000;

// Reads one formula. `source` names it in errors, which carry the character.
//
//   or      = and { "||" and }
//   and     = compare { "&&" compare }
//   compare = sum [ ("<" | "<=" | ">" | ">=" | "==" | "!=") sum ]
//   sum     = term { ("+" | "-") term }
//   term    = unary { ("*" | "/") unary }
//   unary   = ("-" | "+" | "!") unary | power
//   power   = atom [ "^" unary ]                         right to left, and 2^-x is 2^(-x)
//   atom    = number | name | "{" column "}" | 'text' | "text"
//           | function "(" or { "," or } ")" | "(" or ")"
//           | aggregate "(" or ")" "of" rows
//   rows    = "all" | key | "(" key { "," key } ")"
//   key     = name | "{" column "}"
//
// `**` is an error that suggests `^`. pi is a constant. Names are letters, digits and _, not
// starting with a digit. Operators and functions are those of operations.h.
Result<Ast> parse_formula(std::string_view text, std::string_view source, Grammar grammar = {});

// "N = formula, loss = {val-loss}": a list of definitions, as in Mapping::columns and a law's
// `let`.
struct NamedFormula {
  std::string name;
  Ast formula;
  std::size_t column = 0;  // character where the name starts
};
Result<std::vector<NamedFormula>> parse_definitions(std::string_view text, std::string_view source,
                                                    Grammar grammar = {});

// "N, {Model Size}": a list of names, as an aggregate has them.
Result<std::vector<Ast>> parse_names(std::string_view text, std::string_view source);

// Puts definitions in the place of their names, once: a name in a definition stays.
void substitute(Ast& ast, std::span<const NamedFormula> definitions);

// Text that parses to the same tree, with no more parentheses than it takes.
std::string print(const Ast& ast);
// Names used, each once, in the order of their first use.
std::vector<std::string> names_of(const Ast& ast);

}  // namespace isoflop
