#include "isoflop/optimizer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/enum_names.h"
#include "base/error.h"
#include "optimizer/acquisition.h"
#include "optimizer/candidates.h"
#include "optimizer/design.h"
#include "optimizer/gp_likelihood.h"
#include "optimizer/neighbourhood.h"
#include "optimizer/surrogate.h"
#include "optimizer/unit_cube.h"

namespace isoflop {

namespace {

constexpr std::size_t kMostEnumerated = 4096;
constexpr int kRandomTries = 1000;
// Length scales are chosen anew each time that there are so many times as many trials.
constexpr double kSettleAgain = 1.05;
constexpr Eigen::Index kNear = 8, kWide = 20;  // rows of a neighbourhood, a dimension

constexpr std::string_view kOriginNames[] = {"initial", "ei", "lcb", "random"};  // as in Origin

// Of a function with noise the lowest value seen is lower than the lowest there is.
double lowest_mean(const SurrogateModel& model, const SurrogateData& data) {
  double lowest = std::numeric_limits<double>::infinity();
  for (const SurrogatePrediction& prediction : model.at_all(data.places))
    lowest = std::min(lowest, prediction.mean);
  return lowest;
}

std::size_t settled_at(std::size_t initial, std::size_t trials) {
  std::size_t settled = std::min(initial, trials);
  for (std::size_t next = settled; next <= trials;
       next =
           std::max(next + 1, static_cast<std::size_t>(kSettleAgain * static_cast<double>(next))))
    settled = next;
  return settled;
}

}  // namespace

std::string to_text(Origin origin) { return enum_name(kOriginNames, origin); }

Result<Origin> parse_origin(std::string_view text) {
  if (const auto origin = enum_value<Origin>(kOriginNames, text)) return *origin;
  return error("\"{}\" is not the origin of a trial", text);
}

bool Trial::failed() const { return !std::isfinite(value); }

class Optimizer::Search {
 public:
  Search(SearchSpace space, const OptimizerOptions& options)
      : space_(std::move(space)), options_(options), all_(all_points(space_, kMostEnumerated)) {
    if (options_.initial == 0) options_.initial = 2 * space_.size() + 2;
    design_ = latin_hypercube(options_.initial, space_.size(), options_.seed);
  }

  [[nodiscard]] std::vector<Suggestion> ask(std::size_t count, Executor& executor) {
    KnownPlaces known;
    for (const UnitPlace& place : places_) known.add(place);
    SurrogateData data;
    if (best_) data = surrogate_data(space_, trials_, places_);
    std::vector<Suggestion> suggestions;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t index = trials_.size() + i;
      std::optional<UnitPlace> place;
      Origin origin = Origin::kInitial;
      if (index < options_.initial) {
        place = snapped(space_, design_.row(static_cast<Eigen::Index>(index)));
      } else if (best_) {
        origin = next_origin(index);
        place = searched(origin, index, data, known, executor);
      }
      if (!place || known.has(*place)) {
        place = unknown_place(index, known);
        origin = Origin::kRandom;
      }
      if (!place) break;
      known.add(*place);
      suggestions.push_back({point_at(space_, *place), origin});
      // A point whose value nobody knows yet is taken to have the lowest one: no other of the batch
      // goes there.
      if (best_) data.add(*place, data.values.minCoeff());
    }
    return suggestions;
  }

  void tell(Trial trial) {
    places_.push_back(place_of(space_, trial.suggestion.point));
    trials_.push_back(std::move(trial));
    const Trial& told = trials_.back();
    if (!told.failed() && (!best_ || told.value < trials_[*best_].value))
      best_ = trials_.size() - 1;
  }

  [[nodiscard]] const SearchSpace& space() const { return space_; }
  [[nodiscard]] std::span<const Trial> trials() const { return trials_; }
  [[nodiscard]] std::optional<Trial> best() const {
    if (!best_) return {};
    return trials_[*best_];
  }

 private:
  [[nodiscard]] Origin next_origin(std::size_t index) const {
    switch (options_.acquisition.kind) {
      case Acquisition::Kind::kExpectedImprovement:
        return Origin::kExpectedImprovement;
      case Acquisition::Kind::kLowerConfidenceBound:
        return Origin::kLowerConfidenceBound;
      case Acquisition::Kind::kHedge:
        break;
    }
    return choose_by_rewards(trials_,
                             random_stream(StreamUse::kChoice, options_.seed, index).uniform());
  }

  std::optional<UnitPlace> searched(Origin origin, std::size_t index, const SurrogateData& data,
                                    const KnownPlaces& known, Executor& executor) {
    const RandomStream random = random_stream(StreamUse::kCandidates, options_.seed, index);
    const auto score_of = [&](double lowest) {
      return AcquisitionScore(origin, options_.acquisition.kappa, lowest);
    };
    const bool turned = index % 2 == 1;
    const Eigen::Index dimensions = data.places.cols();
    if (options_.surrogate == Surrogate::kRandomForest) {
      const Eigen::MatrixXd axes =
          turned ? valley_axes(data) : Eigen::MatrixXd::Identity(dimensions, dimensions);
      const auto model = make_forest_model(data, axes, {options_.seed, index}, executor);
      CandidateSource source(space_, data, Region::whole(space_.size()), random);
      return best_place(space_, *model, score_of(data.values.minCoeff()), source, known, executor);
    }
    if (turned)
      return searched_nearby(score_of, index % 4 == 1 ? kNear : kWide, data, known, random,
                             executor);
    const Eigen::MatrixXd axes = Eigen::MatrixXd::Identity(dimensions, dimensions);
    const auto model = make_gaussian_process_model(data, hyperparameters(), axes);
    CandidateSource source(space_, data, Region::whole(space_.size()), random);
    return best_place(space_, *model, score_of(lowest_mean(*model, data)), source, known, executor);
  }

  // Every other suggestion comes from a model of the surroundings of the lowest value, by turns of
  // near and of wide ones: those that are near alone would soon see no further.
  template <class ScoreOf>
  std::optional<UnitPlace> searched_nearby(const ScoreOf& score_of, Eigen::Index rows_a_dimension,
                                           const SurrogateData& data, const KnownPlaces& known,
                                           const RandomStream& random, Executor& executor) const {
    const Eigen::MatrixXd axes = valley_axes(data);
    const auto [part, region] = neighbourhood(data, axes, rows_a_dimension);
    const SurrogateData turned{part.places * axes, part.values, part.categorical};
    const auto model =
        make_gaussian_process_model(part, most_likely_hyperparameters(turned, options_.seed), axes);
    CandidateSource source(space_, part, region, random);
    return best_place(space_, *model, score_of(lowest_mean(*model, part)), source, known, executor);
  }

  // Of the first trials, as many as were settled last; kept, as choosing them takes most of the
  // time. They must not depend on when they are asked for.
  const GpHyperparameters& hyperparameters() {
    std::size_t settled = settled_at(options_.initial, trials_.size());
    const std::span<const Trial> trials = trials_;
    if (std::ranges::all_of(trials.first(settled), &Trial::failed)) settled = trials.size();
    if (settled != settled_)
      hyperparameters_ = most_likely_hyperparameters(
          surrogate_data(space_, trials.first(settled), std::span(places_).first(settled)),
          options_.seed);
    settled_ = settled;
    return hyperparameters_;
  }

  // Drawn at random; of a space of few points, among all that are left.
  [[nodiscard]] std::optional<UnitPlace> unknown_place(std::size_t index,
                                                       const KnownPlaces& known) const {
    RandomStream random = random_stream(StreamUse::kChoice, options_.seed, index, 1);
    if (all_) {
      std::vector<UnitPlace> left;
      for (const Point& point : *all_)
        if (UnitPlace place = place_of(space_, point); !known.has(place))
          left.push_back(std::move(place));
      if (left.empty()) return {};
      return left[random.below(left.size())];
    }
    for (int i = 0; i < kRandomTries; ++i) {
      std::vector<double> unit(space_.size());
      for (double& coordinate : unit) coordinate = random.uniform();
      if (UnitPlace place = place_of(space_, space_.from_unit(unit)); !known.has(place))
        return place;
    }
    return {};
  }

  SearchSpace space_;
  OptimizerOptions options_;
  std::optional<std::vector<Point>> all_;
  Eigen::MatrixXd design_;
  std::vector<Trial> trials_;
  std::vector<UnitPlace> places_;  // of the trials
  std::optional<std::size_t> best_;
  std::size_t settled_ = 0;  // of how many trials the following are
  GpHyperparameters hyperparameters_;
};

Result<Optimizer> Optimizer::make(SearchSpace space, const OptimizerOptions& options) {
  const double kappa = options.acquisition.kappa;
  if (!(kappa >= 0) || !std::isfinite(kappa))
    return error("a kappa of {} must be a number of 0 or more, such as 1.96", kappa);
  return Optimizer(std::make_unique<Search>(std::move(space), options));
}

Optimizer::Optimizer(std::unique_ptr<Search> search) : search_(std::move(search)) {}
Optimizer::Optimizer(Optimizer&&) noexcept = default;
Optimizer& Optimizer::operator=(Optimizer&&) noexcept = default;
Optimizer::~Optimizer() = default;

std::vector<Suggestion> Optimizer::ask(std::size_t count, Executor& executor) {
  return search_->ask(count, executor);
}
void Optimizer::tell(Trial trial) { search_->tell(std::move(trial)); }
const SearchSpace& Optimizer::space() const { return search_->space(); }
std::span<const Trial> Optimizer::trials() const { return search_->trials(); }
std::optional<Trial> Optimizer::best() const { return search_->best(); }

}  // namespace isoflop
