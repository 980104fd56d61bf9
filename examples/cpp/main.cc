// Fits a law to runs that are already in memory, then asks what to train for 1e24 FLOPs.
#include <cstdio>
#include <vector>

#include "isoflop/isoflop.h"

int main() {
  // Nine finished runs: active parameters, training tokens, loss in nats a token.
  isoflop::Table runs;
  const bool filled =
      runs.set("N", {1e8, 1e8, 1e8, 4e8, 4e8, 4e8, 2e9, 2e9, 2e9}) &&
      runs.set("D", {2e9, 1e10, 5e10, 4e9, 2e10, 1e11, 1e10, 5e10, 2e11}) &&
      runs.set("loss", {3.439, 3.075, 2.863, 2.952, 2.672, 2.509, 2.568, 2.346, 2.252});
  const isoflop::Result<isoflop::Law> law = isoflop::find_law("hoffmann2022");
  if (!filled || !law) return 2;

  const isoflop::Result<isoflop::Fit> fit = isoflop::fit(*law, runs);
  if (!fit) {
    std::fputs(fit.error().text().c_str(), stderr);
    return 2;
  }
  std::printf("%s: %s\n", fit->law.formula().c_str(), fit->message.c_str());
  if (!fit->usable) return 1;
  for (const auto& [name, value] : fit->coefficients())
    std::printf("  %-6s %.4g\n", name.c_str(), value);

  const isoflop::Result<isoflop::Plan> plan = isoflop::plan(fit->law, {.flops = 1e24});
  if (!plan) {
    std::fputs(plan.error().text().c_str(), stderr);
    return 1;
  }
  const isoflop::PlannedRun& next = *plan->run;  // known wherever the sparsity is not left free
  std::printf("for %.3g FLOPs train %.3g parameters on %.3g tokens: loss %.3f\n", next.flops,
              next.N, next.D, next.loss);
  for (const std::string& note : plan->notes) std::printf("  %s\n", note.c_str());
}
