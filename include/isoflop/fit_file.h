// The fit file: a fit and all that it came from, in one JSON document that needs nothing else to be
// read.
//
//   FitRecord record{.fit = *fit(law, runs.table)};
//   const std::string text = write_fit_file(record);                 // keep it where you like
//   const Result<FitRecord> same = read_fit_file(text, "fit.json");  // later: same->fit
//
// It has the recipe, the outcome, the law's TOML text whole and the columns that were fitted, with
// doubles that read back to the same bits, so that plans, intervals and charts can be made from it
// without the runs. There is no time in it: the same record gives the same text. What `isoflop fit
// -o` writes is such a file, and docs/json.md has it field by field. The library reads and writes
// texts, not files.
//
// Keep a FitRecord where a fit is to be used again, with its intervals; the Fit alone is enough to
// predict and plan at once.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/bootstrap.h"
#include "isoflop/confidence.h"
#include "isoflop/fit.h"
#include "isoflop/read_table.h"
#include "isoflop/result.h"

namespace isoflop {

inline constexpr double kUsualLevel = 0.95;  // of intervals where none is asked for

// The files that a table was read from, and how. Nothing here is needed to use a fit: leave it
// empty for runs that were never in a file.
struct DataSource {
  // The path, as the user gave it, "runs.csv", "a.csv, b.csv" or "runs/*.csv"; "-" for standard
  // input.
  std::string source;
  std::string sha256;  // of the files' bytes, one after the other, in hexadecimal
  Mapping mapping;
  std::size_t rows_read = 0;  // rows of the files
  LeftOut left_out = {};
  // MappedTable::warnings: what seems wrong with the columns' units.
  std::vector<std::string> warnings = {};
};

// Draws of a bootstrap, and the intervals of the coefficients from them.
struct BootstrapRecord {
  Draws draws;
  double level = 0;                        // of the intervals, such as 0.95
  std::vector<Uncertainty> uncertainties;  // one for each coefficient of the law
};

struct FitRecord {
  Fit fit;
  std::optional<Confidence> confidence = {};
  std::optional<BootstrapRecord> bootstrap = {};
  DataSource data = {};
  std::string version = {};  // of the isoflop that made the fit; "" writes this one's
  std::string command = {};  // the command line that made it; "" for a fit made in memory
};

// What is wrong with the runs or left in doubt by them, which every use of the fit is to say: of
// its data, and its findings.
std::vector<std::string> warnings_on(const FitRecord& record);

// The format that this version writes, and the newest that it reads.
inline constexpr int kFitFormat = 1;
// A longer table is written as base64 of its columns, in `packed_table`.
inline constexpr std::size_t kUnpackedRows = 100'000;

std::string write_fit_file(const FitRecord& record);

// Reads the text back to the same record. Files of every earlier version are read; those up to
// 0.1.0 kept no table of more than 100,000 rows, which comes back empty. `source` names the text in
// errors: a text that is not a fit file, a newer format, and every field that is missing or
// damaged.
Result<FitRecord> read_fit_file(std::string_view text, std::string_view source);

}  // namespace isoflop
