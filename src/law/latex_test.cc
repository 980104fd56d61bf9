#include "law/latex.h"

#include <gtest/gtest.h>

#include <string>

namespace isoflop {
namespace {

std::string latex_of(std::string_view formula) {
  const Result<Ast> ast = parse_formula(formula, "test");
  return ast ? latex(*ast) : ast.error().text();
}

// The laws as their papers print them.
TEST(Latex, SetsLawsAsPapersDo) {
  EXPECT_EQ(latex_of("E + A/N^alpha + B/D^beta"),
            R"(E + \frac{A}{N^{\alpha}} + \frac{B}{D^{\beta}})");
  EXPECT_EQ(latex_of("(aS*(1 - S)^bS + cS)/N^bN + (aD/D)^bD + c"),
            R"(\frac{a_{S} \, \left(1 - S\right)^{b_{S}} + c_{S}}{N^{b_{N}}} + )"
            R"(\left(\frac{a_{D}}{D}\right)^{b_{D}} + c)");
  EXPECT_EQ(latex_of("a + b*x^-c0*(1 + (x/d1)^(1/f1))^(-c1*f1)"),
            R"(a + b \, x^{-c_{0}} \, \left(1 + \left(\frac{x}{d_{1}}\right)^{1/f_{1}}\right))"
            R"(^{-c_{1} \, f_{1}})");
}

// A pair of parentheses too few is another formula.
TEST(Latex, KeepsTheParenthesesThatMatter) {
  EXPECT_EQ(latex_of("a*(b + c)"), R"(a \, \left(b + c\right))");
  EXPECT_EQ(latex_of("a - (b - c)"), R"(a - \left(b - c\right))");
  EXPECT_EQ(latex_of("a + -b"), R"(a + \left(-b\right))");
  EXPECT_EQ(latex_of("a*-b"), R"(a \, \left(-b\right))");
  EXPECT_EQ(latex_of("-(a + b)"), R"(-\left(a + b\right))");
  EXPECT_EQ(latex_of("(-x)^2"), R"(\left(-x\right)^{2})");
  EXPECT_EQ(latex_of("-x^2"), "-x^{2}");
  EXPECT_EQ(latex_of("(a^b)^c"), R"(\left(a^{b}\right)^{c})");
  EXPECT_EQ(latex_of("a^b^c"), "a^{b^{c}}");
  EXPECT_EQ(latex_of("log(N)^2"), R"(\left(\ln\left(N\right)\right)^{2})");
  EXPECT_EQ(latex_of("a < 1 && (b || !c)"), R"(a < 1 \land \left(b \lor \lnot c\right))");
}

// In an exponent a fraction is too small to read.
TEST(Latex, SetsFractionsInExponentsOnOneLine) {
  EXPECT_EQ(latex_of("x^(a/(b + c))"), R"(x^{a/\left(b + c\right)})");
  EXPECT_EQ(latex_of("x^(a/(b*c))"), R"(x^{a/\left(b \, c\right)})");
  EXPECT_EQ(latex_of("x^(a/b/c)"), "x^{a/b/c}");
  EXPECT_EQ(latex_of("x^((a + b)/c)"), R"(x^{\left(a + b\right)/c})");
  EXPECT_EQ(latex_of("x^(a/b)/c"), R"(\frac{x^{a/b}}{c})");
}

TEST(Latex, SetsNumbers) {
  EXPECT_EQ(latex_of("6*N*D"), R"(6 \, N \, D)");
  EXPECT_EQ(latex_of("a*2"), R"(a \cdot 2)");
  EXPECT_EQ(latex_of("D/1e20"), R"(\frac{D}{10^{20}})");
  EXPECT_EQ(latex_of("2.5e-7*D"), R"(2.5 \cdot 10^{-7} \, D)");
  EXPECT_EQ(latex_of("1e20^a"), R"(\left(10^{20}\right)^{a})");
}

TEST(Latex, SetsFunctions) {
  EXPECT_EQ(latex_of("exp(-x) + log10(x) + log2(x)"),
            R"(\exp\left(-x\right) + \log_{10}\left(x\right) + \log_{2}\left(x\right))");
  EXPECT_EQ(latex_of("sqrt(x + 1)*abs(x)*floor(x)"),
            R"(\sqrt{x + 1} \, \left|x\right| \, \left\lfloor x \right\rfloor)");
  EXPECT_EQ(latex_of("max(a, b) + 2*pi"), R"(\max\left(a, b\right) + 2 \, \pi)");
}

// A word in italics reads as a product of its letters.
TEST(Latex, NamesAreLettersWithSubscriptsOrUprightWords) {
  EXPECT_EQ(latex_name("N"), "N");
  EXPECT_EQ(latex_name("alpha"), "\\alpha");
  EXPECT_EQ(latex_name("Gamma"), "\\Gamma");
  EXPECT_EQ(latex_name("Sx"), "S_{x}");
  EXPECT_EQ(latex_name("c0"), "c_{0}");
  EXPECT_EQ(latex_name("a12"), "a_{12}");
  EXPECT_EQ(latex_name("alpha_N"), "\\alpha_{N}");
  EXPECT_EQ(latex_name("gamma_kv"), "\\gamma_{\\mathrm{kv}}");
  EXPECT_EQ(latex_name("experts"), "\\mathrm{experts}");
  EXPECT_EQ(latex_name("kv_bits"), "\\mathrm{kv\\_bits}");
  EXPECT_EQ(latex_of("{val loss}"), "\\mathrm{val\\ loss}");
}

}  // namespace
}  // namespace isoflop
