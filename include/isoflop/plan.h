// Planning: what to train next under a law with coefficients.
//
// Compute-optimal for a budget C at sparsity S: the N that minimises L(N, D) on C = 6 N D, with P =
// N/(1 - S). Where the law's file has the optimum in closed form that is used; where not, the root
// of the exact derivative
//   dL/d ln N = N dL/dN + P dL/dP - D dL/dD = 0
// with the lowest loss is found by bracketing over all N from 1 to C/6.
#pragma once

#include <string>
#include <vector>

#include "isoflop/law.h"
#include "isoflop/predict.h"
#include "isoflop/result.h"

namespace isoflop {

struct PlanQuestion {
  double flops = 0;     // training FLOPs, C = 6 N D
  double sparsity = 0;  // S in [0, 1); taken as the expert sparsity Sx where the law wants that
  Inputs inputs{};      // values of what else the law wants (U, experts, ...)
};

enum class PlanMethod : std::uint8_t { kClosedForm, kRoot };
std::string to_text(PlanMethod method);

struct Plan {
  double flops = 0;
  double N = 0;  // active parameters
  double P = 0;  // total parameters
  double S = 0;
  double D = 0;                     // training tokens
  double tokens_per_parameter = 0;  // D / N
  double loss = 0;
  PlanMethod method = PlanMethod::kRoot;
  std::vector<std::string> notes;  // outside what the law was fitted on, or that is unknown
};

// Errors: a budget that is not above 0; a law without values, or without data or size as inputs; a
// loss that falls all the way to an edge (no compute-optimal size exists), which says which edge; a
// closed form in the law's file that gives a size where the loss has no minimum.
Result<Plan> plan(const Law& law, const PlanQuestion& question);

}  // namespace isoflop
