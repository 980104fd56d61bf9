// What the paper of a law says of other laws, which can be checked without any runs: `claims/` in
// the source tree, one TOML file each, embedded in the library.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "isoflop/data_set.h"
#include "isoflop/law.h"
#include "isoflop/predict.h"
#include "isoflop/result.h"

namespace isoflop {

// Models for which two laws are compared: isoFLOP profiles around the optimum of the law that is
// copied (simulate.h), or, where `flops` is empty, a grid over ranges of N and D.
struct ClaimGrid {
  std::vector<double> flops;  // training FLOPs of each profile
  Range N, D;
  std::vector<double> sparsity;
  std::size_t points = 7;  // sizes of a profile; of each range
};

// That a law gives the losses of another one, as published and after a fit to them.
struct Agreement {
  std::string claim;    // no wider than the paper makes it; the tolerance is that of who checks it
  std::string law, of;  // "key:set" of the book
  ClaimGrid grid;
  double tolerance = 0;  // relative, of the worst loss
  std::string reason;    // why it does not hold, as far as people know
};

// That laws give a model, and the others that its training budget pays for at its sparsity, the
// same losses.
struct BudgetClaim {
  std::string claim;
  std::string model;
  Inputs inputs;                    // N, P and D of the model
  std::string law, of;              // "key:set" of the book
  std::vector<double> losses = {};  // worked values of the model's loss under both
  double loss_tolerance = 0;        // relative, of these
  double tolerance = 0;             // relative, between the laws
  std::string reason;
};

struct Claims {
  std::string key;  // of the law
  std::string cite;
  std::vector<Agreement> agreements;
  std::vector<BudgetClaim> budgets;
};

// Reads a claims file; as read_data_set().
Result<Claims> read_claims(std::string_view text, std::string_view source);
Result<Claims> find_claims(std::string_view key);
std::vector<std::string> claim_keys();

}  // namespace isoflop
