// Loss and cost of many runs at once, as functions of three logarithms, with exact derivatives:
//
//   n = ln N      z = ln(P/N) = -ln(1 - S)      d = ln D
//
// In these a power of a size is the exponential of a multiple, 1 - S is exp(-z) to the last bit,
// and a budget is nearly a plane. Each row has coefficients of its own, so that the draws of a
// bootstrap are planned side by side.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "isoflop/law.h"
#include "isoflop/plan.h"
#include "isoflop/result.h"
#include "kernel/batch.h"

namespace isoflop {

// Of a question the functions here read what holds at every point: the cost model, the inputs, Sx,
// the unique and the served tokens. With U unique tokens and D > U the law sees
//
//   D' = U + U R (1 - exp(-(D/U - 1)/R)),   R = question.repetition
//
// tokens (Muennighoff et al. 2023, arXiv:2305.16264). A law that has U itself sees U, and D as it
// is. Where the cost model has a start, the law sees what that is worth on top.

// D', where the question has unique tokens.
double effective_tokens(const PlanQuestion& question, double D);

// The names in all formulas of a cost model.
std::vector<std::string> names_in(const CostModel& cost);

// The errors of a cost model's formulas: mistakes, and names without a value.
Result<void> check_cost(const PlanQuestion& question);

// L(n, z, d) and its partial derivatives.
class LossSurface {
 public:
  struct Values {
    std::vector<double> loss, by_n, by_z, by_d;
  };

  LossSurface(const Law& law, const PlanQuestion& question, std::size_t rows);

  // Values of the law's coefficients, in its order.
  void set_coefficients(std::size_t row, std::span<const double> values);
  void at(std::span<const double> n, std::span<const double> z, std::span<const double> d,
          Values& out);

 private:
  std::size_t coefficients_;
  Batch batch_;
};

// L at one point, with the values that the law carries.
double loss_at(const Law& law, const PlanQuestion& question, double n, double z, double d);

// The data that a budget leaves, d(n, z, c) = ln((C - W)/F), with its partial derivatives:
// c = ln C, F training FLOPs of a token, W FLOPs of a start and of serving. NaN where these alone
// cost more.
class BudgetLine {
 public:
  struct Values {
    std::vector<double> d, by_n, by_z;
    std::vector<double> token_cost;  // ln F
  };

  BudgetLine(const PlanQuestion& question, std::size_t rows);

  void at(std::span<const double> n, std::span<const double> z, std::span<const double> c,
          Values& out);

 private:
  Batch batch_;
};

// A model's sizes and sparsity, N = P (1 - S).
struct Sizes {
  double N = 0, P = 0, S = 0;
};

// By the question's cost model.
double training_flops_per_token(const PlanQuestion& question, const Sizes& sizes);
// Of a start, and of all tokens that are to be served: what no training token changes.
double fixed_flops(const PlanQuestion& question, const Sizes& sizes);
// The tokens that a start is worth; 0 without one.
double start_tokens(const PlanQuestion& question, const Sizes& sizes);
// The training tokens that the question's budget buys beside that.
double tokens_bought(const PlanQuestion& question, const Sizes& sizes);

}  // namespace isoflop
