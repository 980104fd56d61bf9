#include "optimizer/neighbourhood.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <vector>

#include "optimizer/surrogate.h"

namespace isoflop {

namespace {

constexpr Eigen::Index kLowestRows = 4;  // a dimension
// Correlations are shrunk, as few rows tell them badly.
constexpr double kShrinkage = 0.005;
constexpr double kLeastVariance = 1e-10;
constexpr double kLeastShare = 1e-5;  // of the largest variance: a valley is no thinner than this
constexpr double kDeviation =
    0.29;  // along each axis; that of an even spread over the unit interval

// The `count` rows of the smallest numbers, or all, smallest first.
std::vector<Eigen::Index> smallest(const Eigen::VectorXd& numbers, Eigen::Index count) {
  std::vector<Eigen::Index> rows = ascending(numbers);
  rows.resize(static_cast<std::size_t>(std::min(count, numbers.size())));
  return rows;
}

}  // namespace

Eigen::MatrixXd valley_axes(const SurrogateData& data) {
  const Eigen::Index dimensions = data.places.cols();
  Eigen::MatrixXd axes = Eigen::MatrixXd::Identity(dimensions, dimensions);
  std::vector<Eigen::Index> numbers;  // dimensions that are not categorical
  for (Eigen::Index d = 0; d < dimensions; ++d)
    if (!data.categorical[static_cast<std::size_t>(d)]) numbers.push_back(d);
  if (numbers.empty()) return axes;

  const std::vector<Eigen::Index> rows = smallest(data.values, kLowestRows * dimensions);
  const Eigen::MatrixXd places = data.places(rows, numbers);
  const Eigen::MatrixXd off = places.rowwise() - places.colwise().mean();
  Eigen::MatrixXd spread = off.transpose() * off / static_cast<double>(rows.size());
  const Eigen::VectorXd own = spread.diagonal();
  spread *= 1 - kShrinkage;
  spread.diagonal() = own.array() + kLeastVariance;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> parts(spread);
  const double least = std::max(kLeastVariance, kLeastShare * parts.eigenvalues().maxCoeff());
  const Eigen::VectorXd scale =
      kDeviation * parts.eigenvalues().cwiseMax(least).cwiseSqrt().cwiseInverse();
  axes(numbers, numbers) = parts.eigenvectors() * scale.asDiagonal();
  return axes;
}

Neighbourhood neighbourhood(const SurrogateData& data, const Eigen::MatrixXd& axes,
                            Eigen::Index rows_a_dimension) {
  Eigen::Index lowest = 0;
  data.values.minCoeff(&lowest);
  const UnitPlace centre = data.places.row(lowest);
  const Eigen::VectorXd distances =
      ((data.places.rowwise() - centre) * axes).rowwise().squaredNorm();
  const std::vector<Eigen::Index> rows = smallest(distances, rows_a_dimension * data.places.cols());
  const Eigen::MatrixXd places = data.places(rows, Eigen::all);
  const UnitPlace reach = (places.rowwise() - centre).cwiseAbs().colwise().maxCoeff();
  return {.data = {places, data.values(rows), data.categorical},
          .region = {(centre - reach).cwiseMax(0), (centre + reach).cwiseMin(1)}};
}

}  // namespace isoflop
