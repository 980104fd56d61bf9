// Published rules for the learning rate and the batch of a training run, by its size, tokens and
// FLOPs: laws of the book of the group "learning rate and batch". Each holds for the recipe of its
// own runs, so that they are where a sweep starts, not what it ends with.
//
//   for (const RuleAnswer& answer : *ask_rules({.N = 7e9, .D = 1.4e12, .C = 6 * 7e9 * 1.4e12}))
//     fmt::print("{}: {}\n", answer.rule.title(), answer.value);
#pragma once

#include <string>
#include <vector>

#include "isoflop/law.h"
#include "isoflop/result.h"

namespace isoflop {

// Without embeddings, where the rules say which they count.
struct RuleQuestion {
  double N = 0;  // active parameters
  double D = 0;  // tokens
  double C = 0;  // training FLOPs
};

struct RuleAnswer {
  Law rule;                          // output_of() it is what the value is
  double value = 0;                  // the peak of a learning rate, the tokens of a batch
  std::vector<std::string> outside;  // inputs that are outside of what it was fitted on
};

// What each rule of the book that has values in a unit answers, by the law's key. Errors: a
// question that is not above 0.
Result<std::vector<RuleAnswer>> ask_rules(const RuleQuestion& question);

}  // namespace isoflop
