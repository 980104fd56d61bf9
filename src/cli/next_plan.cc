#include "cli/next_plan.h"

#include <algorithm>
#include <vector>

#include "base/usual_value.h"
#include "report/chart/figure_parts.h"

namespace isoflop::cli {

namespace {

constexpr double kStep = 10, kUnknown = 1e21;

}  // namespace

double next_budget(const Law& law, const Table& runs) {
  const std::vector<double> C = column_of(law, runs, "C");
  return C.empty() ? kUnknown : kStep * std::ranges::max(C);
}

double usual_sparsity(const Law& law, const Table& runs) {
  return usual_value(column_of(law, runs, "S"));
}

}  // namespace isoflop::cli
