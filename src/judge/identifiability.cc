#include "isoflop/identifiability.h"

#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "base/listed.h"
#include "base/number_text.h"
#include "base/numbers.h"
#include "judge/linearised.h"
#include "judge/scores.h"

namespace isoflop {

namespace {

constexpr double kNotable = 0.1;       // of the largest part of a direction
constexpr double kNotablePart = 1e-6;  // of a unit vector that is not determined at all
constexpr int kDigits = 3;

std::string name_of(const Fit& fit, const Variable& variable) {
  return fit.law.coefficients()[variable.coefficient].name;
}

// Directions are in changes by parts of the coefficients.
class Directions {
 public:
  Directions(const Fit& fit, const Linearised& problem, const Eigen::VectorXd& sizes)
      : fit_(fit), problem_(problem), sizes_(sizes) {}

  [[nodiscard]] WeakDirection weak(const Eigen::VectorXd& direction, double error) const {
    const std::vector<Eigen::Index> parts = notable(direction.cwiseAbs(), kNotable);
    WeakDirection result{.relative_error = error, .coefficients = names(parts)};
    if (parts.size() == 1)
      result.text = fmt::format("{}: relative standard error {} %", result.coefficients[0],
                                format_number(100 * error, 2));
    else if (parts.size() == 2)
      result.text =
          fmt::format("poorly identified: {} trade off; the data determine {}",
                      listed(result.coefficients), determined(direction, parts[0], parts[1]));
    else
      result.text = fmt::format("poorly identified: {} trade off", listed(result.coefficients));
    return result;
  }

  // All directions of a null space, as columns.
  [[nodiscard]] WeakDirection undetermined(const Eigen::MatrixXd& null) const {
    const std::vector<Eigen::Index> parts = notable(null.rowwise().norm(), kNotablePart);
    WeakDirection result{.relative_error = kInfinity, .coefficients = names(parts)};
    const auto known = static_cast<Eigen::Index>(parts.size()) - null.cols();
    if (known == 0)
      result.text = fmt::format("not identified by the data: {} (the losses do not depend on {})",
                                listed(result.coefficients), parts.size() == 1 ? "it" : "them");
    else if (parts.size() == 2)
      result.text =
          fmt::format("not identified by the data: {} (the losses depend on {} alone)",
                      listed(result.coefficients), determined(null.col(0), parts[0], parts[1]));
    else
      result.text = fmt::format(
          "not identified by the data: {} (they determine {} of these {})",
          listed(result.coefficients),
          known == 1 ? std::string("one combination") : fmt::format("{} combinations", known),
          parts.size());
    return result;
  }

 private:
  [[nodiscard]] const Variable& variable(Eigen::Index j) const {
    return problem_.variables[static_cast<std::size_t>(j)];
  }

  // Variables whose part is above a share of the largest, the largest first.
  static std::vector<Eigen::Index> notable(const Eigen::VectorXd& parts, double share) {
    std::vector<Eigen::Index> order;
    for (Eigen::Index j = 0; j < parts.size(); ++j)
      if (parts[j] > share * parts.maxCoeff()) order.push_back(j);
    std::ranges::sort(order, [&](Eigen::Index a, Eigen::Index b) {
      return parts[a] != parts[b] ? parts[a] > parts[b] : a < b;
    });
    return order;
  }

  [[nodiscard]] std::vector<std::string> names(const std::vector<Eigen::Index>& parts) const {
    std::vector<std::string> names;
    for (const Eigen::Index j : parts) names.push_back(name_of(fit_, variable(j)));
    return names;
  }

  // What stays the same along a direction of two parts: "ln A - 17.1 alpha".
  [[nodiscard]] std::string determined(const Eigen::VectorXd& direction, Eigen::Index first,
                                       Eigen::Index second) const {
    const double factor = -direction[first] * sizes_[first] / (direction[second] * sizes_[second]);
    const auto text = [&](Eigen::Index j) {
      return (variable(j).logarithmic ? "ln " : "") + name_of(fit_, variable(j));
    };
    return fmt::format("{} {} {} {}", text(first), factor < 0 ? "-" : "+",
                       format_number(std::abs(factor), kDigits), text(second));
  }

  const Fit& fit_;
  const Linearised& problem_;
  const Eigen::VectorXd& sizes_;
};

}  // namespace

Result<Identifiability> identifiability(const Fit& fit) {
  const Result<Linearised> problem = linearise(fit);
  if (!problem) return std::unexpected(problem.error());
  const auto count = static_cast<Eigen::Index>(problem->variables.size());
  const Eigen::VectorXd sizes = sizes_of(fit, *problem);
  const Decomposition parts = decompose(*problem, sizes.cwiseInverse());
  const bool noisy = problem->residuals.size() > parts.rank;
  const Scores scores = noisy ? scores_of(fit.recipe.loss, *problem, parts) : Scores{};

  Identifiability result{.at_bound = fit.at_bound};
  const Directions directions(fit, *problem, sizes);
  if (parts.rank < count)
    result.weak.push_back(directions.undetermined(parts.vectors.rightCols(count - parts.rank)));
  for (Eigen::Index k = 0; k < count; ++k) {
    const double curvature = noisy ? scores.curvature : 1;
    result.eigenvalues.push_back(k < parts.rank ? curvature * parts.singular[k] * parts.singular[k]
                                                : 0);
    result.relative_errors.push_back(k >= parts.rank ? kInfinity
                                     : noisy && curvature > 0
                                         ? relative_error(scores, parts.singular[k])
                                         : kNan);
  }
  for (Eigen::Index k = parts.rank; k-- > 0;) {
    const double error = result.relative_errors[static_cast<std::size_t>(k)];
    if (error >= kWeak) result.weak.push_back(directions.weak(parts.vectors.col(k), error));
  }
  return result;
}

std::vector<std::string> notes_on(const Identifiability& of) {
  std::vector<std::string> notes;
  for (const WeakDirection& weak : of.weak) notes.push_back(weak.text);
  return notes;
}

}  // namespace isoflop
