#include "law/latex.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <optional>

#include "base/number_text.h"

namespace isoflop {

namespace {

using enum Precedence;

// Those that look like a Latin letter have no command.
constexpr std::array<std::string_view, 34> kGreek = {
    "alpha",   "beta",   "gamma", "delta",   "epsilon", "zeta",  "eta",   "theta", "iota",
    "kappa",   "lambda", "mu",    "nu",      "xi",      "pi",    "rho",   "sigma", "tau",
    "upsilon", "phi",    "chi",   "psi",     "omega",   "Gamma", "Delta", "Theta", "Lambda",
    "Xi",      "Pi",     "Sigma", "Upsilon", "Phi",     "Psi",   "Omega"};

struct Text {
  std::string latex;
  Precedence precedence = kAtom;
};

std::string parenthesised(const std::string& latex) {
  return fmt::format("\\left({}\\right)", latex);
}

std::string at_least(const Text& text, Precedence precedence) {
  return text.precedence < precedence ? parenthesised(text.latex) : text.latex;
}

// What must not stand right behind a thin space, where it would be read with what is before it.
bool starts_with_digit(const std::string& latex) {
  return !latex.empty() && std::isdigit(static_cast<unsigned char>(latex[0])) != 0;
}

// 1e9 is 10^{9}, 2.5e-7 is 2.5 \cdot 10^{-7}.
Text number(double value) {
  const std::string text = format_exact(value);
  const std::size_t e = text.find('e');
  if (e == std::string::npos) return {text, kAtom};
  const std::string digits = text.substr(0, e);
  const std::string power = fmt::format("10^{{{}}}", std::atoi(text.c_str() + e + 1));
  if (digits == "1") return {power, kPower};
  return {digits + " \\cdot " + power, kTerm};
}

class Writer {
 public:
  Text write(const Ast& ast) {
    switch (ast.kind) {
      case Ast::Kind::kNumber:
        return number(ast.number);
      case Ast::Kind::kText:
        return {fmt::format("\\text{{{}}}", ast.text)};
      case Ast::Kind::kName:
        return {latex_name(ast.text)};
      case Ast::Kind::kUnary:
        return {std::string(operation_of(ast).latex) + at_least(write(ast.children[0]), kUnary),
                kUnary};
      case Ast::Kind::kBinary:
        return binary(ast);
      case Ast::Kind::kCall:
        return call(ast);
      case Ast::Kind::kAggregate:
        break;  // of tables, not of laws
    }
    return {};
  }

 private:
  Text binary(const Ast& ast) {
    const Ast &left = ast.children[0], &right = ast.children[1];
    if (ast.text == "^") return power(left, right);
    if (ast.text == "/") return quotient(left, right);
    if (ast.text == "*") return product(left, right);
    const Operation& operation = operation_of(ast);
    const Precedence level = operation.precedence;
    const std::string before = at_least(write(left), level == kCompare ? kSum : level);
    // A minus in front of a sum's second part needs parentheses, as in a + (-b).
    const Text after = write(right);
    const bool sign = level == kSum && after.latex.starts_with('-');
    return {before + std::string(operation.latex) +
                (sign ? parenthesised(after.latex) : at_least(after, tighter(level))),
            level};
  }

  Text product(const Ast& left, const Ast& right) {
    const std::string before = at_least(write(left), kTerm);
    const Text factor = write(right);
    const std::string after = at_least(factor, factor.precedence == kUnary ? kFraction : kUnary);
    return {before + (starts_with_digit(after) ? " \\cdot " : " \\, ") + after, kTerm};
  }

  Text quotient(const Ast& over, const Ast& under) {
    if (exponents_ == 0)
      return {fmt::format("\\frac{{{}}}{{{}}}", write(over).latex, write(under).latex), kFraction};
    return {at_least(write(over), kTerm) + "/" + at_least(write(under), kFraction), kTerm};
  }

  Text power(const Ast& base, const Ast& exponent) {
    const Text below = write(base);
    const bool plain = base.kind == Ast::Kind::kName || below.precedence == kAtom;
    ++exponents_;
    const std::string above = write(exponent).latex;
    --exponents_;
    return {fmt::format("{}^{{{}}}", plain ? below.latex : parenthesised(below.latex), above),
            kPower};
  }

  Text call(const Ast& ast) {
    const std::string_view form = operation_of(ast).latex;
    if (ast.children.empty()) return {std::string(form)};
    std::string arguments;
    for (const Ast& child : ast.children)
      arguments += (arguments.empty() ? "" : ", ") + write(child).latex;
    if (form.find("{}") != std::string_view::npos)
      return {fmt::format(fmt::runtime(form), arguments)};
    return {std::string(form) + parenthesised(arguments), kPower};
  }

  int exponents_ = 0;  // how many exponents the text stands in
};

// A text as LaTeX prints it.
std::string upright(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (std::string_view("_{}%$&# ").find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return fmt::format("\\mathrm{{{}}}", escaped);
}

// A letter or a Greek letter; nothing for a longer name.
std::optional<std::string> letter(std::string_view name) {
  if (name.size() == 1) return std::string(name);
  if (std::ranges::find(kGreek, name) == kGreek.end()) return std::nullopt;
  return "\\" + std::string(name);
}

}  // namespace

std::string latex(const Ast& ast) { return Writer().write(ast).latex; }

std::string latex_name(std::string_view name) {
  if (const auto whole = letter(name)) return *whole;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const std::size_t underscore = name.find('_');
  // The subscript of "a_D"; of "aD", "a12" and "alpha2"; none for a word.
  std::size_t end = underscore;
  if (end == std::string_view::npos && name.size() == 2) end = 1;
  if (end == std::string_view::npos) {
    end = name.size();
    while (end > 0 && is_digit(name[end - 1])) --end;
  }
  const auto base = letter(name.substr(0, end));
  const std::string_view below = name.substr(end + (end == underscore ? 1 : 0));
  if (!base || below.empty()) return upright(name);
  const bool number = std::ranges::all_of(below, is_digit);
  const auto symbol = letter(below);
  return fmt::format("{}_{{{}}}", *base,
                     symbol   ? *symbol
                     : number ? std::string(below)
                              : upright(below));
}

}  // namespace isoflop
