// One run as a design gives it: each field is a column of the design, a flag of `isoflop-lab train`
// and a column of the table of runs, described once in fields().
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "isoflop/result.h"
#include "lab/corpus.h"
#include "lab/model.h"
#include "lab/pruning.h"
#include "lab/sizes.h"

namespace isoflop::lab {

// How the learning rate goes after the warm-up: half a cosine to 0; constant and then linear to 0
// over the last `decay` (warm-up, stable, decay); constant; linear to 0 from the start.
enum class Schedule : std::uint8_t { kCosine, kWsd, kConstant, kLinear };

struct RunSpec {
  std::string text{kGcide};
  std::string tokenizer{kBytes};  // or "bpe:VOCABULARY"
  std::uint64_t unique = 0;       // training tokens that the text is cut to; 0: all
  ModelSizes sizes;               // its vocabulary is the text's
  Positions positions = Positions::kRotary;
  double parameters = 0;     // N, in place of sizes; 0: none asked for
  std::uint64_t tokens = 0;  // to train on, D
  std::uint64_t context = 128;
  std::uint64_t batch = 0;  // tokens of a step; 0: by the rule of batch_of()
  double rate = 0;          // the highest learning rate; 0: by the rule of rate_of()
  Schedule schedule = Schedule::kCosine;
  double warmup = 0.1;  // share of the steps
  double decay = 0.2;   // share of the steps, kWsd
  double weight_decay = 0.1;
  double beta2 = 0.98;
  double clip = 1;  // norm of the gradient; 0: no clipping
  double balance = 0.01;
  Pruning pruning;
  std::string start;  // a model that was saved, whose training goes on; "": none
  std::string save;   // where the trained model goes; "": nowhere
  std::uint64_t held_out = std::uint64_t{1} << 17;  // tokens of the evaluation
  std::uint64_t seed = 1;
};

struct SpecField {
  std::string name;   // "active_experts": the column; as a flag "--active-experts"
  std::string alias;  // another name of the column: "D" of tokens
  std::string help;
  std::function<Result<void>(RunSpec&, std::string_view)> read;
  std::function<std::string(const RunSpec&)> text;
};
std::span<const SpecField> fields();

// The batch and the learning rate where none are given; how they were measured is in docs/lab.md.
std::uint64_t batch_of(std::uint64_t tokens, std::uint64_t context);
double rate_of(std::uint64_t width, std::uint64_t batch);

// Everything that was left open, filled in for this text: sizes, batch, learning rate. Errors: what
// cannot be trained, by its field's name.
Result<RunSpec> resolved(RunSpec spec, const Corpus& corpus);

// The fields of a resolved run but `save`, as "width=48 layers=3 ...": what a run is.
std::string identity(const RunSpec& spec);

}  // namespace isoflop::lab
