#include "support/book.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <ostream>
#include <random>
#include <string>

#include "isoflop/output.h"

namespace isoflop::test {

namespace {

// Where each standard input lies in practice; sparsities are uniform in here, sizes logarithmic.
// Other inputs have their range in the law file.
// Constant, as lists of tests are made before main().
constexpr std::array<std::pair<std::string_view, Range>, 9> kInputRanges = {
    {{"N", {1e6, 1e12}},
     {"P", {1e6, 1e13}},
     {"D", {1e8, 1e14}},
     {"U", {1e8, 1e13}},
     {"S", {0, 0.98}},
     {"Sx", {0, 0.98}},
     {"C", {1e16, 1e26}},
     {"G", {1, 32}},
     {"experts", {1, 512}}}};

double draw(Range range, std::mt19937_64& random) {
  const double u = std::uniform_real_distribution(0.0, 1.0)(random);
  if (range.low == 0) return range.high * u;
  return range.low * std::pow(range.high / range.low, u);
}

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::abort();
}

Range range_of(const Input& input) {
  if (input.usual) return *input.usual;
  for (const auto& [name, range] : kInputRanges)
    if (name == input.name) return range;
  give_up("give the input " + input.name + " a usual = [low, high] in its law file");
}

// Where a coefficient lies in practice, if not where its role says: see random_values().
struct Sensible {
  std::string_view law, coefficient;
  Range range;
};
constexpr std::array<Sensible, 58> kSensible = {{
    // The break is inside the runs, and as wide as a decade or two; the loss falls before it.
    {"bnsl2022", "c0", {0.1, 0.6}},
    {"bnsl2022", "d1", {1e5, 1e10}},
    {"bnsl2022", "f1", {0.2, 2}},
    // All three parts change slowly with size: the loss on unlimited data and the exponent of data
    // fall, the scale of the data term falls.
    {"farseer2025", "a1", {-0.3, -0.05}},
    {"farseer2025", "b1", {0.1, 1}},
    {"farseer2025", "k", {0.05, 0.2}},
    {"farseer2025", "a2", {30, 150}},
    {"farseer2025", "b2", {-10, -1}},
    {"farseer2025", "h", {-0.2, -0.05}},
    {"farseer2025", "a3", {-0.3, -0.01}},
    {"farseer2025", "b3", {0.1, 2}},
    {"farseer2025", "g", {0.05, 0.2}},
    // Amounts at which a term is 1, not factors: 6.9e8 is published.
    {"frantar2023", "aD", {1e6, 1e11}},
    // ... 6.4e13 and 1.8e13.
    {"kaplan2020", "Nc", {1e10, 1e16}},
    {"kaplan2020", "Dc", {1e10, 1e16}},
    // Bits: 2.7, 2.2 and 0.96 are published.
    {"kumar2024", "gamma_w", {0.5, 5}},
    {"kumar2024", "gamma_a", {0.5, 5}},
    {"kumar2024", "gamma_kv", {0.5, 5}},
    // What experts change in an exponent is small beside it: 0.0098 and -0.0259 are published. A
    // dense model counts as few experts: 1.7 to 4.3 are published, here and for clark2022.
    {"ludziejewski2025", "gamma", {0.001, 0.03}},
    {"ludziejewski2025", "zeta", {-0.05, -0.002}},
    {"ludziejewski2025", "Es", {1, 10}},
    {"clark2022", "Es", {1, 10}},
    {"yun2024", "Es", {1, 10}},
    // The same change of an exponent (0.009 to 0.013 times log10 twice in clark2022), of either
    // sign; f is an irreducible loss.
    {"yun2024", "d", {-0.02, 0.02}},
    {"yun2024", "f", {0.1, 2}},
    // Epochs: 15 and 5.3 are published.
    {"muennighoff2023", "RD", {1, 50}},
    {"muennighoff2023", "RN", {1, 50}},
    // A share of neurons is below 1.
    {"sparsing2024", "A0", {0.01, 0.5}},
    {"sparsing2024", "b", {-3, -0.7}},
    // A size in 1e9 parameters, and a share: 0.011 to 0.2, and 0.33 to 0.39.
    {"parscale2025", "A", {0.005, 1}},
    {"parscale2025", "k", {0.1, 2}},
    // An untrained model knows the logarithm of its vocabulary.
    {"bounded2026", "L0", {5, 12}},
    // A share, of data: of the size of the shares in runs.
    {"dcpt2024", "c", {0.01, 1}},
    {"dcpt2024", "epsilon", {0.01, 0.5}},
    {"dcpt2024", "eta", {0.2, 1.5}},
    // Of the published set's sizes; the term of experts is there at all.
    {"zhao2025", "e", {0.05, 0.5}},
    {"zhao2025", "f", {2, 20}},
    {"zhao2025", "m", {2, 10}},
    {"zhao2025", "n", {-5, -1}},
    {"zhao2025", "k", {0.3, 3}},
    {"zhao2025", "h", {0.02, 0.2}},
    {"ling2025_leverage", "a", {0.5, 2}},
    {"ling2025_leverage", "d", {-0.08, -0.02}},
    {"ling2025_leverage", "gamma", {0.005, 0.03}},
    {"ling2025_leverage", "beta", {-0.2, -0.05}},
    {"ling2025_leverage", "As", {0.01, 0.1}},
    {"ling2025_leverage", "Am", {0.7, 5}},
    // Bits: 0.59 is published.
    {"kumar2024_ptq", "gamma", {0.5, 3}},
    // Small powers of small numbers.
    {"compression2025", "alpha", {0.5, 2}},
    {"compression2025", "beta", {0.5, 3}},
    {"compression2025", "gamma", {0.5, 3}},
    // Shares, and how fast one turns into the other.
    {"gadre2024_error", "epsilon", {0.7, 1}},
    {"gadre2024_error", "k", {0.5, 2}},
    {"gadre2024_error", "gamma", {0.3, 1.5}},
    {"scalerl2025", "R0", {0.05, 0.3}},
    {"scalerl2025", "A", {0.5, 1}},
    {"scalerl2025", "C_mid", {1e19, 1e23}},
    {"scalerl2025", "B", {0.3, 1}},
}};

// Where a coefficient lies in most laws, by what it does; of either sign where its range is.
double draw(const Law& law, const Coefficient& coefficient, std::mt19937_64& random) {
  for (const auto& [key, name, range] : kSensible) {
    if (key != law.key() || name != coefficient.name) continue;
    if (range.low >= 0) return draw(range, random);
    if (range.high <= 0) return -draw({-range.high, -range.low}, random);
    return std::uniform_real_distribution(range.low, range.high)(random);
  }
  const Range usual = coefficient.role == Role::kExponent   ? Range{0.1, 0.6}
                      : coefficient.role == Role::kConstant ? Range{0.1, 2}
                      : coefficient.role == Role::kLogScale ? Range{0.1, 3}
                                                            : Range{10, 3000};
  const Range& range = coefficient.range;
  const bool negative = range.high <= 0 || (range.low < 0 && random() % 2 == 0);
  const Range magnitude = negative ? Range{std::max(-range.high, 0.0), -range.low}
                                   : Range{std::max(range.low, 0.0), range.high};
  const Range both{std::max(usual.low, magnitude.low), std::min(usual.high, magnitude.high)};
  const double size = draw(both.low < both.high ? both : magnitude, random);
  return negative ? -size : size;
}

// Whether each coefficient shows in the losses: changing it by a part of itself changes ln L by at
// least a thousandth of that part, as a root mean square over the runs. No one would give a law a
// term that does less.
bool every_coefficient_matters(const Law& law, const Table& runs) {
  constexpr double kPart = 1e-3, kLeast = 1e-3;
  for (std::size_t j = 0; j < law.values().size(); ++j) {
    const auto losses = [&](double factor) {
      std::vector<double> values(law.values().begin(), law.values().end());
      values[j] *= factor;
      return predict(*law.with_values("moved", std::move(values)), runs);
    };
    const Result<std::vector<double>> up = losses(1 + kPart), down = losses(1 - kPart);
    if (!up || !down) return false;
    double squares = 0;
    for (std::size_t i = 0; i < runs.rows(); ++i)
      squares += std::pow(std::log((*up)[i] / (*down)[i]) / (2 * kPart), 2);
    if (!(squares >= kLeast * kLeast * static_cast<double>(runs.rows()))) return false;
  }
  return true;
}

}  // namespace

Law random_values(const Law& law, std::uint64_t seed) {
  constexpr int kMostDraws = 10000;
  // A learning rate is small, a number of tokens large.
  const Range sensible = output_of(law).is_loss() ? Range{1e-3, 1e3} : Range{1e-9, 1e30};
  std::mt19937_64 random(seed);
  const Table runs = random_runs(law, 1000, seed);
  for (int i = 0; i < kMostDraws; ++i) {
    std::vector<double> values;
    for (const Coefficient& coefficient : law.coefficients())
      values.push_back(draw(law, coefficient, random));
    Law candidate = *law.with_values("random", std::move(values));
    const Result<std::vector<double>> losses = predict(candidate, runs);
    if (losses &&
        std::ranges::all_of(*losses, [&](double loss) { return sensible.contains(loss); }) &&
        every_coefficient_matters(candidate, runs))
      return candidate;
  }
  give_up(law.key() + ": no random coefficients give sensible losses");
}

Inputs usual_inputs(const Law& law) {
  const std::vector<std::string> planned = {"N", "P", "S", "Sx", "D", "C"};
  Inputs inputs;
  for (const Input& input : law.inputs())
    if (std::ranges::find(planned, input.name) == planned.end())
      inputs[input.name] = std::sqrt(range_of(input).low * range_of(input).high);
  return inputs;
}

Law book_law(std::string_view spec) {
  Result<Law> law = find_law(spec);
  if (!law) give_up(law.error().text());
  return *std::move(law);
}

std::vector<std::string> set_names() {
  std::vector<std::string> names;
  for (const std::string& key : book_keys()) {
    const Law law = book_law(key);
    for (const CoefficientSet& set : law.sets()) names.push_back(key + ":" + set.name);
    if (law.sets().empty()) names.push_back(key);
  }
  return names;
}

Law law_of_set(const std::string& name) {
  return name.contains(':') ? book_law(name) : random_values(book_law(name), 1);
}

std::vector<Law> every_set() {
  std::vector<Law> laws;
  for (const std::string& name : set_names()) laws.push_back(law_of_set(name));
  return laws;
}

double value_of(const Law& law, std::string_view coefficient) {
  if (const auto index = law.coefficient_index(coefficient)) return law.values()[*index];
  ADD_FAILURE() << law.label() << " has no coefficient " << coefficient;
  return std::numeric_limits<double>::quiet_NaN();
}

double loss_of(const Law& law, const Inputs& inputs) {
  const Result<Prediction> prediction = predict(law, inputs);
  if (prediction) return prediction->loss;
  ADD_FAILURE() << prediction.error().text();
  return std::numeric_limits<double>::quiet_NaN();
}

std::vector<std::pair<double, double>> log_grid(Range x, Range y, int count) {
  const auto point = [count](Range range, int i) {
    return range.low * std::pow(range.high / range.low, static_cast<double>(i) / (count - 1));
  };
  std::vector<std::pair<double, double>> points;
  for (int i = 0; i < count; ++i)
    for (int j = 0; j < count; ++j) points.emplace_back(point(x, i), point(y, j));
  return points;
}

Table random_runs(const Law& law, std::size_t rows, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Table table;
  for (const Input& input : law.inputs()) {
    const Range range = range_of(input);
    std::vector<double> column(rows);
    for (double& x : column) x = draw(range, random);
    EXPECT_TRUE(table.set(input.name, std::move(column)));
  }
  return table;
}

}  // namespace isoflop::test

namespace isoflop {

void PrintTo(const Law& law, std::ostream* out) { *out << law.label(); }

}  // namespace isoflop
