// The comparison file: what `isoflop compare --json` prints (without `seconds`, so that the same
// command gives the same bytes), read back for charts and pages.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "isoflop/compare.h"
#include "isoflop/result.h"
#include "store/fit_record.h"

namespace isoflop {

// The format that this version writes, and the newest that it reads.
inline constexpr int kComparisonFormat = 1;
inline constexpr const char* kComparisonKind = "comparison";

struct ComparisonRecord {
  Comparison comparison;
  Recipe recipe;
  DataSource data;
  std::string holdout;             // as it was given
  std::vector<std::string> notes;  // of reading the runs
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

// The document of the file.
Value comparison_value(const ComparisonRecord& record);
std::string write_comparison_file(const ComparisonRecord& record);

// Whether a text is a comparison file, damaged or not, rather than something else.
bool is_comparison_file(std::string_view text);
bool is_comparison(const Value& document);
// `source` names the text in errors: a newer format, and every field that is missing or damaged.
Result<ComparisonSummary> read_comparison_file(std::string_view text, std::string_view source);

}  // namespace isoflop
