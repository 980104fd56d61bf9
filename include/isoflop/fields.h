// The fields of Recipe, Mapping and LeftOut, each described once: its name, what it takes and what
// it means. Fit files are written and read by these descriptions, and the flags of the program, the
// tables of docs/json.md and bindings to other languages are made from them: a new field is a
// member of its struct and an entry here.
//
//   for_each_field(Recipe{}, [](const auto& field) {
//     std::cout << field.name << ": " << field.help << "\n";
//   });
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "isoflop/read_table.h"
#include "isoflop/recipe.h"
#include "isoflop/result.h"

namespace isoflop {

// One of the words that a value may be.
struct Choice {
  std::string name;       // "log"; with an argument "huber:DELTA"
  std::string help = {};  // its meaning, for all choices of a field or for none
};

inline std::vector<Choice> choices_of_loss() {
  std::vector<Choice> choices;
  for (const LossKind& kind : loss_kinds())
    choices.push_back({kind.text(), std::string(kind.help)});
  return choices;
}

inline std::vector<Choice> choices_of_unit() {
  std::vector<Choice> choices;
  for (const LossUnit& unit : loss_units()) choices.push_back({std::string(unit.name), ""});
  return choices;
}

inline std::vector<Choice> choices_of_count() {
  std::vector<Choice> choices;
  for (const ParameterCountName& each : parameter_counts())
    choices.push_back({std::string(each.name), std::string(each.help)});
  return choices;
}

template <class Struct, class T>
T member_type(T Struct::*);
template <class Struct, class T>
Struct struct_type(T Struct::*);

template <auto Member>
struct StructField {
  using Struct = decltype(struct_type(Member));
  using T = decltype(member_type(Member));
  static constexpr auto kMember = Member;
  const char* name = "";   // the member's; in documents, too
  const char* value = "";  // stands for its value in help: "KIND"; "" for true or false
  const char* help = "";   // starts small, no full stop
  std::vector<Choice> choices = {};
  // Reads what to_text() writes, for a type that is text in documents.
  Result<T> (*parse)(std::string_view) = nullptr;
  // Where it is false the field has no effect, and is null in documents; null: it always has.
  bool (*applies)(const Struct&) = nullptr;
};

inline bool uses_evaluations(const Recipe& recipe) { return recipe.solver != Solver::kDefault; }

// Calls visit(StructField) for every field, in the order in which documents have them. Only the
// type of the first argument matters.
template <class Visit>
void for_each_field(const Recipe& /*type*/, const Visit& visit) {
  visit(StructField<&Recipe::residual>{
      .name = "residual",
      .value = "KIND",
      .help = "residual of a run",
      .choices = {{"log", "ln predicted - ln measured"}, {"linear", "predicted - measured"}},
      .parse = parse_residual});
  visit(StructField<&Recipe::loss>{.name = "loss",
                                   .value = "LOSS",
                                   .help = "robust loss of the residuals",
                                   .choices = choices_of_loss(),
                                   .parse = parse_loss});
  visit(StructField<&Recipe::starts>{
      .name = "starts",
      .value = "STARTS",
      .help = "starting points of the search",
      .choices = {{"auto", "batches, until further ones find no better optimum"},
                  {"grid", "the published grid of the law"},
                  {"random:COUNT", "COUNT points at random"},
                  {"given", "the point that start gives, alone"}},
      .parse = parse_starts});
  visit(StructField<&Recipe::seed>{.name = "seed", .value = "N", .help = "random seed"});
  visit(StructField<&Recipe::fix>{
      .name = "fix", .value = "NAME=V", .help = "hold a coefficient at this value"});
  visit(StructField<&Recipe::tie>{
      .name = "tie", .value = "A=B", .help = "set coefficient A equal to coefficient B"});
  visit(StructField<&Recipe::range>{.name = "range",
                                    .value = "NAME=LOW:HIGH",
                                    .help = "range of a coefficient, in place of the law's"});
  visit(StructField<&Recipe::start>{
      .name = "start", .value = "NAME=V", .help = "one more starting point, with this value"});
  visit(StructField<&Recipe::decrease_tolerance>{
      .name = "decrease_tolerance",
      .value = "SHARE",
      .help = "end a start at a predicted decrease below this share of the objective"});
  visit(StructField<&Recipe::step_tolerance>{
      .name = "step_tolerance",
      .value = "SHARE",
      .help = "end a start at a step below this share of every coefficient"});
  visit(StructField<&Recipe::max_iterations>{
      .name = "max_iterations", .value = "N", .help = "most steps of one start"});
  visit(StructField<&Recipe::solver>{
      .name = "solver",
      .value = "SOLVER",
      .help = "solver; Bayesian optimisation is there for comparison",
      .choices = {{"default", "many starts, refined with derivatives"},
                  {"bayes:gp", "Bayesian optimisation with a Gaussian process"},
                  {"bayes:rf", "Bayesian optimisation with a random forest"}},
      .parse = parse_solver});
  visit(
      StructField<&Recipe::evaluations>{.name = "evaluations",
                                        .value = "N",
                                        .help = "evaluations of the objective by a Bayesian solver",
                                        .applies = uses_evaluations});
}

template <class Visit>
void for_each_field(const Mapping& /*type*/, const Visit& visit) {
  visit(StructField<&Mapping::columns>{
      .name = "columns",
      .value = "DEFS",
      .help = "inputs and loss, each as a formula of columns: 'N={Model Size}, D=65536*steps'"});
  visit(StructField<&Mapping::response>{
      .name = "response",
      .value = "COLUMN",
      .help = "what the law predicts, in the place of loss: a column or a formula of columns"});
  visit(StructField<&Mapping::loss_unit>{
      .name = "loss_unit",
      .value = "UNIT",
      .help = "unit of the losses, for labels and ranges; 'perplexity:nats' converts them",
      .choices = choices_of_unit()});
  visit(StructField<&Mapping::params_count>{.name = "params_count",
                                            .value = "WHICH",
                                            .help = "parameters that the file's N and P count",
                                            .choices = choices_of_count(),
                                            .parse = parse_parameter_count});
  visit(StructField<&Mapping::where>{
      .name = "where",
      .value = "FILTER",
      .help = "keep only the rows where this holds: 'loss < 5 && C >= 1e18'"});
  visit(StructField<&Mapping::weights>{
      .name = "weights",
      .value = "COLUMN",
      .help = "weight of each run: a column or a formula of columns"});
  visit(StructField<&Mapping::cluster>{
      .name = "cluster",
      .value = "COLUMN",
      .help = "rows with the same text in this column, or the same N, share their noise"});
  visit(StructField<&Mapping::drop_highest_loss>{
      .name = "drop_highest_loss",
      .value = "K",
      .help = "leave out the K runs with the highest loss"});
  visit(StructField<&Mapping::skip_missing>{
      .name = "skip_missing",
      .help = "leave out rows with an empty, NaN or infinite value in a column that is read"});
  visit(StructField<&Mapping::wide>{
      .name = "wide",
      .help =
          "the file has a column a run, 'run - loss', as a chart of Weights & Biases: make rows"});
  visit(StructField<&Mapping::file_name>{
      .name = "file_name",
      .value = "PATTERN",
      .help = "parts of each file's name as columns: '{size}M_{schedule}.csv'"});
  visit(StructField<&Mapping::thin>{
      .name = "thin",
      .value = "K",
      .help = "keep every K-th row of a curve, up to its last: 10, or '10 of run'"});
  visit(StructField<&Mapping::last_of>{
      .name = "last_of",
      .value = "NAMES",
      .help = "keep the last row of each run: the columns that a run has one value of"});
  visit(
      StructField<&Mapping::order>{.name = "order",
                                   .value = "COLUMN",
                                   .help = "what the rows of a run are ordered by, in place of D"});
  visit(StructField<&Mapping::mean_of>{
      .name = "mean_of",
      .value = "NAMES",
      .help = "average the rows with the same values in these columns, seeds: 'N, D, lr'"});
  visit(StructField<&Mapping::best_of>{
      .name = "best_of",
      .value = "NAMES",
      .help = "then keep the row of the lowest loss for each value of these columns: 'N, D'"});
  visit(StructField<&Mapping::best_by>{
      .name = "best_by",
      .value = "COLUMN",
      .help = "what the best row has the lowest of, in place of the loss"});
}

// How a count of rows is called in documents, and the sentence for people that it starts.
template <auto Member>
struct LeftOutField {
  static constexpr auto kMember = Member;
  const char* name = "";
  const char* text = "";
};

// The same for LeftOut.
template <class Visit>
void for_each_field(const LeftOut& /*type*/, const Visit& visit) {
  visit(LeftOutField<&LeftOut::filtered>{"filtered", "left out by mapping.where"});
  visit(LeftOutField<&LeftOut::skipped>{"skipped", "with missing cells skipped"});
  visit(LeftOutField<&LeftOut::thinned>{"thinned", "left out by mapping.thin"});
  visit(LeftOutField<&LeftOut::earlier>{"earlier", "left out by mapping.last_of"});
  visit(LeftOutField<&LeftOut::averaged>{"averaged", "joined to others by mapping.mean_of"});
  visit(LeftOutField<&LeftOut::worse>{"worse", "left out by mapping.best_of"});
  visit(LeftOutField<&LeftOut::dropped>{"dropped", "of the highest loss left out"});
}

}  // namespace isoflop
