// Does the default search end at the lowest objective there is? On simulated tables of each law of
// the book it is compared with everything else that looks for one: 2000 random starts, the law that
// made the table, NLopt and Ceres. README.md beside this folder says how it is run and what came of
// it.
#include <ceres/ceres.h>
#include <fmt/format.h>
#include <nlopt.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "fit/objective.h"
#include "fit/starts.h"
#include "isoflop/executor.h"
#include "isoflop/fit.h"
#include "support/book.h"
#include "support/noisy_runs.h"

namespace isoflop::test {
namespace {

constexpr std::size_t kRows = 60;
constexpr std::size_t kSolverStarts = 60;
constexpr double kAbove = 1e-4;  // relative: more is a miss

struct Setting {
  std::string name;
  double diverged = 0;  // share of the runs
  RobustLoss loss;
};

struct Rival {
  std::string name;
  double objective = 0;
};

// F and its gradient in variables that have no units: logarithms of scales.
class Variables {
 public:
  explicit Variables(const FitObjective& objective)
      : objective_(objective), state_(objective.make_state()) {
    for (const FreeCoefficient& free : objective.free())
      logarithmic_.push_back(free.role == Role::kScale && free.range.low >= 0);
  }
  [[nodiscard]] std::size_t count() const { return logarithmic_.size(); }
  [[nodiscard]] bool is_logarithmic(std::size_t j) const { return logarithmic_[j]; }
  [[nodiscard]] Range box(std::size_t j) const {
    const Range& range = objective_.free()[j].range;
    if (!logarithmic_[j]) return range;
    return {std::log(std::max(range.low, 1e-30)), std::log(range.high)};
  }
  [[nodiscard]] std::vector<double> from(const Eigen::VectorXd& free) const {
    std::vector<double> variables(count());
    for (std::size_t j = 0; j < count(); ++j) {
      const double value = free[static_cast<Eigen::Index>(j)];
      const Range range = box(j);
      variables[j] = std::clamp(logarithmic_[j] ? std::log(std::max(value, 1e-30)) : value,
                                range.low, range.high);
    }
    return variables;
  }
  [[nodiscard]] Eigen::VectorXd to(const double* variables) const {
    Eigen::VectorXd free(static_cast<Eigen::Index>(count()));
    for (std::size_t j = 0; j < count(); ++j)
      free[static_cast<Eigen::Index>(j)] = logarithmic_[j] ? std::exp(variables[j]) : variables[j];
    return free;
  }
  double value(const double* variables, double* gradient) {
    const Eigen::VectorXd free = to(variables);
    if (gradient == nullptr) return objective_.value(objective_.coefficients(free), state_);
    evaluate(free);
    for (std::size_t j = 0; j < count(); ++j)
      gradient[j] = state_.here.gradient[static_cast<Eigen::Index>(j)] * rate(free, j);
    return state_.here.value;
  }
  // Of all rows; the Jacobian row by row.
  bool rows(const double* variables, std::vector<double>& residuals,
            std::vector<double>& jacobian) {
    const Eigen::VectorXd free = to(variables);
    evaluate(free);
    if (!std::isfinite(state_.here.value)) return false;
    const std::size_t rows = objective_.rows();
    residuals.assign(objective_.residuals(state_.here), objective_.residuals(state_.here) + rows);
    jacobian.resize(rows * count());
    const ColumnBlock columns = objective_.jacobian(state_.here);
    for (std::size_t j = 0; j < count(); ++j)
      for (std::size_t i = 0; i < rows; ++i)
        jacobian[i * count() + j] = columns.first[j * columns.stride + i] * rate(free, j);
    return true;
  }

 private:
  [[nodiscard]] double rate(const Eigen::VectorXd& free, std::size_t j) const {
    return logarithmic_[j] ? free[static_cast<Eigen::Index>(j)] : 1;
  }
  void evaluate(const Eigen::VectorXd& free) {
    const std::vector<double> all = objective_.coefficients(free);
    objective_.evaluate(all, objective_.recipe().loss, 0, std::numeric_limits<double>::infinity(),
                        state_.here, state_);
  }
  const FitObjective& objective_;
  FitObjective::State state_;
  std::vector<bool> logarithmic_;
};

double nlopt_value(unsigned count, const double* variables, double* gradient, void* data) {
  const double value = static_cast<Variables*>(data)->value(variables, gradient);
  if (std::isfinite(value)) return value;
  if (gradient != nullptr) std::fill(gradient, gradient + count, 0.0);
  return 1e100;
}

double descend_with_nlopt(Variables& variables, std::vector<double> at) {
  const std::unique_ptr<nlopt_opt_s, decltype(&nlopt_destroy)> optimizer(
      nlopt_create(NLOPT_LD_LBFGS, static_cast<unsigned>(at.size())), &nlopt_destroy);
  std::vector<double> low, high;
  for (std::size_t j = 0; j < at.size(); ++j) {
    low.push_back(variables.box(j).low);
    high.push_back(variables.box(j).high);
  }
  nlopt_set_lower_bounds(optimizer.get(), low.data());
  nlopt_set_upper_bounds(optimizer.get(), high.data());
  nlopt_set_min_objective(optimizer.get(), nlopt_value, &variables);
  nlopt_set_ftol_rel(optimizer.get(), 1e-12);
  nlopt_set_maxeval(optimizer.get(), 1000);
  double value = 0;
  nlopt_optimize(optimizer.get(), at.data(), &value);  // a stall by rounding is an end as well
  return variables.value(at.data(), nullptr);
}

// All rows are evaluated when Ceres is at a new point; each residual block takes its own.
struct Rows final : ceres::EvaluationCallback {
  Rows(Variables& of, const double* point) : variables(of), at(point) {}
  void PrepareForEvaluation(bool, bool is_new) override {
    if (is_new) is_finite = variables.rows(at, residuals, jacobian);
  }
  Variables& variables;
  const double* at;
  bool is_finite = false;
  std::vector<double> residuals, jacobian;
};

class RowCost final : public ceres::CostFunction {
 public:
  RowCost(const Rows& rows, std::size_t row) : rows_(rows), row_(row) {
    set_num_residuals(1);
    mutable_parameter_block_sizes()->push_back(static_cast<int>(rows.variables.count()));
  }
  bool Evaluate(double const* const*, double* residual, double** jacobian) const override {
    if (!rows_.is_finite) return false;
    residual[0] = rows_.residuals[row_];
    const std::size_t count = rows_.variables.count();
    if (jacobian != nullptr && jacobian[0] != nullptr)
      std::copy_n(rows_.jacobian.data() + row_ * count, count, jacobian[0]);
    return true;
  }

 private:
  const Rows& rows_;
  std::size_t row_;
};

double descend_with_ceres(Variables& variables, std::size_t count, double delta,
                          std::vector<double> at) {
  Rows rows(variables, at.data());
  ceres::Problem::Options options;
  options.evaluation_callback = &rows;
  ceres::Problem problem(options);
  for (std::size_t row = 0; row < count; ++row)
    problem.AddResidualBlock(new RowCost(rows, row), new ceres::HuberLoss(delta), at.data());
  for (std::size_t j = 0; j < at.size(); ++j) {
    problem.SetParameterLowerBound(at.data(), static_cast<int>(j), variables.box(j).low);
    problem.SetParameterUpperBound(at.data(), static_cast<int>(j), variables.box(j).high);
  }
  ceres::Solver::Options solver;
  solver.max_num_iterations = 300;
  solver.function_tolerance = 1e-13;
  solver.logging_type = ceres::SILENT;
  ceres::Solver::Summary summary;
  ceres::Solve(solver, &problem, &summary);
  return variables.value(at.data(), nullptr);
}

// Where the solvers start: random points, and points about the values that made the table.
std::vector<std::vector<double>> solver_starts(const FitObjective& objective, const Law& truth,
                                               const Variables& variables, std::uint64_t seed) {
  std::vector<std::vector<double>> starts;
  const std::vector<double> values(truth.values().begin(), truth.values().end());
  const std::vector<double> known = variables.from(objective.free_of(values));
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal(0, 1);
  for (std::size_t i = 0; i < kSolverStarts; ++i) {
    std::vector<double> start = variables.from(random_start(objective, i));
    if (i % 2 == 0)
      for (std::size_t j = 0; j < start.size(); ++j) {
        const double size = variables.is_logarithmic(j) ? 1 : 0.2 * (std::abs(known[j]) + 0.05);
        const Range box = variables.box(j);
        start[j] = std::clamp(known[j] + (i > 0 ? size * normal(random) : 0), box.low, box.high);
      }
    starts.push_back(std::move(start));
  }
  return starts;
}

double lowest_of_solver(const std::string& solver, const FitObjective& objective, const Law& truth,
                        std::uint64_t seed) {
  Variables variables(objective);
  const RobustLoss& loss = objective.recipe().loss;
  double lowest = std::numeric_limits<double>::infinity();
  for (const std::vector<double>& start : solver_starts(objective, truth, variables, seed)) {
    double value = solver == "nlopt"
                       ? descend_with_nlopt(variables, start)
                       : descend_with_ceres(variables, objective.rows(), loss.delta, start);
    if (std::isfinite(value)) lowest = std::min(lowest, value);
  }
  return lowest;
}

struct Outcome {
  double objective = 0;
  std::string message;
  std::vector<Rival> rivals;
};

Outcome run_one(const Law& law, const Setting& setting, std::uint64_t seed,
                std::size_t random_starts) {
  const Law truth = random_values(law, seed);
  const Table table = diverged_runs(truth, kRows, setting.diverged, seed);
  const Recipe recipe{.loss = setting.loss};
  Outcome outcome;
  const Result<Fit> fitted = fit(law.without_values(), table, recipe);
  if (!fitted) return {0, fitted.error().text(), {}};
  outcome.objective = fitted->objective.sum;
  outcome.message = fitted->message;
  Recipe other = recipe;
  other.seed = seed + 1000;
  // Sums of absolute values take fifty times as long.
  const bool slow = setting.loss.kind == RobustLoss::Kind::kAbsolute;
  other.starts = {Starts::Kind::kRandom, slow ? random_starts / 20 : random_starts};
  outcome.rivals.push_back({"random", fit(law.without_values(), table, other)->objective.sum});
  other.starts = {Starts::Kind::kGiven, 0};
  for (std::size_t i = 0; i < truth.values().size(); ++i)
    other.start[truth.coefficients()[i].name] = truth.values()[i];
  outcome.rivals.push_back({"truth", fit(law.without_values(), table, other)->objective.sum});
  const Result<FitObjective> objective = FitObjective::make(law.without_values(), table, other);
  for (const std::string solver : {"nlopt", "ceres"})
    if (solver == "nlopt" || setting.loss.kind == RobustLoss::Kind::kHuber)
      outcome.rivals.push_back({solver, lowest_of_solver(solver, *objective, truth, seed)});
  return outcome;
}

// By how much the outcome is above the lowest of its rivals, or nothing where there is no outcome.
std::optional<double> excess_of(const Outcome& outcome) {
  if (outcome.rivals.empty()) return std::nullopt;
  return outcome.objective / std::ranges::min(outcome.rivals, {}, &Rival::objective).objective - 1;
}

void run(std::uint64_t first, std::size_t count, std::size_t random_starts,
         const std::vector<std::string>& laws) {
  const std::vector<Setting> settings = {
      {"usual noise", 0, {}},
      {"15 % diverged", 0.15, {}},
      {"15 % diverged, mae", 0.15, {RobustLoss::Kind::kAbsolute, 0}}};
  fmt::print("| law | runs | tables | above | worst |\n| --- | --- | --- | --- | --- |\n");
  std::string misses;
  for (const std::string& key : laws) {
    const Law law = book_law(key);
    for (const Setting& setting : settings) {
      std::vector<Outcome> outcomes(count);
      ThreadExecutor executor;
      executor.run(count, [&](std::size_t i) {
        outcomes[i] = run_one(law, setting, first + i, random_starts);
      });
      std::size_t above = 0;
      double worst = 0;
      for (std::size_t i = 0; i < count; ++i) {
        const std::optional<double> excess = excess_of(outcomes[i]);
        worst = std::max(worst, excess.value_or(0));
        if (excess && *excess <= kAbove) continue;
        ++above;
        misses += fmt::format("- {}, {}, seed {}: {:.2g} above; {}\n", key, setting.name, first + i,
                              excess.value_or(0), outcomes[i].message);
      }
      fmt::print("| {} | {} | {} | {} | {:.1e} |\n", key, setting.name, count, above, worst);
      std::fflush(stdout);
    }
  }
  fmt::print("\n{}", misses);
}

}  // namespace
}  // namespace isoflop::test

int main(int count, char** arguments) {
  if (count < 4) {
    fmt::print("usage: isoflop_search_study FIRST_SEED TABLES RANDOM_STARTS [LAW ...]\n");
    return 2;
  }
  const std::vector<std::string> laws(arguments + 4, arguments + count);
  isoflop::test::run(
      std::strtoull(arguments[1], nullptr, 10), std::strtoull(arguments[2], nullptr, 10),
      std::strtoull(arguments[3], nullptr, 10), laws.empty() ? isoflop::book_keys() : laws);
}
