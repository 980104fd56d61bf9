// What cannot be seen from a table's numbers and must be said: the unit of its losses, and which of
// a model's parameters its sizes count.
//
//   mapping.loss_unit = "perplexity";         // of the column; labels and ranges follow
//   mapping.loss_unit = "perplexity:nats";    // ... and it is converted
//   mapping.params_count = "non-embedding";   // of N and P
//
// Neither is guessed. Where nothing is said nothing is known, and a law is taken as it is.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "isoflop/result.h"

namespace isoflop {

struct LossUnit {
  std::string_view name;  // "bits-per-byte"
  std::string_view help;
  // What a law of such losses predicts (output.h).
  std::string_view output, unit;
  bool lowest_is_best = true;
  // Where its values lie.
  double low = 0, high = 0;
  // Units of one family, above 0, are converted into each other: L nats are scale * L of them, or
  // exp(L) of perplexities. Across families it takes what a table does not have, such as the bytes
  // of a token.
  int family = 0;
  double scale = 1;
};
std::span<const LossUnit> loss_units();

// What Mapping::loss_unit says.
struct LossUnits {
  const LossUnit* measured = nullptr;  // the unit of the column; null where nothing was said
  const LossUnit* fitted = nullptr;    // the one of the table that comes out
  [[nodiscard]] bool converts() const { return measured != fitted; }
};
// Reads "", "perplexity", "perplexity:nats". Errors: an unknown unit, or two of which the one does
// not follow from the other.
Result<LossUnits> parse_loss_unit(std::string_view text);

// Which of its parameters a model's size counts. The same runs gave N proportional to C^0.37,
// C^0.54 and C^0.70 with all parameters, those without the embedding table, and those without the
// head as well (the log of karpathy/nanochat): exponents and coefficients of one count are not
// those of another. Much of the difference of Kaplan et al. 2020 and Hoffmann et al. 2022 is this
// (Pearce and Song 2024, arXiv:2406.12907).
enum class ParameterCount : std::uint8_t {
  kUnknown,
  kTotal,         // every one
  kWithHead,      // all but the embedding table; a head that is that table counts
  kNonEmbedding,  // neither the table nor the head
  kMatrices,      // ... nor norms and biases
};
struct ParameterCountName {
  ParameterCount count{};
  std::string_view name;  // "non-embedding"
  std::string_view help;
};
// All but kUnknown.
std::span<const ParameterCountName> parameter_counts();
std::string to_text(ParameterCount count);  // "" for kUnknown
// Reads what to_text() writes.
Result<ParameterCount> parse_parameter_count(std::string_view text);

// The warning that a table and a law count differently. `law` is its name.
std::string count_mismatch(std::string_view law, ParameterCount of_law, ParameterCount of_table);

}  // namespace isoflop
