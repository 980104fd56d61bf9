#include <ceres/ceres.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <list>

#include "slow/best_known/hand_objective.h"
#include "slow/best_known/solvers.h"

namespace isoflop::test {

namespace {

constexpr std::size_t kPolished = 50;

// Residual of one run by the variables, for Ceres's automatic derivatives.
template <class HandLaw>
struct RunResidual {
  const std::vector<Variable>* variables;
  const Run* run;
  Residual kind;

  template <class T>
  bool operator()(const T* v, T* residual) const {
    using std::isfinite;
    T k[HandLaw::kCount];
    to_coefficients(*variables, v, k);
    *residual = residual_of(HandLaw::loss(k, *run), *run, kind);
    return isfinite(*residual);
  }
};

// Levenberg and Marquardt's method with the robust loss, over ever smaller deltas: at the recipe's
// own, far from the optimum, hardly a residual has any curvature and steps get nowhere.
class CeresSearch {
 public:
  explicit CeresSearch(const Problem& problem)
      : objective_(problem, delta_of(problem.recipe), false),
        centred_(variables_of(problem.law, objective_.runs(), true)),
        v_(centred_.size()) {
    const double delta = delta_of(problem.recipe);
    if (delta > 0)
      for (const double wider : {100, 10}) add(problem, wider * delta);
    add(problem, delta);
  }

  Found run(std::size_t starts) {
    const auto began = std::chrono::steady_clock::now();
    std::vector<std::vector<double>> ends;
    std::vector<double> values;
    for (std::size_t i = 0; i < starts; ++i) {
      go_to(to_variables(objective_.variables(), random_coefficients(centred_, i)));
      for (ceres::Problem& stage : stages_) solve(stage, 50, 1e-9);
      ends.push_back(v_);
      values.push_back(value());
    }
    std::size_t best = lowest(values, 1)[0];
    for (const std::size_t i : lowest(values, kPolished)) {
      go_to(ends[i]);
      solve(stages_.back(), 2000, 1e-16);
      if (value() < values[i]) ends[i] = v_;
      values[i] = std::min(value(), values[i]);
      if (values[i] < values[best]) best = i;
    }
    std::vector<double> coefficients(v_.size());
    to_coefficients(objective_.variables(), ends[best].data(), coefficients.data());
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
    return {"ceres",        values[best], coefficients, starts, count_near(values, values[best]),
            seconds.count()};
  }

 private:
  void add(const Problem& problem, double delta) {
    ceres::Problem& stage = stages_.emplace_back();
    stage.AddParameterBlock(v_.data(), static_cast<int>(v_.size()));
    for (std::size_t i = 0; i < v_.size(); ++i) {
      const Range box = box_of(objective_.variables()[i]);
      stage.SetParameterLowerBound(v_.data(), static_cast<int>(i), box.low);
      stage.SetParameterUpperBound(v_.data(), static_cast<int>(i), box.high);
    }
    with_hand_law(problem.law.key(), [&](auto law) {
      using HandLaw = decltype(law);
      for (const Run& run : objective_.runs()) {
        auto* cost = new ceres::AutoDiffCostFunction<RunResidual<HandLaw>, 1, HandLaw::kCount>(
            new RunResidual<HandLaw>{&objective_.variables(), &run, problem.recipe.residual});
        stage.AddResidualBlock(cost, delta > 0 ? new ceres::HuberLoss(delta) : nullptr, v_.data());
      }
    });
  }

  // The stages know the place of v_ in memory: it must stay.
  void go_to(const std::vector<double>& v) { std::ranges::copy(v, v_.begin()); }

  static void solve(ceres::Problem& stage, int iterations, double tolerance) {
    ceres::Solver::Options options;
    options.linear_solver_type = ceres::DENSE_QR;
    options.max_num_iterations = iterations;
    options.function_tolerance = tolerance;
    options.gradient_tolerance = 1e-30;
    options.parameter_tolerance = 1e-15;
    options.logging_type = ceres::SILENT;
    ceres::Solver::Summary summary;
    ceres::Solve(options, &stage, &summary);
  }

  [[nodiscard]] double value() const {
    const double value = objective_(v_.data(), nullptr);
    return std::isfinite(value) ? value : 1e100;
  }

  HandObjective objective_;  // in variables that are not centred: their ranges are a box
  std::vector<Variable> centred_;
  std::vector<double> v_;  // what the stages move
  std::list<ceres::Problem> stages_;
};

}  // namespace

Found search_with_ceres(const Problem& problem, std::size_t starts) {
  return CeresSearch(problem).run(starts);
}

}  // namespace isoflop::test
