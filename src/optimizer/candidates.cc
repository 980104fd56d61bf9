#include "optimizer/candidates.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "optimizer/box_descent.h"
#include "optimizer/surrogate.h"

namespace isoflop {

namespace {

constexpr double kSamePlace = 1e-9;
constexpr std::size_t kMostLowest = 20;  // around which candidates are drawn, at most
// A smooth model's best candidates are improved by descent, one of a forest by further draws.
constexpr std::size_t kSmoothAnywhere = 192, kSmoothAround = 192;
constexpr std::size_t kRoughAnywhere = 512, kRoughAround = 1536;
constexpr std::size_t kDescents = 4;
constexpr std::size_t kDescentEvaluations = 30;
constexpr std::size_t kRounds = 5, kRoundDraws = 64;
constexpr double kFirstRound = 0.05, kNextRound = 0.4;
constexpr std::size_t kCandidatesPerTask = 64;  // candidates of one task

// Back into an interval, by reflection at its ends.
double reflected(double x, double low, double high) {
  const double width = high - low;
  if (!(width > 0)) return low;
  const double off = std::abs(std::fmod((x - low) / width, 2.0));
  return low + width * (off > 1 ? 2 - off : off);
}

struct Scored {
  UnitPlace place;
  double score = 0;
};

Eigen::VectorXd scores_of(const SurrogateModel& model, const AcquisitionScore& score,
                          const Eigen::MatrixXd& places, Executor& executor) {
  const auto count = static_cast<std::size_t>(places.rows());
  Eigen::VectorXd scores(places.rows());
  executor.run((count + kCandidatesPerTask - 1) / kCandidatesPerTask, [&](std::size_t block) {
    const std::size_t first = block * kCandidatesPerTask,
                      size = std::min(kCandidatesPerTask, count - first);
    const std::vector<SurrogatePrediction> predictions = model.at_all(
        places.middleRows(static_cast<Eigen::Index>(first), static_cast<Eigen::Index>(size)));
    for (std::size_t i = 0; i < size; ++i)
      scores[static_cast<Eigen::Index>(first + i)] = score(predictions[i]);
  });
  return scores;
}

// The best of places, best first, no two of them the same.
std::vector<Scored> best_of(const Eigen::MatrixXd& places, const Eigen::VectorXd& scores,
                            std::size_t count, const KnownPlaces& known) {
  KnownPlaces taken = known;
  std::vector<Scored> best;
  for (const Eigen::Index i : ascending(scores)) {
    const UnitPlace place = places.row(i);
    if (best.size() == count) break;
    if (taken.has(place)) continue;
    taken.add(place);
    best.push_back({place, scores[i]});
  }
  return best;
}

// Down the slope in the real parameters that mean something there; the others stay.
Scored descended(const SearchSpace& space, const SurrogateModel& model,
                 const AcquisitionScore& score, const Region& region, const Scored& from) {
  const Eigen::VectorXd start = from.place.transpose();
  Eigen::VectorXd low = start, high = start;
  const Point point = point_at(space, from.place);
  for (Eigen::Index d = 0; d < start.size(); ++d) {
    const auto i = static_cast<std::size_t>(d);
    if (space.parameters()[i].kind != Parameter::Kind::kReal || std::isnan(point[i])) continue;
    low[d] = region.low[d];
    high[d] = region.high[d];
  }
  const Descent end = descend_in_box(
      [&](const Eigen::VectorXd& at, Eigen::VectorXd& gradient) {
        Eigen::VectorXd mean_slope, deviation_slope;
        const SurrogatePrediction prediction =
            model.at(at.transpose(), mean_slope, deviation_slope);
        return score(prediction, mean_slope, deviation_slope, gradient);
      },
      start, low, high, kDescentEvaluations);
  return {end.at.transpose(), end.value};
}

}  // namespace

Region Region::whole(std::size_t dimensions) {
  const auto count = static_cast<Eigen::Index>(dimensions);
  return {UnitPlace::Zero(count), UnitPlace::Ones(count)};
}

bool KnownPlaces::has(const UnitPlace& place) const {
  return std::ranges::any_of(places_, [&](const UnitPlace& other) {
    return (place - other).cwiseAbs().maxCoeff() < kSamePlace;
  });
}

CandidateSource::CandidateSource(const SearchSpace& space, const SurrogateData& data, Region region,
                                 RandomStream random)
    : space_(space), region_(std::move(region)), random_(random) {
  const std::vector<Eigen::Index> order = ascending(data.values);
  const std::size_t count = std::min({order.size(), kMostLowest, 2 * space.size() + 2});
  for (std::size_t i = 0; i < count; ++i) lowest_.emplace_back(data.places.row(order[i]));
}

UnitPlace CandidateSource::anywhere() {
  UnitPlace place(static_cast<Eigen::Index>(space_.size()));
  for (Eigen::Index d = 0; d < place.size(); ++d)
    place[d] = region_.low[d] + random_.uniform() * (region_.high[d] - region_.low[d]);
  return snapped(space_, place);
}

// Each coordinate moves with a probability of a half, one of them for certain; a choice becomes
// another one.
UnitPlace CandidateSource::moved(UnitPlace place, double distance) {
  const std::size_t certain = random_.below(space_.size());
  for (std::size_t i = 0; i < space_.size(); ++i) {
    const bool moves = random_.uniform() < 0.5 || i == certain;
    const double step = random_.normal(), other = random_.uniform();
    if (!moves) continue;
    const auto d = static_cast<Eigen::Index>(i);
    double& coordinate = place[d];
    const Parameter& parameter = space_.parameters()[i];
    if (parameter.kind == Parameter::Kind::kCategorical) {
      if (i == certain || other < distance) coordinate = random_.uniform();
      continue;
    }
    double size = distance * (region_.high[d] - region_.low[d]);
    if (parameter.kind == Parameter::Kind::kInteger)  // reaches the next whole number at least
      size = std::max(size, 1 / (parameter.range.high - parameter.range.low + 1));
    coordinate = reflected(coordinate + size * step, region_.low[d], region_.high[d]);
  }
  return snapped(space_, place);
}

UnitPlace CandidateSource::around() {
  // The lowest are the most frequent.
  const double rank = random_.uniform() * random_.uniform();
  const auto count = static_cast<double>(lowest_.size());
  const UnitPlace& from = lowest_[static_cast<std::size_t>(rank * count)];
  const double size = std::pow(10, -0.5 - 2.5 * random_.uniform());
  if (random_.uniform() < 0.5 || lowest_.size() < 3) return moved(from, size);
  const UnitPlace way =
      lowest_[random_.below(lowest_.size())] - lowest_[random_.below(lowest_.size())];
  UnitPlace place = from + random_.normal() * way;
  for (Eigen::Index d = 0; d < place.size(); ++d)
    place[d] = reflected(place[d], region_.low[d], region_.high[d]);
  return snapped(space_, place);
}

Eigen::MatrixXd CandidateSource::draw(std::size_t anywhere, std::size_t around) {
  Eigen::MatrixXd places(anywhere + around, space_.size());
  for (std::size_t i = 0; i < anywhere + around; ++i)
    places.row(static_cast<Eigen::Index>(i)) = i < anywhere ? this->anywhere() : this->around();
  return places;
}

Eigen::MatrixXd CandidateSource::near(const UnitPlace& place, double distance, std::size_t count) {
  Eigen::MatrixXd places(count, space_.size());
  for (std::size_t i = 0; i < count; ++i)
    places.row(static_cast<Eigen::Index>(i)) = moved(place, distance);
  return places;
}

std::optional<UnitPlace> best_place(const SearchSpace& space, const SurrogateModel& model,
                                    const AcquisitionScore& score, CandidateSource& source,
                                    const KnownPlaces& known, Executor& executor) {
  const bool smooth = model.is_smooth();
  const Eigen::MatrixXd places = smooth ? source.draw(kSmoothAnywhere, kSmoothAround)
                                        : source.draw(kRoughAnywhere, kRoughAround);
  std::vector<Scored> best =
      best_of(places, scores_of(model, score, places, executor), kDescents, known);
  if (best.empty()) return {};
  if (smooth) {
    std::vector<Scored> ends(best.size());
    executor.run(best.size(), [&](std::size_t i) {
      ends[i] = descended(space, model, score, source.region(), best[i]);
    });
    for (Scored& end : ends)
      if (end.score < best.front().score && !known.has(end.place)) best.front() = std::move(end);
    return best.front().place;
  }
  double distance = kFirstRound;
  for (std::size_t round = 0; round < kRounds; ++round, distance *= kNextRound) {
    const Eigen::MatrixXd further = source.near(best.front().place, distance, kRoundDraws);
    std::vector<Scored> nearby =
        best_of(further, scores_of(model, score, further, executor), 1, known);
    if (!nearby.empty() && nearby.front().score < best.front().score)
      best.front() = std::move(nearby.front());
  }
  return best.front().place;
}

}  // namespace isoflop
