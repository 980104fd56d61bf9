#include "cli/shared_flags.h"

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
           .read = text_into(mapping.columns)},
          {.name = "--where",
           .value = "FILTER",
           .help = "keep the rows where this is true: 'loss < 5 && C >= 1e18'",
           .read = text_into(mapping.where)},
          {.name = "--skip-missing",
           .help = "leave out rows where a cell that is read is empty, NaN or Infinity",
           .read = switch_into(mapping.skip_missing)}};
}

Flag json_flag(bool& json) {
  return {.name = "--json",
          .help = "print one JSON object and nothing else on standard output",
          .read = switch_into(json)};
}

void append(std::vector<Flag>& flags, std::vector<Flag> more) {
  flags.insert(flags.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

}  // namespace isoflop::cli
