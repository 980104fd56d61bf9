#include "fit/resample.h"

#include <algorithm>
#include <unordered_map>

#include "base/random.h"
#include "fit/robust_loss.h"

namespace isoflop {

namespace {

// Streams of random numbers: one a replicate, away from those of other uses.
constexpr std::uint64_t kBootstrapStream = std::uint64_t{0x626f6f74} << 32;  // "boot"

// Of more units than this, groups are left out together.
constexpr std::size_t kMostSingles = 1000;
constexpr std::size_t kGroups = 200;

// Numbers the units in the order in which they come.
std::vector<std::size_t> numbered(std::span<const double> labels) {
  std::unordered_map<double, std::size_t> numbers;
  std::vector<std::size_t> units;
  for (const double label : labels)
    units.push_back(numbers.try_emplace(label, numbers.size()).first->second);
  return units;
}

}  // namespace

// The sum of slopes falls through 0 at a minimum; bisection keeps such a fall between its ends.
double centre(const RobustLoss& loss, const Eigen::VectorXd& residuals) {
  double low = residuals.minCoeff(), high = residuals.maxCoeff();
  for (int i = 0; i < 200 && low < high; ++i) {
    const double middle = low + 0.5 * (high - low);
    if (middle <= low || middle >= high) break;
    double sum = 0;
    for (const double r : residuals) sum += psi(loss, r - middle);
    if (sum == 0) return middle;
    (sum > 0 ? low : high) = middle;
  }
  return low + 0.5 * (high - low);
}

Resampler::Resampler(const FitObjective& objective, const Bootstrap& how,
                     std::span<const double> labels, const Eigen::VectorXd& fitted)
    : objective_(objective), how_(how), units_(objective.rows()) {
  if (how.by == Resampling::kClusters) {
    unit_of_row_ = numbered(labels);
    units_ = 1 + *std::ranges::max_element(unit_of_row_);
  }
  if (how.by != Resampling::kResiduals) return;
  FitObjective::State state = objective.make_state();
  residuals_ = objective.residuals_at(objective.coefficients(fitted), state);
  const bool logarithmic = objective.recipe().residual == Residual::kLog;
  fitted_ = logarithmic ? (objective.response().array().log().matrix() + residuals_).eval()
                        : (objective.response() + residuals_).eval();
  residuals_.array() -= centre(objective.recipe().loss, residuals_);
}

std::size_t Resampler::drawn(std::size_t replicate, std::size_t index) const {
  const double at = uniform(how_.seed, kBootstrapStream + replicate, index);
  return static_cast<std::size_t>(at * static_cast<double>(units_));
}

Eigen::VectorXd Resampler::row_counts(std::size_t replicate) const {
  Eigen::VectorXd counts = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(units_));
  for (std::size_t i = 0; i < units_; ++i)
    counts[static_cast<Eigen::Index>(drawn(replicate, i))] += 1;
  if (unit_of_row_.empty()) return counts;
  Eigen::VectorXd of_rows(static_cast<Eigen::Index>(unit_of_row_.size()));
  for (std::size_t row = 0; row < unit_of_row_.size(); ++row)
    of_rows[static_cast<Eigen::Index>(row)] = counts[static_cast<Eigen::Index>(unit_of_row_[row])];
  return of_rows;
}

Eigen::VectorXd Resampler::response(std::size_t replicate) const {
  Eigen::VectorXd response = fitted_;
  for (std::size_t i = 0; i < units_; ++i)
    response[static_cast<Eigen::Index>(i)] -=
        residuals_[static_cast<Eigen::Index>(drawn(replicate, i))];
  if (objective_.recipe().residual == Residual::kLog) response = response.array().exp().matrix();
  return response;
}

FitObjective Resampler::resampled(std::size_t replicate) const {
  if (how_.by == Resampling::kResiduals) return objective_.with_response(response(replicate));
  return objective_.with_weights(objective_.weights().cwiseProduct(row_counts(replicate)));
}

std::size_t Resampler::groups() const { return units_ <= kMostSingles ? units_ : kGroups; }

// Units next to each other in the table, which are often alike, go to different groups.
FitObjective Resampler::without(std::size_t group) const {
  Eigen::VectorXd weights = objective_.weights();
  for (std::size_t row = 0; row < objective_.rows(); ++row)
    if ((unit_of_row_.empty() ? row : unit_of_row_[row]) % groups() == group)
      weights[static_cast<Eigen::Index>(row)] = 0;
  return objective_.with_weights(weights);
}

}  // namespace isoflop
