#include "report/console/law_page.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/sample_fit.h"

namespace isoflop {
namespace {

// With one of everything that a law file may hold.
Law law_of_experts() {
  const Result<Law> law = Law::from_toml(R"(key = "experts2025"
title = "A law with parts"
cite = "Somebody 2025"
group = "MoE"
note = "only for routers that balance"
formula = "(A/n)^alpha"
let = ["n = N*share", "m = n"]
inputs = { N = "active parameters", share = { meaning = "share of use", usual = [0.25, 1] } }
coefficients = { A = { range = [-1e12, 1e6] }, alpha = { range = [0, 2] } }
optimum = { N = "C*A/m" }
)",
                                         "experts2025.toml");
  EXPECT_TRUE(law) << law.error().text();
  return *law;
}

TEST(LawPage, ShowsALawWithItsSetsAndAnExample) {
  const Law law = sample_law();
  const Example example{.command = "isoflop predict small2025:first N=200",
                        .prediction = {.inputs = {{"N", 200}}, .loss = 1.6, .notes = {}}};
  EXPECT_EQ(law_page(law, example),
            R"(small2025: A small law
Nobody 2025

  L = E + A/N

inputs
  N  active parameters

  coefficient  range      unit  role      meaning
  E            0 to 100   nats  constant  irreducible loss
  A            0 to 1e15        scale

published sets (the first is what the bare key means)
  small2025:first  Table 1
    E 1.5, A 20
    fitted on N 100 to 400

published box (box.kind=published)  Table 2
  E 1 to 2

example
  isoflop predict small2025:first N=200
  gives loss 1.6

LaTeX
  L = E + \frac{A}{N}
)");
}

TEST(LawPage, ShowsThePartsOfAFormulaAndWhatIsMissing) {
  EXPECT_EQ(law_page(law_of_experts(), std::nullopt),
            R"(experts2025: A law with parts
Somebody 2025
Note: only for routers that balance

  L = (A/n)^alpha
  n = N*share
  m = n

inputs
  N      active parameters
  share  share of use

  coefficient  range         role
  A            -1e12 to 1e6  scale
  alpha        0 to 2        exponent

compute-optimal, in closed form for C = 6 N D
  N = C*A/m

no published coefficients: a fit to a table of runs finds them

LaTeX
  L = \left(\frac{A}{n}\right)^{\alpha}
  n = N \, \mathrm{share}
  m = n
)");
}

TEST(LawPage, TheBookIsInGroupsWithOneLineALaw) {
  const std::vector<Law> laws = {law_of_experts(), sample_law()};
  EXPECT_EQ(laws_page(laws),
            "  law          title             published sets\n"
            "\n"
            "MoE\n"
            "  experts2025  A law with parts  none: a formula to fit\n"
            "\n"
            "other\n"
            "  small2025    A small law       first\n");
}

TEST(LawPage, MarkdownHasASectionALaw) {
  const std::string page = laws_markdown(std::vector<Law>{law_of_experts(), sample_law()});
  for (const char* part : {"| [experts2025](#experts2025) | A law with parts | a formula to fit |",
                           "\n## MoE\n\n### experts2025\n\nA law with parts. Somebody 2025.\n",
                           "L &= \\left(\\frac{A}{n}\\right)^{\\alpha} \\\\\nn &= N",
                           "| `first` | E 1.5, A 20 | N 100 to 400 | Table 1 |",
                           "`isoflop predict small2025:first N=200` gives loss 1.6.\n"})
    EXPECT_NE(page.find(part), std::string::npos) << part << "\nis not in\n" << page;
}

}  // namespace
}  // namespace isoflop
