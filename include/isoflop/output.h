// What a law predicts: the loss of a run in nats a token, unless its file says otherwise.
//
//   output = { name = "learning rate", unit = "" }     in a law file
//   [[set]]
//   unit = "bits a byte"                               of a set whose runs were measured otherwise
//
// A table has it in its column `loss`, whatever it is; Mapping::response says where it comes from.
#pragma once

#include <string>
#include <string_view>

#include "isoflop/law.h"
#include "isoflop/read_table.h"

namespace isoflop {

struct Output {
  std::string name = "loss";
  std::string unit = "nats";  // "" for none
  // Whether less of it is better, so that plan() can look for its lowest value.
  bool lowest_is_best = true;

  [[nodiscard]] bool is_loss() const { return name == "loss"; }
};

// Of the law's file, in the unit of the set that its values are.
Output output_of(const Law& law);

// The same law, of a table of this mapping: what it predicts is named after `response` and
// `loss_unit`, unless its file says what that is, and its sizes are those of `params_count`.
Law with_mapping(const Law& law, const Mapping& mapping);

// The unit of a coefficient: where its file has nats, that of the law's output.
std::string unit_of(const Law& law, const Coefficient& coefficient);

// A number in the unit of the output: "0.02 nats"; and with its name, "learning rate 0.0009"; a
// loss in nats is "loss 2.1".
std::string in_unit(const Output& output, std::string_view number);
std::string named_value(const Output& output, std::string_view number);

}  // namespace isoflop
