#include "optimizer/design.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "optimizer/random_stream.h"

namespace isoflop {

namespace {

constexpr std::size_t kDraws = 16;

Eigen::MatrixXd draw_hypercube(std::size_t count, std::size_t dimensions, RandomStream& random) {
  Eigen::MatrixXd places(count, dimensions);
  for (std::size_t d = 0; d < dimensions; ++d) {
    std::vector<std::size_t> part;
    for (std::size_t i = 0; i < count; ++i) part.push_back(i);
    for (std::size_t i = count; i-- > 1;) std::swap(part[i], part[random.below(i + 1)]);
    for (std::size_t i = 0; i < count; ++i)
      places(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(d)) =
          (static_cast<double>(part[i]) + random.uniform()) / static_cast<double>(count);
  }
  return places;
}

double least_distance(const Eigen::MatrixXd& places) {
  double least = std::numeric_limits<double>::infinity();
  for (Eigen::Index i = 0; i < places.rows(); ++i)
    for (Eigen::Index j = 0; j < i; ++j)
      least = std::min(least, (places.row(i) - places.row(j)).squaredNorm());
  return least;
}

// Adds the points that begin with `start`; false where there are more than `most`.
bool add_points(const SearchSpace& space, std::size_t most, std::vector<double>& start,
                std::vector<Point>& points) {
  if (start.size() == space.size()) {
    points.push_back(space.from_unit(start));
    return points.size() <= most;
  }
  const Parameter& parameter = space.parameters()[start.size()];
  if (parameter.kind == Parameter::Kind::kReal) return false;
  std::vector<double> padded = start;
  padded.resize(space.size(), 0.5);
  Point point = space.from_unit(padded);
  double& value = point[start.size()];
  const bool active = value == value;
  const Range range = !active ? Range{0, 0}
                      : parameter.kind == Parameter::Kind::kCategorical
                          ? Range{0, static_cast<double>(parameter.choices.size()) - 1}
                          : parameter.range;
  if (range.high - range.low >= static_cast<double>(most)) return false;
  const auto values = static_cast<std::size_t>(range.high - range.low) + 1;
  for (std::size_t i = 0; i < values; ++i) {
    if (active) value = range.low + static_cast<double>(i);
    start.push_back(space.to_unit(point)[start.size()]);
    const bool few = add_points(space, most, start, points);
    start.pop_back();
    if (!few) return false;
  }
  return true;
}

}  // namespace

Eigen::MatrixXd latin_hypercube(std::size_t count, std::size_t dimensions, std::uint64_t seed) {
  RandomStream random = random_stream(StreamUse::kDesign, seed, 0);
  Eigen::MatrixXd best = draw_hypercube(count, dimensions, random);
  double distance = least_distance(best);
  for (std::size_t i = 1; i < kDraws; ++i) {
    Eigen::MatrixXd other = draw_hypercube(count, dimensions, random);
    const double apart = least_distance(other);
    if (apart <= distance) continue;
    best = std::move(other);
    distance = apart;
  }
  return best;
}

std::optional<std::vector<Point>> all_points(const SearchSpace& space, std::size_t most) {
  std::vector<Point> points;
  std::vector<double> start;
  if (!add_points(space, most, start, points)) return {};
  return points;
}

}  // namespace isoflop
