// Whether noise-free runs of a law give its coefficients back: whatever else a fit does, this is
// what it is for.
#pragma once

#include <cstdint>
#include <string>

#include "isoflop/law.h"

namespace isoflop::test {

struct Recovery {
  // Of the scaled Jacobian of ln L at the true coefficients, over the runs; by differences and a
  // singular value decomposition, with the fit's derivatives not asked.
  double condition = 0;
  // The largest relative error of a fitted coefficient; infinite where the fit is not usable.
  double error = 0;
  std::string message;  // of the fit, with its objective

  // Whether the runs determine the coefficients at all.
  [[nodiscard]] bool is_determined() const { return condition <= 1e8; }
  [[nodiscard]] bool is_given_back() const { return error <= 1e-6; }
};

// One default fit, with squared residuals, to 200 random runs of the law with random coefficients
// (book.h).
Recovery recover(const Law& law, std::uint64_t seed);

}  // namespace isoflop::test
