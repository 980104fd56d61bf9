#include "optimizer/main_effects.h"

#include <Eigen/Core>

#include "optimizer/random_forest.h"
#include "optimizer/random_stream.h"
#include "optimizer/surrogate.h"
#include "optimizer/unit_cube.h"

namespace isoflop {

namespace {

constexpr std::size_t kPlaces = 512;  // of the whole space
constexpr std::size_t kValues = 16;   // of a parameter that is not a choice

// Of a parameter, evenly in the unit interval.
std::size_t values_of(const Parameter& parameter) {
  return parameter.kind == Parameter::Kind::kCategorical ? parameter.choices.size() : kValues;
}

double variance(const Eigen::VectorXd& values) {
  return (values.array() - values.mean()).square().mean();
}

class Effects {
 public:
  Effects(const SearchSpace& space, const RandomForest& forest, RandomStream random)
      : space_(space), forest_(forest) {
    for (std::size_t i = 0; i < kPlaces; ++i) {
      UnitPlace place(static_cast<Eigen::Index>(space.size()));
      for (double& coordinate : place) coordinate = random.uniform();
      places_.push_back(std::move(place));
    }
  }

  [[nodiscard]] double whole() const { return variance(means(places_)); }

  // All places take part for each value, so that they differ by the value alone.
  [[nodiscard]] double of(std::size_t parameter) const {
    const std::size_t values = values_of(space_.parameters()[parameter]);
    Eigen::VectorXd marginal(static_cast<Eigen::Index>(values));
    for (std::size_t i = 0; i < values; ++i) {
      std::vector<UnitPlace> moved = places_;
      for (UnitPlace& place : moved)
        place[static_cast<Eigen::Index>(parameter)] =
            (static_cast<double>(i) + 0.5) / static_cast<double>(values);
      marginal[static_cast<Eigen::Index>(i)] = means(moved).mean();
    }
    return variance(marginal);
  }

 private:
  [[nodiscard]] Eigen::VectorXd means(const std::vector<UnitPlace>& places) const {
    Eigen::VectorXd means(static_cast<Eigen::Index>(places.size()));
    for (std::size_t i = 0; i < places.size(); ++i)
      means[static_cast<Eigen::Index>(i)] = forest_.at(snapped(space_, places[i])).mean;
    return means;
  }

  const SearchSpace& space_;
  const RandomForest& forest_;
  std::vector<UnitPlace> places_;
};

}  // namespace

std::vector<double> main_effects(const SearchSpace& space, std::span<const Trial> trials,
                                 std::uint64_t seed, Executor& executor) {
  std::vector<UnitPlace> places;
  for (const Trial& trial : trials) places.push_back(place_of(space, trial.suggestion.point));
  const RandomForest forest(surrogate_data(space, trials, places),
                            {.seed = seed, .trials = trials.size()}, executor);
  const Effects effects(space, forest, random_stream(StreamUse::kEffects, seed, trials.size()));
  const double whole = effects.whole();
  std::vector<double> shares(space.size());
  if (!(whole > 0)) return shares;
  executor.run(space.size(), [&](std::size_t i) { shares[i] = effects.of(i) / whole; });
  return shares;
}

}  // namespace isoflop
