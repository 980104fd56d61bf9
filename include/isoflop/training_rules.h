// Published rules for the learning rate and the batch of a training run, by its size, tokens and
// FLOPs: files of the book, rules/KEY.toml. Each holds for the recipe of its own runs, so that they
// are where a sweep starts, not what it ends with.
//
//   for (const RuleAnswer& answer : *ask_rules({.N = 7e9, .D = 1.4e12, .C = 6 * 7e9 * 1.4e12}))
//     fmt::print("{}: {}, {} tokens\n", answer.rule.title, answer.learning_rate, answer.batch);
#pragma once

#include <map>
#include <string>
#include <vector>

#include "isoflop/law.h"
#include "isoflop/result.h"

namespace isoflop {

struct TrainingRule {
  std::string key;
  std::string title;
  std::string cite;
  std::string learning_rate;               // formulas of N, D and C
  std::string batch;                       // in tokens
  std::map<std::string, Range> fitted_on;  // empty: not stated
};

// What the rules are asked: all without embeddings, as both of the book count.
struct RuleQuestion {
  double N = 0;  // active parameters
  double D = 0;  // tokens
  double C = 0;  // training FLOPs
};

struct RuleAnswer {
  TrainingRule rule;
  double learning_rate = 0;          // the peak
  double batch = 0;                  // tokens of a step
  std::vector<std::string> outside;  // inputs that are outside of what it was fitted on
};

// The rules of the book in alphabetical order of their keys.
Result<std::vector<TrainingRule>> training_rules();
// What each answers. Errors: a question that is not above 0.
Result<std::vector<RuleAnswer>> ask_rules(const RuleQuestion& question);

}  // namespace isoflop
