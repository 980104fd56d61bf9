#include <nlopt.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>

#include "slow/best_known/hand_objective.h"
#include "slow/best_known/solvers.h"

namespace isoflop::test {

namespace {

constexpr std::size_t kPolished = 100;
constexpr int kRandomSearches = 3;

using Optimizer = std::unique_ptr<nlopt_opt_s, decltype(&nlopt_destroy)>;

double evaluate(unsigned count, const double* v, double* gradient, void* data) {
  const double value = (*static_cast<const HandObjective*>(data))(v, gradient);
  if (std::isfinite(value)) return value;
  if (gradient != nullptr) std::fill(gradient, gradient + count, 0);
  return 1e100;
}

class NLoptSearch {
 public:
  explicit NLoptSearch(const Problem& problem)
      : objective_(problem, delta_of(problem.recipe), true) {}

  Found run(std::size_t starts) {
    const auto began = std::chrono::steady_clock::now();
    std::vector<std::vector<double>> ends;
    std::vector<double> values;
    for (std::size_t i = 0; i < starts; ++i) {
      ends.push_back(to_variables(variables(), random_coefficients(variables(), i)));
      values.push_back(descend(NLOPT_LD_LBFGS, ends.back(), 400, 1e-9));
    }
    for (int i = 0; i < kRandomSearches; ++i) {
      ends.push_back(to_variables(
          variables(), random_coefficients(variables(), static_cast<std::size_t>(2 * i + 1))));
      nlopt_srand(static_cast<unsigned long>(i + 1));
      values.push_back(descend(NLOPT_GN_CRS2_LM, ends.back(), 100000, 1e-9));
    }
    std::size_t best = lowest(values, 1)[0];
    for (const std::size_t i : lowest(values, kPolished)) {
      values[i] = polish(ends[i]);
      if (values[i] < values[best]) best = i;
    }
    std::vector<double> coefficients(ends[best].size());
    to_coefficients(variables(), ends[best].data(), coefficients.data());
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
    return {"nlopt",        values[best], coefficients, starts, count_near(values, values[best]),
            seconds.count()};
  }

 private:
  [[nodiscard]] const std::vector<Variable>& variables() const { return objective_.variables(); }

  // From v to the end of one run, in place; the value there.
  double descend(nlopt_algorithm algorithm, std::vector<double>& v, int evaluations,
                 double tolerance) {
    const Optimizer optimizer(nlopt_create(algorithm, static_cast<unsigned>(v.size())),
                              &nlopt_destroy);
    set_box(optimizer.get(), algorithm == NLOPT_GN_CRS2_LM, v);
    nlopt_set_min_objective(optimizer.get(), evaluate, &objective_);
    nlopt_set_ftol_rel(optimizer.get(), tolerance);
    nlopt_set_maxeval(optimizer.get(), evaluations);
    const std::vector<double> start = v;
    double value = 0;
    nlopt_optimize(optimizer.get(), v.data(), &value);  // a stall by rounding is an end as well
    const double before = objective_(start.data(), nullptr);
    value = objective_(v.data(), nullptr);
    if (std::isfinite(value) && !(value > before)) return value;
    v = start;
    return std::isfinite(before) ? before : 1e100;
  }

  void set_box(nlopt_opt optimizer, bool plausible, std::vector<double>& v) const {
    std::vector<double> low, high;
    for (std::size_t i = 0; i < v.size(); ++i) {
      const Variable& variable = variables()[i];
      const bool free = variable.kind >= Variable::Kind::kLog;  // to_coefficients keeps the range
      const Range box = plausible ? variable.plausible : free ? Range{-1e9, 1e9} : variable.range;
      low.push_back(box.low);
      high.push_back(box.high);
      v[i] = std::fmin(std::fmax(v[i], box.low), box.high);
    }
    nlopt_set_lower_bounds(optimizer, low.data());
    nlopt_set_upper_bounds(optimizer, high.data());
  }

  // Two methods in turn until neither finds anything lower.
  double polish(std::vector<double>& v) {
    double value = objective_(v.data(), nullptr);
    for (int round = 0; round < 20; ++round) {
      descend(NLOPT_LD_SLSQP, v, 2000, 1e-15);
      const double next = descend(NLOPT_LD_LBFGS, v, 2000, 1e-15);
      if (!(next < value * (1 - 1e-14))) break;
      value = next;
    }
    return objective_(v.data(), nullptr);
  }

  HandObjective objective_;
};

}  // namespace

Found search_with_nlopt(const Problem& problem, std::size_t starts) {
  return NLoptSearch(problem).run(starts);
}

}  // namespace isoflop::test
