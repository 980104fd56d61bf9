// The size at given sparsities and budgets: of the lowest loss, given, or what the budget buys.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "plan/landscape.h"
#include "plan/minimise.h"
#include "plan/plan_problem.h"

namespace isoflop {

class OptimalSize {
 public:
  enum class Search : std::uint8_t { kWhole, kNearLast };  // of an optimal size

  // Row by row.
  struct Best {
    std::vector<double> n, d, loss;
    std::vector<double> outside;     // of what the law was fitted on, as FittedRanges has it
    std::vector<double> token_cost;  // ln F
    std::vector<double> by_z;        // derivative of the lowest loss at this budget
    std::vector<Position> position;  // of an optimal size, in the sizes that are allowed
    std::vector<char> data_capped;   // whether the budget would buy more data than may be used
  };

  OptimalSize(const Law& law, const PlanProblem& problem, std::size_t rows);

  // Values of the law's coefficients, and ln of the data that is given or that may be used at most.
  void set_row(std::size_t row, std::span<const double> coefficients, double data) {
    surface_.set_coefficients(row, coefficients);
    most_data_[row] = data;
  }
  // From here on these are the sizes, in place of the problem's.
  void hold_active(std::span<const double> n) {
    size_ = PlanProblem::Size::kActive;
    given_.assign(n.begin(), n.end());
  }
  // z and c one a row. kNearLast starts from the sizes of the last call. An infinite loss says that
  // the budget does not pay for the size.
  void at(std::span<const double> z, std::span<const double> c, Search search, Best& out);
  // The largest size that the budget pays for, on one token.
  std::vector<double> largest(std::span<const double> z, std::span<const double> c);

 private:
  void evaluate(std::span<const double> n);  // fills line_values_, values_, d_ at z_ and c_
  void curve(std::span<const double> n, CurvePoints& points);
  void minimise_loss(Search search, Best& out);
  void spend_budget(Best& out);
  [[nodiscard]] double highest(std::size_t row) const;
  [[nodiscard]] bool allowed(std::size_t row) const;
  [[nodiscard]] bool at_kink(std::size_t row) const;
  [[nodiscard]] double envelope(std::size_t row, Position position) const;

  const PlanProblem& problem_;
  PlanProblem::Size size_;
  std::size_t rows_;
  std::vector<double> given_;  // n or n + z
  std::vector<double> most_data_;
  LossSurface surface_;
  BudgetLine line_;
  std::span<const double> z_, c_;
  std::vector<double> d_, last_;
  LossSurface::Values values_;
  BudgetLine::Values line_values_;
};

}  // namespace isoflop
