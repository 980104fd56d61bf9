// Any text is a claims file or an error; what a claim names can be looked up, and its grid is one.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "isoflop/claims.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_set(std::string_view spec) {
  const isoflop::Result<isoflop::Law> law = isoflop::find_law(spec);
  return law && law->has_values();
}

bool is_tolerance(double value) { return value > 0 && value < 1; }

bool is_size(const isoflop::Range& range) {
  return range.low > 0 && range.low <= range.high && std::isfinite(range.high);
}

void check(const isoflop::ClaimGrid& grid) {
  require(!grid.sparsity.empty());
  for (const double sparsity : grid.sparsity) require(sparsity >= 0 && sparsity < 1);
  for (const double flops : grid.flops) require(flops > 0 && std::isfinite(flops));
  if (grid.flops.empty()) require(is_size(grid.N) && is_size(grid.D));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const isoflop::Result<isoflop::Claims> claims = isoflop::read_claims(text, "fuzz.toml");
  if (!claims) return 0;
  require(!claims->key.empty());
  for (const isoflop::Agreement& agreement : claims->agreements) {
    require(is_set(agreement.law) && is_set(agreement.of) && is_tolerance(agreement.tolerance));
    check(agreement.grid);
  }
  for (const isoflop::BudgetClaim& budget : claims->budgets) {
    require(is_set(budget.law) && is_set(budget.of) && is_tolerance(budget.tolerance));
    require(budget.losses.size() == 2 && is_tolerance(budget.loss_tolerance));
    for (const char* input : {"N", "P", "D"}) require(budget.inputs.at(input) > 0);
  }
  return 0;
}
