#include "support/book.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <ostream>
#include <random>
#include <string>

namespace isoflop::test {

namespace {

// Where each standard input lies in practice; sparsities are uniform in here, sizes logarithmic.
const std::map<std::string, Range, std::less<>> kInputRanges = {
    {"N", {1e6, 1e12}},  {"P", {1e6, 1e13}}, {"D", {1e8, 1e14}},
    {"U", {1e8, 1e13}},  {"S", {0, 0.98}},   {"Sx", {0, 0.98}},
    {"C", {1e16, 1e26}}, {"G", {1, 32}},     {"experts", {1, 512}},
};

double draw(Range range, std::mt19937_64& random) {
  const double u = std::uniform_real_distribution(0.0, 1.0)(random);
  if (range.low == 0) return range.high * u;
  return range.low * std::pow(range.high / range.low, u);
}

}  // namespace

Law book_law(std::string_view spec) {
  Result<Law> law = find_law(spec);
  if (!law) {
    std::fprintf(stderr, "%s\n", law.error().text().c_str());
    std::abort();
  }
  return *std::move(law);
}

std::vector<Law> every_set() {
  std::vector<Law> laws;
  for (const std::string& key : book_keys()) {
    const Law law = book_law(key);
    for (const CoefficientSet& set : law.sets()) laws.push_back(book_law(key + ":" + set.name));
  }
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
    const auto range = kInputRanges.find(input.name);
    if (range == kInputRanges.end()) {
      ADD_FAILURE() << law.key() << ": give the input " << input.name
                    << " a range in tests/support/book.cc";
      return table;
    }
    std::vector<double> column(rows);
    for (double& x : column) x = draw(range->second, random);
    EXPECT_TRUE(table.set(input.name, std::move(column)));
  }
  return table;
}

}  // namespace isoflop::test

namespace isoflop {

void PrintTo(const Law& law, std::ostream* out) { *out << law.label(); }

}  // namespace isoflop
