// The comparison file: a comparison of laws in one JSON document, for charts, pages and other
// programs.
//
//   const std::string text = write_comparison_file({.comparison = *comparison, .holdout =
//   "top:20%:C"}); const Result<ComparisonSummary> back = read_comparison_file(text,
//   "comparison.json");
//
// It is what `isoflop compare --json` prints, without `seconds`, so that the same comparison gives
// the same text; docs/json.md has it field by field. What is read back is a summary, with what
// charts and pages show: the laws have no tables, so a fit that is to be used again goes to a fit
// file of its own (fit_file.h).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/compare.h"
#include "isoflop/fit_file.h"
#include "isoflop/result.h"

namespace isoflop {

// The format that this version writes, and the newest that it reads.
inline constexpr int kComparisonFormat = 1;

struct ComparisonRecord {
  Comparison comparison;
  Recipe recipe = {};
  DataSource data = {};
  std::string holdout;                  // as it was given
  std::vector<std::string> notes = {};  // of reading the runs
};

// A compared law as charts and pages show it; the fields are those of ComparedLaw and ComparedPair.
struct LawSummary {
  std::string name;
  LossErrors held_out, training;
  Range held_out_interval;
  double objective = 0, aicc = 0, bic = 0;
  std::size_t free = 0;
  std::string status;
  std::optional<double> beaten;  // the probability that the first law beats it; of all but that
};

struct ComparisonSummary {
  std::string source, sha256;  // of the runs
  std::string holdout;         // as it was given
  std::string answer;          // verdict_text()
  std::size_t rows = 0, held_out_rows = 0, folds = 0;
  double level = 0;  // of held_out_interval
  bool stopped = false;
  std::vector<LawSummary> laws;  // best first
  std::vector<UnusableLaw> unusable;
  std::vector<std::string> notes;
};

ComparisonSummary summary_of(const ComparisonRecord& record);

std::string write_comparison_file(const ComparisonRecord& record);

// Whether a text is a comparison file, damaged or not, rather than something else.
bool is_comparison_file(std::string_view text);
// `source` names the text in errors: a newer format, and every field that is missing or damaged.
Result<ComparisonSummary> read_comparison_file(std::string_view text, std::string_view source);

}  // namespace isoflop
