#include "optimizer/surrogate.h"

#include <algorithm>
#include <cmath>

namespace isoflop {

namespace {

constexpr double kLowShare = 0.4;

// Of values that range over orders of magnitude, those beyond the lowest 40 % count by the
// logarithm of how far beyond they are, in units of the range of those: how bad a bad place is says
// little of where the best one is, and would hide the differences between good ones. Order and the
// slope at the joint are kept.
void compress_high(Eigen::VectorXd& values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  const double joint =
      sorted[static_cast<std::size_t>(kLowShare * static_cast<double>(sorted.size() - 1))];
  const double unit = joint - sorted.front();
  if (!(unit > 0)) return;
  for (double& value : values)
    if (value > joint) value = joint + unit * std::log1p((value - joint) / unit);
}

double skewness(const Eigen::ArrayXd& values) {
  const Eigen::ArrayXd off = values - values.mean();
  const double variance = off.square().mean();
  return variance > 0 ? off.cube().mean() / std::pow(variance, 1.5) : 0;
}

}  // namespace

void SurrogateData::add(const Eigen::RowVectorXd& place, double value) {
  const Eigen::Index rows = values.size();
  places.conservativeResize(rows + 1, place.size());
  places.row(rows) = place;
  values.conservativeResize(rows + 1);
  values[rows] = value;
}

std::vector<Eigen::Index> ascending(const Eigen::VectorXd& numbers) {
  std::vector<Eigen::Index> order;
  for (Eigen::Index i = 0; i < numbers.size(); ++i) order.push_back(i);
  std::ranges::stable_sort(order, {}, [&](Eigen::Index i) { return numbers[i]; });
  return order;
}

bool logarithm_helps(std::span<const double> values) {
  const Eigen::Map<const Eigen::ArrayXd> all(values.data(),
                                             static_cast<Eigen::Index>(values.size()));
  if (all.size() == 0 || !(all.minCoeff() > 0)) return false;
  return std::abs(skewness(all.log())) < std::abs(skewness(all));
}

SurrogateData surrogate_data(const SearchSpace& space, std::span<const Trial> trials,
                             std::span<const UnitPlace> places) {
  std::vector<double> finite;
  for (const Trial& trial : trials)
    if (!trial.failed()) finite.push_back(trial.value);
  const double highest = *std::ranges::max_element(finite);
  const bool logarithm = logarithm_helps(finite);

  const auto count = static_cast<Eigen::Index>(trials.size());
  SurrogateData data{.places = Eigen::MatrixXd(count, static_cast<Eigen::Index>(space.size())),
                     .values = Eigen::VectorXd(count),
                     .categorical = {}};
  for (Eigen::Index i = 0; i < count; ++i) {
    const Trial& trial = trials[static_cast<std::size_t>(i)];
    const double value = trial.failed() ? highest : trial.value;
    data.places.row(i) = places[static_cast<std::size_t>(i)];
    data.values[i] = logarithm ? std::log(value) : value;
  }
  if (logarithm) compress_high(data.values);
  for (const Parameter& parameter : space.parameters())
    data.categorical.push_back(parameter.kind == Parameter::Kind::kCategorical);
  return data;
}

}  // namespace isoflop
