// The book of laws as tests use it: laws that must be there, predictions that must work, and grids
// of inputs.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "isoflop/law.h"
#include "isoflop/predict.h"
#include "isoflop/table.h"

namespace isoflop::test {

// A law of the book; a test that asks for one that is not there ends the program.
Law book_law(std::string_view spec);
// Every published set of every law of the book, as KEY:SET: the rows of a table of properties. Of a
// law without any, KEY, which stands for values of random_values(). Tests are registered by these
// names whenever the program starts, so nothing is evaluated here.
std::vector<std::string> set_names();
Law law_of_set(const std::string& name);
std::vector<Law> every_set();
// The law with random values of the size that its coefficients usually have, within their ranges,
// under which the losses of random_runs() are finite and above 0 and show every coefficient; the
// same for the same seed.
Law random_values(const Law& law, std::uint64_t seed);
// Values for what a plan cannot give a law: its inputs but N, P, S, Sx, D and C.
Inputs usual_inputs(const Law& law);

// The value of a coefficient; a name that the law does not have is a failure of the test and NaN.
double value_of(const Law& law, std::string_view coefficient);
// The predicted loss; an error is a failure of the test and NaN.
double loss_of(const Law& law, const Inputs& inputs);

// count x count points, evenly spaced in logarithms, edges included.
std::vector<std::pair<double, double>> log_grid(Range x, Range y, int count);

// Random runs such as the law could be asked about: a column for each of its inputs, the same for
// the same seed.
Table random_runs(const Law& law, std::size_t rows, std::uint64_t seed);

}  // namespace isoflop::test

namespace isoflop {

// What GoogleTest prints of a law where a test over all of them fails.
void PrintTo(const Law& law, std::ostream* out);

}  // namespace isoflop
