#include "slow/league/with_ceres.h"

#include <ceres/ceres.h>

#include <cmath>

#include "slow/league/models.h"

namespace isoflop::test {

namespace {

// One row's residual.
class RowCost final : public ceres::CostFunction {
 public:
  RowCost(NistModel model, std::vector<double> x, double y, int coefficients)
      : model_(model), x_(std::move(x)), y_(y) {
    set_num_residuals(1);
    mutable_parameter_block_sizes()->push_back(coefficients);
  }

  bool Evaluate(double const* const* b, double* residual, double** jacobian) const override {
    const int count = parameter_block_sizes()[0];
    NistJet at[kMostCoefficients];
    for (int i = 0; i < count; ++i) at[i] = NistJet(b[0][i], i);
    const NistJet predicted = model_(at, x_.data());
    residual[0] = predicted.a - y_;
    if (jacobian != nullptr && jacobian[0] != nullptr)
      for (int i = 0; i < count; ++i) jacobian[0][i] = predicted.v[i];
    return std::isfinite(predicted.a) && predicted.v.head(count).allFinite();
  }

 private:
  NistModel model_;
  std::vector<double> x_;
  double y_;
};

std::vector<double> predictors(const NistProblem& problem, std::size_t row) {
  std::vector<double> x;
  for (const Input& input : problem.law.inputs())
    x.push_back(problem.table.column(input.name)[row]);
  return x;
}

}  // namespace

CeresEnd solve_with_ceres(const NistProblem& problem, std::size_t start) {
  CeresEnd end;
  for (const auto& [name, value] : problem.starts[start]) end.coefficients.push_back(value);
  ceres::Problem rows;
  for (std::size_t row = 0; row < problem.table.rows(); ++row)
    rows.AddResidualBlock(
        new RowCost(nist_model(problem.name), predictors(problem, row),
                    problem.table.column("loss")[row], static_cast<int>(end.coefficients.size())),
        nullptr, end.coefficients.data());
  ceres::Solver::Options options;
  options.linear_solver_type = ceres::DENSE_QR;
  options.max_num_iterations = 100000;
  options.function_tolerance = 1e-30;
  options.gradient_tolerance = 1e-30;
  options.parameter_tolerance = 1e-30;
  options.logging_type = ceres::SILENT;
  ceres::Solver::Summary summary;
  ceres::Solve(options, &rows, &summary);
  end.sum_of_squares = 2 * summary.final_cost;
  return end;
}

}  // namespace isoflop::test
