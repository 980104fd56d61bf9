// F of recipe.h for the laws of hand_laws.h.
#pragma once

#include <ceres/jet.h>

#include <cmath>
#include <memory>
#include <vector>

#include "slow/best_known/hand_laws.h"
#include "slow/best_known/variables.h"
#include "slow/problems.h"

namespace isoflop::test {

std::vector<Run> runs_of(const Table& table);

template <class T>
T residual_of(const T& loss, const Run& run, Residual kind) {
  using std::log;
  if (kind == Residual::kLog) return log(loss) - run.ln_loss;
  return loss - run.loss;
}

// rho and its slope; squares where delta is 0.
inline double hand_rho(double r, double delta) {
  const double size = std::abs(r);
  return delta == 0 || size <= delta ? 0.5 * r * r : delta * (size - 0.5 * delta);
}
inline double hand_slope(double r, double delta) {
  return delta == 0 ? r : std::fmin(std::fmax(r, -delta), delta);
}

// Calls use(law) with the law of hand_laws.h of that key.
template <class F>
auto with_hand_law(const std::string& key, F use) {
  if (key == "hoffmann2022") return use(Hoffmann2022());
  if (key == "frantar2023") return use(Frantar2023());
  if (key == "hossain2025") return use(Hossain2025());
  if (key == "abnar2025") return use(Abnar2025());
  return use(Clark2022());
}

// F, and where `gradient` is not null its gradient, at variables.
class HandObjective {
 public:
  HandObjective(const Problem& problem, double delta, bool centred)
      : runs_(runs_of(problem.table)),
        variables_(variables_of(problem.law, runs_, centred)),
        key_(problem.law.key()),
        residual_(problem.recipe.residual),
        delta_(delta) {}

  [[nodiscard]] const std::vector<Variable>& variables() const { return variables_; }
  [[nodiscard]] const std::vector<Run>& runs() const { return runs_; }
  double operator()(const double* v, double* gradient) const {
    return with_hand_law(key_, [&](auto law) {
      return gradient == nullptr ? value<decltype(law)>(v) : both<decltype(law)>(v, gradient);
    });
  }

 private:
  template <class HandLaw>
  double value(const double* v) const {
    double k[HandLaw::kCount];
    to_coefficients(variables_, v, k);
    double sum = 0;
    for (const Run& run : runs_)
      sum += hand_rho(residual_of(HandLaw::loss(k, run), run, residual_), delta_);
    return sum;
  }

  template <class HandLaw>
  double both(const double* v, double* gradient) const {
    constexpr int kCount = HandLaw::kCount;
    using Jet = ceres::Jet<double, kCount>;
    Jet moved[kCount], k[kCount];
    for (int i = 0; i < kCount; ++i) moved[i] = Jet(v[i], i);
    to_coefficients(variables_, moved, k);
    // Row by row by the coefficients, which is cheaper; the chain to the variables at the end.
    Jet plain[kCount];
    for (int i = 0; i < kCount; ++i) plain[i] = Jet(k[i].a, i);
    double sum = 0;
    Eigen::Matrix<double, kCount, 1> slope = Eigen::Matrix<double, kCount, 1>::Zero();
    for (const Run& run : runs_) {
      const Jet r = residual_of(HandLaw::loss(plain, run), run, residual_);
      sum += hand_rho(r.a, delta_);
      slope += hand_slope(r.a, delta_) * r.v;
    }
    for (int i = 0; i < kCount; ++i) gradient[i] = 0;
    for (int j = 0; j < kCount; ++j)
      for (int i = 0; i < kCount; ++i) gradient[i] += slope[j] * k[j].v[i];
    return sum;
  }

  std::vector<Run> runs_;
  std::vector<Variable> variables_;
  std::string key_;
  Residual residual_;
  double delta_;
};

// The delta of the recipe; 0 for squares.
double delta_of(const Recipe& recipe);

}  // namespace isoflop::test
