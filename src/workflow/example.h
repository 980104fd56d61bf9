// A worked example for a law with values: a prediction inside the range that the values were fitted
// on, as the command line that gives it.
#pragma once

#include <optional>
#include <string>

#include "isoflop/law.h"
#include "isoflop/predict.h"

namespace isoflop {

struct Example {
  std::string command;  // "isoflop predict hoffmann2022:hoffmann N=840M D=50B"
  Prediction prediction;
};

// `model` is what the command calls the law. Nothing where the law has no values, or has an input
// that nothing is known of.
std::optional<Example> worked_example(const Law& law, const std::string& model);
// The same for a law of the book.
std::optional<Example> worked_example(const Law& law);

}  // namespace isoflop
