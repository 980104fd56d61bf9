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

// The same law, of which a table has `response` in the place of a loss: a column or a formula of
// columns. A law whose file says what it predicts stays as it is, and so does every law where
// `response` is "".
Law with_response(const Law& law, std::string_view response);

// A number in the unit of the output: "0.02 nats"; and with its name, "learning rate 0.0009"; a
// loss in nats is "loss 2.1".
std::string in_unit(const Output& output, std::string_view number);
std::string named_value(const Output& output, std::string_view number);

}  // namespace isoflop
