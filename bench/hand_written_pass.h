// One value-and-Jacobian pass of hoffmann2022 as one would write it by hand: one loop with
// Highway's exp and log, in the widest vectors of the machine. What the engine's pass is measured
// against.
#pragma once

#include <cstddef>

namespace isoflop::bench {

// Columns of a table, padded to a multiple of 8 rows and aligned to 64 bytes.
struct PassInput {
  const double* ln_N;
  const double* ln_D;
  const double* ln_loss;
  std::size_t padded_rows;
};

// Row i of the residual is at out[i], of its derivative by coefficient j (E, A, B, alpha, beta) at
// out[(1 + j) * padded_rows + i].
void hand_written_pass(const PassInput& input, const double* coefficients, double* out);

// The two exponentials and the logarithm of each row alone, their sum in out[i]: what no pass can
// do without.
void transcendentals_alone(const PassInput& input, const double* coefficients, double* out);

}  // namespace isoflop::bench
