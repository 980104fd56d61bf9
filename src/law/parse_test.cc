#include <gtest/gtest.h>

#include <random>
#include <string>

#include "law/ast.h"

namespace isoflop {
namespace {

std::string problem_of(std::string_view text, Grammar grammar = {}) {
  const Result<Ast> parsed = parse_formula(text, "--law", grammar);
  return parsed ? "parsed as " + print(*parsed) : parsed.error().text();
}

std::string reprinted(std::string_view text, Grammar grammar = {}) {
  const Result<Ast> parsed = parse_formula(text, "--law", grammar);
  return parsed ? print(*parsed) : parsed.error().text();
}

// Precedence as in mathematics and in Python, and no parentheses that are not needed.
TEST(Parse, PrintsWithTheFewestParentheses) {
  EXPECT_EQ(reprinted("((E) + (A/(N^alpha)))"), "E + A/N^alpha");
  EXPECT_EQ(reprinted("-x^2"), "-x^2");
  EXPECT_EQ(reprinted("(-x)^2"), "(-x)^2");
  EXPECT_EQ(reprinted("2^-x"), "2^-x");
  EXPECT_EQ(reprinted("a^b^c"), "a^b^c");
  EXPECT_EQ(reprinted("(a^b)^c"), "(a^b)^c");
  EXPECT_EQ(reprinted("a - (b - c)"), "a - (b - c)");
  EXPECT_EQ(reprinted("a/(b*c)"), "a/(b*c)");
  EXPECT_EQ(reprinted("a < 1 && (b || !c)"), "a < 1 && (b || !c)");
  EXPECT_EQ(reprinted("max(a, b)*pi"), "max(a, b)*pi");
  EXPECT_EQ(reprinted("{val-loss} + {pi} + {a}}b}"), "{val-loss} + {pi} + {a}}b}");
}

TEST(Parse, SuffixesAndTextsBelongToFilters) {
  const Grammar filter{.suffixes = true, .texts = true};
  EXPECT_EQ(reprinted("N >= 7B && router == 'S-Base'", filter),
            "N >= 7000000000 && router == 'S-Base'");
  EXPECT_EQ(problem_of("2B/N"), "--law:1: '2B' is not a number; a product is written 2*B");
  EXPECT_EQ(problem_of("router == 'x'"),
            "--law:11: a text '...' can stand in a filter (mapping.where) only");
  EXPECT_EQ(problem_of("router == \"x\""),
            "--law:11: a text '...' can stand in a filter (mapping.where) only");
  EXPECT_EQ(problem_of("contains(a, 'x')"),
            "--law:13: a text '...' can stand in a filter (mapping.where) only");
  EXPECT_EQ(problem_of("contains(a, b)"),
            "--law:1: contains() can stand in a filter (mapping.where) only");
  EXPECT_EQ(reprinted("a == \"it's \"\"so\"\"\" || !starts_with(b, \"x\")", filter),
            "a == 'it''s \"so\"' || !starts_with(b, 'x')");
}

// A message is only of use if it points at the place: columns count characters, not bytes.
TEST(Parse, ErrorsPointAtTheCharacter) {
  EXPECT_EQ(problem_of("E + A/N^"),
            "--law:9: the text ends where a number, a name or '(' should follow");
  EXPECT_EQ(problem_of("E + A**N"), "--law:6: a power is written with '^', not '**'");
  EXPECT_EQ(problem_of("{über}*?"),
            "--law:8: unexpected character '?'; a name with it in is quoted: {a?b}");
  EXPECT_EQ(problem_of("ln(N)"), "--law:1: the natural logarithm is written log(...)");
  EXPECT_EQ(
      problem_of("E + lgo(N)"),
      "--law:5: 'lgo' is not a function; a product is written lgo*(...); did you mean \"log\"?");
  EXPECT_EQ(problem_of("a < b < c"), "--law:7: comparisons do not chain; write a < b && b < c");
  EXPECT_EQ(problem_of("max(a)"), "--law:1: max() takes two or more arguments, not 1");
  EXPECT_EQ(problem_of("(a + b"), "--law:7: the text ends where an operator or ')' should follow");
  EXPECT_EQ(problem_of("1e999"), "--law:1: 1e999 is too large for a number");
}

// Formulas come from files and command lines that anyone may write: an error, never a crash or a
// hang.
TEST(Parse, HostileTextIsAnError) {
  const std::string deep(100000, '(');
  EXPECT_NE(problem_of(deep).find("characters; at most"), std::string::npos);
  EXPECT_NE(problem_of(deep.substr(0, 60000)).find("nested more than"), std::string::npos);
  EXPECT_NE(problem_of(std::string(60000, '-')).find("nested more than"), std::string::npos);
  std::string sum = "a";
  for (int i = 0; i < 20000; ++i) sum += "+a";
  EXPECT_NE(problem_of(sum).find("more than 4000 parts"), std::string::npos);
  EXPECT_EQ(problem_of(std::string_view("a\0b", 3)),
            "--law:2: unexpected byte 0x00; a formula is plain ASCII outside {...}");
  EXPECT_NE(problem_of("\xff\xfe").find("unexpected byte 0xff"), std::string::npos);
  EXPECT_EQ(problem_of(""), "--law:1: the text ends where a number, a name or '(' should follow");
}

Ast random_tree(std::mt19937& random, int depth) {
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  Ast ast;
  if (depth == 0 || below(5) == 0) {
    if (below(2) == 0) {
      ast.number = below(1000) / 8.0;
      return ast;
    }
    ast.kind = Ast::Kind::kName;
    ast.text = std::vector<std::string>{"N", "alpha", "val-loss", "pi", "a}b"}[below(5)];
    return ast;
  }
  const auto child = [&] { return random_tree(random, depth - 1); };
  switch (below(3)) {
    case 0:
      ast.kind = Ast::Kind::kUnary;
      ast.text = below(2) == 0 ? "-" : "!";
      ast.children.push_back(child());
      break;
    case 1:
      ast.kind = Ast::Kind::kCall;
      ast.text = "max";
      ast.children = {child(), child(), child()};
      break;
    default:
      ast.kind = Ast::Kind::kBinary;
      ast.text = std::vector<std::string>{"+", "-", "*", "/", "^", "<", "==", "&&", "||"}[below(9)];
      ast.children = {child(), child()};
  }
  return ast;
}

bool same(const Ast& a, const Ast& b) {
  if (a.kind != b.kind || a.number != b.number || a.text != b.text) return false;
  if (a.children.size() != b.children.size()) return false;
  for (std::size_t i = 0; i < a.children.size(); ++i)
    if (!same(a.children[i], b.children[i])) return false;
  return true;
}

// Fit files and generated pages carry formulas as text: what is read back must be what was meant.
TEST(Parse, PrintingAndParsingAgainGivesTheSameTree) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 2000; ++i) {
    const Ast tree = random_tree(random, 5);
    const Result<Ast> again = parse_formula(print(tree), "test");
    ASSERT_TRUE(again) << print(tree) << ": " << again.error().text();
    ASSERT_TRUE(same(tree, *again)) << print(tree) << " read as " << print(*again);
  }
}

TEST(Parse, ReadsAListOfDefinitions) {
  const Result<std::vector<NamedFormula>> list =
      parse_definitions("P = 24*768^2*scale, big = max(P, 1), loss = {val-loss}", "--columns");
  ASSERT_TRUE(list);
  ASSERT_EQ(list->size(), 3U);
  EXPECT_EQ((*list)[1].name, "big");
  EXPECT_EQ(print((*list)[1].formula), "max(P, 1)");
  EXPECT_EQ(parse_definitions("N", "--columns").error().text(),
            "--columns:2: the text ends where '=' and a formula should follow");
}

}  // namespace
}  // namespace isoflop
