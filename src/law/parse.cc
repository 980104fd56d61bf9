#include <utility>

#include "base/error.h"
#include "base/spelling.h"
#include "law/ast.h"
#include "law/operations.h"
#include "law/token.h"

namespace isoflop {

namespace {

using enum Precedence;

// Trees are walked by recursion, so their height must be bounded; no formula of a paper comes near.
constexpr std::size_t kDeepestNesting = 200;

class Parser {
 public:
  Parser(std::vector<Token> tokens, std::string_view source, bool texts)
      : tokens_(std::move(tokens)), source_(source), texts_(texts) {}

  Result<Ast> whole_formula() {
    Result<Ast> formula = level(kOr);
    if (formula && !at_end()) return unexpected_token("an operator or the end");
    return formula;
  }

  Result<std::vector<NamedFormula>> definitions() {
    std::vector<NamedFormula> list;
    for (;;) {
      NamedFormula entry;
      entry.column = token().column;
      if (token().kind != Token::Kind::kName && token().kind != Token::Kind::kQuotedName)
        return unexpected_token("a name, as in N = ...");
      entry.name = take().text;
      if (!take_symbol("=")) return unexpected_token("'=' and a formula");
      Result<Ast> formula = level(kOr);
      if (!formula) return std::unexpected(formula.error());
      entry.formula = std::move(*formula);
      list.push_back(std::move(entry));
      if (at_end()) return list;
      if (!take_symbol(",")) return unexpected_token("an operator, ',' or the end");
    }
  }

  Result<std::vector<Ast>> whole_names() {
    Result<std::vector<Ast>> read = names();
    if (read && !at_end()) return unexpected_token("',' or the end");
    return read;
  }

 private:
  const Token& token() const { return tokens_[at_]; }
  bool at_end() const { return token().kind == Token::Kind::kEnd; }
  Token take() { return at_end() ? tokens_[at_] : tokens_[at_++]; }
  bool is_symbol(std::string_view symbol) const {
    return token().kind == Token::Kind::kSymbol && token().text == symbol;
  }
  bool take_symbol(std::string_view symbol) {
    if (!is_symbol(symbol)) return false;
    ++at_;
    return true;
  }
  bool is_operator(Precedence precedence) const {
    if (token().kind != Token::Kind::kSymbol) return false;
    const Operation* found = find_operator(token().text, 2);
    return found != nullptr && found->precedence == precedence;
  }

  std::unexpected<Error> unexpected_token(std::string_view expected) const {
    const Place place{source_, 0, token().column};
    if (at_end()) return error_at(place, "the text ends where {} should follow", expected);
    if (is_symbol("**")) return error_at(place, "a power is written with '^', not '**'");
    if (is_symbol("=")) return error_at(place, "'=' cannot stand here; a comparison is '=='");
    return error_at(place, "found '{}', expected {}", describe(token()), expected);
  }

  static std::string describe(const Token& token) {
    return token.kind == Token::Kind::kNumber ? fmt::format("{}", token.number) : token.text;
  }

  Result<Ast> node(Ast::Kind kind, std::string text, std::size_t column,
                   std::vector<Ast> children = {}) {
    if (++nodes_ > kMostNodes)
      return error_at({source_, 0, column}, "the formula has more than {} parts: simplify it",
                      kMostNodes);
    return Ast{
        .kind = kind, .text = std::move(text), .children = std::move(children), .column = column};
  }

  Result<Ast> binary(const Token& symbol, Ast left, Ast right) {
    std::vector<Ast> children;
    children.push_back(std::move(left));
    children.push_back(std::move(right));
    return node(Ast::Kind::kBinary, symbol.text, symbol.column, std::move(children));
  }

  // The operators that bind at least so tightly, from the left.
  Result<Ast> level(Precedence precedence) {
    if (precedence == kUnary) return unary();
    const Precedence above = tighter(precedence);
    Result<Ast> left = level(above);
    while (left && is_operator(precedence)) {
      const Token symbol = take();
      Result<Ast> right = level(above);
      if (!right) return right;
      left = binary(symbol, std::move(*left), std::move(*right));
      if (left && precedence == kCompare && is_operator(kCompare))
        return error_at({source_, 0, token().column},
                        "comparisons do not chain; write a < b && b < c");
    }
    return left;
  }

  // Every way to nest passes through here.
  Result<Ast> unary() {
    if (nesting_ == kDeepestNesting)
      return error_at({source_, 0, token().column}, "nested more than {} deep: simplify it",
                      kDeepestNesting);
    ++nesting_;
    Result<Ast> result = prefixed();
    --nesting_;
    return result;
  }

  Result<Ast> prefixed() {
    if (take_symbol("+")) return unary();
    if (!is_symbol("-") && !is_symbol("!")) return power();
    const Token symbol = take();
    Result<Ast> operand = unary();
    if (!operand) return operand;
    return node(Ast::Kind::kUnary, symbol.text, symbol.column, {std::move(*operand)});
  }

  Result<Ast> power() {
    Result<Ast> base = atom();
    if (!base || !is_symbol("^")) return base;
    const Token symbol = take();
    Result<Ast> exponent = unary();
    if (!exponent) return exponent;
    return binary(symbol, std::move(*base), std::move(*exponent));
  }

  Result<Ast> atom() {
    if (take_symbol("(")) {
      Result<Ast> inside = level(kOr);
      if (inside && !take_symbol(")")) return unexpected_token("an operator or ')'");
      return inside;
    }
    if (at_end() || token().kind == Token::Kind::kSymbol)
      return unexpected_token("a number, a name or '('");
    const Token first = take();
    if (first.kind == Token::Kind::kName && is_symbol("(")) return call(first);
    Ast::Kind kind = Ast::Kind::kName;
    if (first.kind == Token::Kind::kNumber) kind = Ast::Kind::kNumber;
    if (first.kind == Token::Kind::kText) kind = Ast::Kind::kText;
    if (first.kind == Token::Kind::kName && is_constant(first.text)) kind = Ast::Kind::kCall;
    Result<Ast> leaf = node(kind, first.text, first.column);
    if (leaf) leaf->number = first.number;
    if (leaf) leaf->quoted = first.kind == Token::Kind::kQuotedName;
    return leaf;
  }

  Result<Ast> call(const Token& name) {
    if (is_text_function(name.text)) return text_call(name);
    const Operation* function = find_function(name.text);
    if (function == nullptr || is_constant(name.text)) return unknown_function(name);
    Result<std::vector<Ast>> read = arguments();
    if (!read) return std::unexpected(read.error());
    const std::size_t count = read->size();
    const bool over_rows = texts_ && function->aggregate != nullptr;
    if (over_rows && count == 1 && is_name("of")) return aggregate(name, std::move(*read));
    if (is_aggregate(*function))
      return error_at(
          {source_, 0, name.column},
          "{0}() is of rows of a table: {0}(loss) of run, or of (N, D), or of all{1}", name.text,
          texts_ ? "" : "; it can stand in a filter (mapping.where) or mapping.columns only");
    if (count < function->operands || count > function->most_operands)
      return error_at({source_, 0, name.column}, "{}() takes {} argument{}, not {}{}", name.text,
                      function->most_operands == kAnyNumber ? "two or more" : "one",
                      function->most_operands == kAnyNumber ? "s" : "", count,
                      over_rows ? fmt::format("; of rows it is {}(D) of run", name.text) : "");
    return node(Ast::Kind::kCall, name.text, name.column, std::move(*read));
  }

  // What stands between a function's parentheses.
  Result<std::vector<Ast>> arguments() {
    take_symbol("(");
    std::vector<Ast> read;
    do {
      Result<Ast> argument = level(kOr);
      if (!argument) return std::unexpected(argument.error());
      read.push_back(std::move(*argument));
    } while (take_symbol(","));
    if (!take_symbol(")")) return unexpected_token("',' or ')'");
    return read;
  }

  // The rest of "max(D) of run", "of (N, D)" or "of all".
  Result<Ast> aggregate(const Token& name, std::vector<Ast> children) {
    take();
    if (is_name("all")) {
      take();
    } else {
      const bool several = take_symbol("(");
      Result<std::vector<Ast>> keys = names(several);
      if (!keys) return std::unexpected(keys.error());
      if (several && !take_symbol(")")) return unexpected_token("',' or ')'");
      for (Ast& key : *keys) children.push_back(std::move(key));
    }
    return node(Ast::Kind::kAggregate, name.text, name.column, std::move(children));
  }

  bool is_name(std::string_view text) const {
    return token().kind == Token::Kind::kName && token().text == text;
  }

  Result<std::vector<Ast>> names(bool several = true) {
    std::vector<Ast> read;
    do {
      if (token().kind != Token::Kind::kName && token().kind != Token::Kind::kQuotedName)
        return unexpected_token("a name or {column}");
      const bool quoted = token().kind == Token::Kind::kQuotedName;
      const Token name = take();
      Result<Ast> leaf = node(Ast::Kind::kName, name.text, name.column);
      if (!leaf) return std::unexpected(leaf.error());
      leaf->quoted = quoted;
      read.push_back(std::move(*leaf));
    } while (several && take_symbol(","));
    return read;
  }

  // contains(column, 'text')
  Result<Ast> text_call(const Token& name) {
    const Place place{source_, 0, name.column};
    if (!texts_)
      return error_at(place, "{}() can stand in a filter (mapping.where) only", name.text);
    Result<std::vector<Ast>> read = arguments();
    if (!read) return std::unexpected(read.error());
    if (read->size() != 2 || read->front().kind != Ast::Kind::kName ||
        read->back().kind != Ast::Kind::kText)
      return error_at(place, "{0}() takes a column and a text: {0}(kind, 'moe')", name.text);
    return node(Ast::Kind::kCall, name.text, name.column, std::move(*read));
  }

  std::unexpected<Error> unknown_function(const Token& name) const {
    const Place place{source_, 0, name.column};
    if (name.text == "ln") return error_at(place, "the natural logarithm is written log(...)");
    std::vector<std::string> known;
    for (const Operation& each : operations())
      if (is_function(each) && each.operands > 0 && (texts_ || !is_aggregate(each)))
        known.emplace_back(each.text);
    if (texts_) known.insert(known.end(), kTextFunctions.begin(), kTextFunctions.end());
    return error_at(place, "'{}' is not a function; a product is written {}*(...){}", name.text,
                    name.text, did_you_mean(name.text, known));
  }

  std::vector<Token> tokens_;
  std::string source_;
  bool texts_;
  std::size_t at_ = 0;
  std::size_t nesting_ = 0;
  std::size_t nodes_ = 0;
};

}  // namespace

const Operation& operation_of(const Ast& ast) {
  const bool named = ast.kind == Ast::Kind::kCall || ast.kind == Ast::Kind::kAggregate;
  return *(named ? find_function(ast.text) : find_operator(ast.text, ast.children.size()));
}

Result<Ast> parse_formula(std::string_view text, std::string_view source, Grammar grammar) {
  Result<std::vector<Token>> tokens = tokenize(text, source, grammar);
  if (!tokens) return std::unexpected(tokens.error());
  return Parser(std::move(*tokens), source, grammar.texts).whole_formula();
}

Result<std::vector<NamedFormula>> parse_definitions(std::string_view text, std::string_view source,
                                                    Grammar grammar) {
  Result<std::vector<Token>> tokens = tokenize(text, source, grammar);
  if (!tokens) return std::unexpected(tokens.error());
  return Parser(std::move(*tokens), source, grammar.texts).definitions();
}

Result<std::vector<Ast>> parse_names(std::string_view text, std::string_view source) {
  Result<std::vector<Token>> tokens = tokenize(text, source, {.suffixes = true, .texts = true});
  if (!tokens) return std::unexpected(tokens.error());
  return Parser(std::move(*tokens), source, true).whole_names();
}

}  // namespace isoflop
