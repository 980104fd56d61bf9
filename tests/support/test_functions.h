// Functions of which the minimum is known, that optimisers are measured by (Surjanovic and Bingham,
// Virtual Library of Simulation Experiments, https://www.sfu.ca/~ssurjano).
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "isoflop/law.h"

namespace isoflop::test {

struct TestFunction {
  std::string name;
  std::vector<Range> box;
  double minimum = 0;
  std::vector<double> minimiser;  // one of them
  std::function<double(std::span<const double>)> value;
};

// Branin, Hartmann-3, Hartmann-6, Rosenbrock-4, Ackley-5.
std::vector<TestFunction> test_functions();

}  // namespace isoflop::test
