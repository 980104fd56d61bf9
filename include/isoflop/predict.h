// The loss that a law with coefficients predicts.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "isoflop/law.h"
#include "isoflop/result.h"
#include "isoflop/table.h"

namespace isoflop {

// Values of inputs by name, raw units: {{"N", 70e9}, {"D", 1.4e12}}.
using Inputs = std::map<std::string, double>;

// What can be derived is derived, in place: any two of N, P, S give the third (N = P (1 - S)); of
// C, N, D any two give the third (C = 6 N D); and where only one of S and Sx is given and the law
// wants the other, it stands in, which is said in the returned notes. Contradictions (N, P and S
// that disagree by more than one in a thousand) and values outside the domain (N, P, D not above 0;
// S outside [0, 1)) are errors.
Result<std::vector<std::string>> derive_inputs(const Law& law, Inputs& inputs);

// The loss under the set that disputes the law's own (CoefficientSet::disputed_by).
struct DisputedLoss {
  std::string law;  // "key:set"
  double loss = 0;
};

struct Prediction {
  Inputs inputs;  // given and derived
  double loss = 0;
  // Stand-ins, inputs outside the range of the fitted runs (or that it is unknown), a sparsity
  // that a dense law takes no notice of; and last, where there is one, the disputed loss.
  std::vector<std::string> notes;
  std::optional<DisputedLoss> disputed{};
};

// Errors: the law has no values; an input is missing, or its name means nothing; the loss is not
// finite there.
Result<Prediction> predict(const Law& law, Inputs inputs);

// An input outside the range of the runs that a law was fitted on.
struct OutsideRange {
  std::string input;
  double value = 0;
  Range range;
  // How far outside, log10 of the ratio to the nearer edge; NaN where that is 0 or less, as for a
  // sparsity.
  double decades = 0;
};
std::vector<OutsideRange> outside_ranges(const Law& law, const Inputs& inputs);

// One loss a row of the table, which has a column for each of the law's inputs. Errors, all at
// once: columns that are missing; rows whose loss is not finite.
Result<std::vector<double>> predict(const Law& law, const Table& table);
// The notes of a prediction for all rows: for each input, how many are outside the range of the
// fitted runs, and the farthest, or that the range is unknown; how far the losses of a set that
// disputes the law's own are from these.
std::vector<std::string> range_notes(const Law& law, const Table& table);

}  // namespace isoflop
