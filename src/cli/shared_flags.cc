#include "cli/shared_flags.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "cli/parse_value.h"

namespace isoflop::cli {

Flag model_flag(std::string& model) {
  return {.name = "MODEL",
          .help = "a fit file, or a law with published coefficients: key, key:set or own.toml",
          .required = true,
          .read = text_into(model)};
}

Flag inputs_flag(Inputs& inputs, std::string help) {
  return {.name = "NAME=V",
          .help = std::move(help),
          .repeats = true,
          .read = entry_into(inputs, parse_input)};
}

std::vector<Flag> mapping_flags(Mapping& mapping) {
  return {{.name = "--columns",
           .value = "DEFS",
           .help = "what the columns mean: 'N={Model Size}, D=65536*steps, loss={val-loss}'",
           .fields = {"mapping.columns"},
           .read = text_into(mapping.columns)},
          {.name = "--where",
           .value = "FILTER",
           .help = "keep the rows where this is true: 'loss < 5 && C >= 1e18'",
           .fields = {"mapping.where"},
           .read = text_into(mapping.where)},
          {.name = "--skip-missing",
           .help = "leave out rows where a cell that is read is empty, NaN or Infinity",
           .fields = {"mapping.skip_missing"},
           .read = switch_into(mapping.skip_missing)}};
}

std::vector<Flag> recipe_flags(Recipe& recipe) {
  return {
      {.name = "--loss",
       .value = "LOSS",
       .help = "of the residuals: huber:DELTA, mse, mae or cauchy:SCALE",
       .standard = to_text(recipe.loss),
       .fields = {"recipe.loss"},
       .read = parsed_into(recipe.loss, parse_loss)},
      {.name = "--residual",
       .value = "KIND",
       .help = "log: ln predicted - ln measured; linear: predicted - measured",
       .standard = to_text(recipe.residual),
       .fields = {"recipe.residual"},
       .read = parsed_into(recipe.residual, parse_residual)},
      {.name = "--starts",
       .value = "STARTS",
       .help =
           "of the search: auto, grid (the published one), random:COUNT or given (--start alone)",
       .standard = to_text(recipe.starts),
       .fields = {"recipe.starts"},
       .read = parsed_into(recipe.starts, parse_starts)},
      {.name = "--seed",
       .value = "N",
       .help = "of all that is drawn at random",
       .standard = std::to_string(recipe.seed),
       .fields = {"recipe.seed"},
       .read = parsed_into(recipe.seed, parse_count)},
      {.name = "--fix",
       .value = "NAME=V",
       .help = "hold a coefficient at a value",
       .repeats = true,
       .fields = {"recipe.fix"},
       .read = entry_into(recipe.fix, parse_assignment)},
      {.name = "--tie",
       .value = "A=B",
       .help = "give coefficient A the value of B",
       .repeats = true,
       .fields = {"recipe.tie"},
       .read = entry_into(recipe.tie, parse_tie)},
      {.name = "--range",
       .value = "NAME=LO:HI",
       .help = "the range of a coefficient, instead of the law's",
       .repeats = true,
       .fields = {"recipe.range"},
       .read = entry_into(recipe.range, parse_named_range)},
      {.name = "--start",
       .value = "NAME=V",
       .help = "start once more from this value",
       .repeats = true,
       .fields = {"recipe.start"},
       .read = entry_into(recipe.start, parse_assignment)},
  };
}

Flag runs_flag(std::string& runs) {
  return {.name = "RUNS",
          .help = "a table of runs: CSV or JSON, gzipped or not; - is standard input",
          .required = true,
          .read = text_into(runs)};
}

Flag drop_flag(Mapping& mapping, std::string help) {
  return {.name = "--drop-highest-loss",
          .value = "K",
          .help = std::move(help),
          .standard = std::to_string(mapping.drop_highest_loss),
          .fields = {"mapping.drop_highest_loss"},
          .read = parsed_into(mapping.drop_highest_loss, parse_count)};
}

Flag weights_flag(Mapping& mapping) {
  return {.name = "--weights",
          .value = "COLUMN",
          .help = "a column, or a formula of columns, that weighs the runs",
          .fields = {"mapping.weights"},
          .read = text_into(mapping.weights)};
}

Flag threads_flag(std::uint64_t& threads, std::string_view result) {
  return {.name = "--threads",
          .value = "N",
          .help = fmt::format("0 is one for every core; the {} is the same for any number", result),
          .standard = std::to_string(threads),
          .read = parsed_into(threads, parse_count)};
}

Flag json_flag(bool& json) {
  return {.name = "--json",
          .help = "print one JSON object and nothing else on standard output",
          .read = switch_into(json)};
}

}  // namespace isoflop::cli
