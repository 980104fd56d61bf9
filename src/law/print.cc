#include <algorithm>

#include "base/number_text.h"
#include "law/ast.h"
#include "law/token.h"

namespace isoflop {

namespace {

using enum Precedence;

Precedence precedence_of(const Ast& ast) {
  const bool is_operator = ast.kind == Ast::Kind::kUnary || ast.kind == Ast::Kind::kBinary;
  return is_operator ? operation_of(ast).precedence : kAtom;
}

std::string quote(std::string_view text, char open, char close) {
  std::string quoted(1, open);
  for (const char c : text) {
    quoted += c;
    if (c == close) quoted += c;
  }
  return quoted + close;
}

std::string in_parentheses_below(const Ast& ast, Precedence least) {
  return precedence_of(ast) < least ? "(" + print(ast) + ")" : print(ast);
}

std::string print_binary(const Ast& ast) {
  const Precedence level = precedence_of(ast);
  const bool loose = level <= kSum;
  const std::string symbol = loose ? " " + ast.text + " " : ast.text;
  // Left to right but for the power, whose exponent may be a unary; comparisons do not chain.
  const Precedence left = level == kPower ? kAtom : (level == kCompare ? kSum : level);
  const Precedence right = level == kPower ? kUnary : tighter(level);
  return in_parentheses_below(ast.children[0], left) + symbol +
         in_parentheses_below(ast.children[1], right);
}

std::string print_call(const Ast& ast) {
  if (ast.children.empty()) return ast.text;
  std::string text = ast.text + "(";
  for (std::size_t i = 0; i < ast.children.size(); ++i)
    text += (i > 0 ? ", " : "") + print(ast.children[i]);
  return text + ")";
}

std::string print_aggregate(const Ast& ast) {
  std::string names;
  for (std::size_t i = 1; i < ast.children.size(); ++i)
    names += (i > 1 ? ", " : "") + print(ast.children[i]);
  if (ast.children.size() > 2 || names == "all") names = "(" + names + ")";
  return ast.text + "(" + print(ast.children[0]) + ") of " + (names.empty() ? "all" : names);
}

void gather_names(const Ast& ast, std::vector<std::string>& names) {
  if (ast.kind == Ast::Kind::kName && std::ranges::find(names, ast.text) == names.end())
    names.push_back(ast.text);
  for (const Ast& child : ast.children) gather_names(child, names);
}

}  // namespace

std::string print(const Ast& ast) {
  switch (ast.kind) {
    case Ast::Kind::kNumber:
      return format_exact(ast.number);
    case Ast::Kind::kText:
      return quote(ast.text, '\'', '\'');
    case Ast::Kind::kName:
      // A column called "pi" must not read back as the number.
      return !ast.quoted && is_identifier(ast.text) && !is_constant(ast.text)
                 ? ast.text
                 : quote(ast.text, '{', '}');
    case Ast::Kind::kUnary:
      return ast.text + in_parentheses_below(ast.children[0], kUnary);
    case Ast::Kind::kBinary:
      return print_binary(ast);
    case Ast::Kind::kCall:
      return print_call(ast);
    case Ast::Kind::kAggregate:
      return print_aggregate(ast);
  }
  return {};
}

std::vector<std::string> names_of(const Ast& ast) {
  std::vector<std::string> names;
  gather_names(ast, names);
  return names;
}

}  // namespace isoflop
