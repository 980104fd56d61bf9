// Bayesian optimisation: the minimum of a function of which every evaluation is dear, from few of
// them.
//
//   const Result<SearchSpace> space = SearchSpace::make({{.name = "x", .range = {-5, 10}},
//                                            {.name = "rate", .range = {1e-5, 1}, .log = true}});
//   Result<Optimizer> optimizer = Optimizer::make(*space, {.seed = 1});
//   for (int i = 0; i < 100; ++i)
//     for (const Suggestion& next : optimizer->ask(1, executor))
//       optimizer->tell({next, f(next.point)});
//   use(optimizer->best()->suggestion.point);
//
// How: the first points are a Latin hypercube. From then on a surrogate, a model of the function
// with its uncertainty, is fitted to all that is known, and the next point is where an acquisition,
// which weighs a low mean against a large uncertainty, is best.
//
// What an optimiser answers is a function of its space, its options and the trials that it was
// told, in their order; of nothing else, and not of the executor. So a study that was stopped goes
// on exactly where it was: tell a new optimiser the same trials. study.h does that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/law.h"
#include "isoflop/result.h"

namespace isoflop {

// When a parameter means something: while a categorical one before it has one of some choices.
struct Condition {
  std::string parameter;
  std::vector<std::string> choices;
};

struct Parameter {
  enum class Kind : std::uint8_t { kReal, kInteger, kCategorical };
  std::string name;
  Kind kind = Kind::kReal;
  Range range{};                       // kReal, kInteger: both ends belong to it
  bool log = false;                    // kReal, kInteger: search evenly in the logarithm
  std::vector<std::string> choices{};  // kCategorical
  std::optional<Condition> only_if{};
};

// One value for each parameter, in order: a number, a whole number, or the index of a choice; NaN
// for a parameter whose condition does not hold.
using Point = std::vector<double>;

class SearchSpace {
 public:
  // Errors, all at once: no parameter; a name twice; a range that is empty, not finite or, for a
  // logarithm, not above 0; integers whose ends are not whole; choices that are missing or twice; a
  // condition on what is not a categorical parameter before it, or has no such choice.
  static Result<SearchSpace> make(std::vector<Parameter> parameters);

  [[nodiscard]] std::span<const Parameter> parameters() const { return parameters_; }
  [[nodiscard]] std::size_t size() const { return parameters_.size(); }
  // Whether a point has a value in range for each parameter that means something, and no other.
  [[nodiscard]] bool contains(const Point& point) const;

  // The point at a place of the unit cube, and the place of a point. A choice or a whole number is
  // a cell of the unit interval, whose middle is its place; a parameter that means nothing is at
  // 0.5. For a place x, from_unit(to_unit(from_unit(x))) == from_unit(x), but for rounding.
  [[nodiscard]] Point from_unit(std::span<const double> unit) const;
  [[nodiscard]] std::vector<double> to_unit(const Point& point) const;

 private:
  explicit SearchSpace(std::vector<Parameter> parameters) : parameters_(std::move(parameters)) {}
  [[nodiscard]] bool is_active(std::size_t i, const Point& point) const;
  std::vector<Parameter> parameters_;
};

// Gaussian process: Matern 5/2 kernel with a length scale a parameter, constant mean and noise, all
// chosen by marginal likelihood; of the logarithm of the values where that explains them better.
// Random forest: trees with random thresholds; their spread is the uncertainty. When to choose
// what: the process for smooth functions of up to some ten real parameters and a few hundred
// trials, whose cost grows with the cube of the trials; the forest for more trials, many
// categorical parameters or jumps.
enum class Surrogate : std::uint8_t { kGaussianProcess, kRandomForest };

struct Acquisition {
  enum class Kind : std::uint8_t {
    kExpectedImprovement,   // over the lowest value so far
    kLowerConfidenceBound,  // mean - kappa * standard deviation
    kHedge,                 // either, the more often the lower the values were that it led to
  };  // the first is the usual choice; a bound with a large kappa explores more
  Kind kind = Kind::kExpectedImprovement;
  double kappa = 1.96;
};

struct OptimizerOptions {
  Surrogate surrogate = Surrogate::kGaussianProcess;
  Acquisition acquisition{};
  std::size_t initial = 0;  // points of the Latin hypercube; 0: two a parameter, and two
  std::uint64_t seed = 1;
};

// What a point was suggested by.
enum class Origin : std::uint8_t {
  kInitial,
  kExpectedImprovement,
  kLowerConfidenceBound,
  kRandom,  // where nothing is known yet, or what the acquisition wants is known already
};
// "initial", "ei", "lcb", "random", and back.
std::string to_text(Origin origin);
Result<Origin> parse_origin(std::string_view text);

struct Suggestion {
  Point point;
  Origin origin = Origin::kInitial;
};

// An evaluation. Failed is what is not finite: the search keeps away from there.
struct Trial {
  Suggestion suggestion;
  double value = 0;
  [[nodiscard]] bool failed() const;
};

class Optimizer {
 public:
  // Errors: a kappa that is not a finite number of 0 or more.
  static Result<Optimizer> make(SearchSpace space, const OptimizerOptions& options);
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;
  Optimizer(Optimizer&&) noexcept;
  Optimizer& operator=(Optimizer&&) noexcept;
  ~Optimizer();

  // The next `count` points, all different and none that was tried (in real parameters: closer than
  // 1e-9 of every range). Points of one call do not wait for each other's values: each supposes
  // that those before it gave the lowest value so far (a constant liar). Fewer, or none, where the
  // space has no more. Asked again without being told, it answers the same.
  [[nodiscard]] std::vector<Suggestion> ask(std::size_t count, Executor& executor);
  // The point must belong to the space.
  void tell(Trial trial);

  [[nodiscard]] const SearchSpace& space() const;
  [[nodiscard]] std::span<const Trial> trials() const;
  // The lowest value so far, the first of equals; nothing where none is finite.
  [[nodiscard]] std::optional<Trial> best() const;

 private:
  class Search;
  explicit Optimizer(std::unique_ptr<Search> search);
  std::unique_ptr<Search> search_;
};

}  // namespace isoflop
