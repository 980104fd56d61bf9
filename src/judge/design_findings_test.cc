#include "judge/design_findings.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "support/book.h"
#include "support/noisy_runs.h"

namespace isoflop {
namespace {

using test::book_law;
using Kinds = std::vector<FindingKind>;

struct Points {
  std::vector<double> N, D;
  void add(double n, double d) {
    N.push_back(n);
    D.push_back(d);
  }
};

double between(double low, double high, int i, int count) {
  return low * std::pow(high / low, static_cast<double>(i) / (count - 1));
}

std::vector<Finding> found_on(const Points& points) {
  Table design;
  EXPECT_TRUE(design.set("N", points.N) && design.set("D", points.D));
  const Table runs = test::noisy_runs(book_law("hoffmann2022:besiroglu"), design, 0.002, 1);
  return design_findings(*fit(book_law("hoffmann2022").without_values(), runs));
}

// But for coefficients at an edge, which a weak design may or may not bring.
Kinds kinds_on(const Points& points) {
  Kinds kinds;
  for (const Finding& each : found_on(points))
    if (each.kind != FindingKind::kAtEdge) kinds.push_back(each.kind);
  return kinds;
}

Points grid(double n0, double n1, int sizes, double d0, double d1, int data) {
  Points points;
  for (int i = 0; i < sizes; ++i)
    for (int j = 0; j < data; ++j)
      points.add(sizes > 1 ? between(n0, n1, i, sizes) : n0,
                 data > 1 ? between(d0, d1, j, data) : d0);
  return points;
}

TEST(DesignFindings, AWeakDesignIsCalledByItsName) {
  EXPECT_EQ(kinds_on(grid(5e7, 5e9, 12, 1e10, 1e10, 1)), Kinds{FindingKind::kConstant});
  EXPECT_EQ(kinds_on(grid(1e9, 1e9, 1, 1e9, 1e11, 12)), Kinds{FindingKind::kCheckpoints});
  EXPECT_EQ(kinds_on(grid(1e9, 2e9, 5, 2e9, 1e11, 6)), Kinds{FindingKind::kNarrow});
  EXPECT_EQ(kinds_on(grid(5e7, 5e9, 6, 1e10, 2e10, 5)), Kinds{FindingKind::kNarrow});
  Points line, budget, repeated;
  for (int i = 0; i < 24; ++i) line.add(between(5e7, 5e9, i, 24), 20 * between(5e7, 5e9, i, 24));
  EXPECT_EQ(kinds_on(line), Kinds{FindingKind::kProportional});
  for (int i = 0; i < 9; ++i) {
    const double n = between(2e8, 5e9, i, 9);
    budget.add(n, 1e20 / (6 * n) * (1 + 0.03 * (i % 2)));
  }
  EXPECT_EQ(kinds_on(budget), Kinds{FindingKind::kOneBudget});
  for (int i = 0; i < 64; ++i)
    repeated.add(between(5e7, 5e9, i % 4, 4), between(1e9, 1e11, i / 4 % 4, 4));
  EXPECT_EQ(kinds_on(repeated), Kinds{FindingKind::kFewInputs});
}

TEST(DesignFindings, AGoodDesignHasNone) {
  for (const Points& points : {grid(5e7, 5e9, 6, 1e9, 2e11, 6), grid(5e7, 5e9, 4, 1e9, 2e11, 3)})
    for (const Finding& each : found_on(points)) ADD_FAILURE() << each.text;
  Points random;
  for (std::uint64_t i = 0; i < 24; ++i)
    random.add(5e7 * std::pow(100, uniform(3, 0, 2 * i)),
               1e9 * std::pow(200, uniform(3, 0, 2 * i + 1)));
  for (const Finding& each : found_on(random)) ADD_FAILURE() << each.text;
}

}  // namespace
}  // namespace isoflop
