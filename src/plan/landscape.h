// Loss and cost of many runs at once, as functions of three logarithms, with exact derivatives:
//
//   n = ln N      z = ln(P/N) = -ln(1 - S)      d = ln D
//
// In these a power of a size is the exponential of a multiple, 1 - S is exp(-z) to the last bit,
// and a budget is nearly a plane. Each row has coefficients of its own, so that the draws of a
// bootstrap are planned side by side.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "isoflop/cost.h"
#include "isoflop/law.h"
#include "isoflop/predict.h"
#include "isoflop/result.h"
#include "kernel/batch.h"

namespace isoflop {

// What holds at all points of a landscape.
struct Setting {
  CostModel cost;
  Inputs inputs{};  // values of inputs that are no size, data or sparsity
  // Sx where it is not S.
  std::optional<double> expert_sparsity{};
  // With U of them and D > U, the law sees D' = U + U R (1 - exp(-(D/U - 1)/R)) tokens (Muennighoff
  // et al. 2023, arXiv:2305.16264), R = repetition. A law that has U itself sees U, and D as it is.
  std::optional<double> unique_tokens{};
  double repetition = 0;
  double inference_tokens = 0;  // to be paid by the budget at cost.serving
};

// D', the tokens that D are worth where unique ones repeat.
double effective_tokens(const Setting& setting, double D);

// The errors of a cost model's formulas: mistakes, and names without a value.
Result<void> check_cost(const Setting& setting);

// L(n, z, d) and its partial derivatives.
class LossSurface {
 public:
  struct Values {
    std::vector<double> loss, by_n, by_z, by_d;
  };

  LossSurface(const Law& law, const Setting& setting, std::size_t rows);

  // Values of the law's coefficients, in its order.
  void set_coefficients(std::size_t row, std::span<const double> values);
  void at(std::span<const double> n, std::span<const double> z, std::span<const double> d,
          Values& out);

 private:
  std::size_t coefficients_;
  Batch batch_;
};

// The data that a budget leaves, d(n, z, c) = ln((C - W)/F), with its partial derivatives:
// c = ln C, F training FLOPs of a token, W FLOPs of serving. NaN where serving alone costs more.
class BudgetLine {
 public:
  struct Values {
    std::vector<double> d, by_n, by_z;
    std::vector<double> token_cost;  // ln F
  };

  BudgetLine(const Setting& setting, std::size_t rows);

  void at(std::span<const double> n, std::span<const double> z, std::span<const double> c,
          Values& out);

 private:
  Batch batch_;
};

// "function planner(x)" of JavaScript: of [ln N, ln(P/N), ln C] to [L, dL/d ln N, ln D] along the
// budget of that many FLOPs, with the values that the law carries.
std::string planner_javascript(const Law& law, const Setting& setting);

// A model's sizes and sparsity, N = P (1 - S).
struct Sizes {
  double N = 0, P = 0, S = 0;
};

// FLOPs of training on a token, and of serving one.
struct TokenCost {
  double training = 0;
  double serving = 0;
};
TokenCost token_cost(const Setting& setting, const Sizes& sizes);

}  // namespace isoflop
