// A data set: where a public table of runs is from, how its columns map to the inputs of laws, and
// what was published of it that must come out of it again.
//
// A data set is data, as a law is: the book is one TOML file each (`datasets/` in the source tree,
// embedded in the library), and a file of your own works in the same way. Where their licence
// allows it, the runs are embedded as well, in the bytes of their source (shipped_file()); of
// others the caller reads the file, whose text is what reproduce() (reproduce.h) wants.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/predict.h"
#include "isoflop/read_table.h"
#include "isoflop/recipe.h"
#include "isoflop/result.h"

namespace isoflop {

// Standard errors that were published with a fit, for a bootstrap of rows to give again.
struct PublishedErrors {
  std::size_t replicates = 1000;
  double tolerance = 0;                           // relative
  std::map<std::string, double> standard_errors;  // of some coefficients or all
};

// A published set of coefficients and the recipe that they came from.
struct PublishedFit {
  std::string law;       // "key:set" of the book
  std::string where;     // rows of the data set, beyond its own filter; "" for all
  std::string response;  // what the law predicts, in the place of the data set's; "" for that
  Residual residual = Residual::kLog;
  RobustLoss loss;
  // Relative difference of the objectives below which two optima are the same.
  double tolerance = 1e-6;
  std::optional<PublishedErrors> errors;
  std::string reason;  // why the published set is not the optimum, as far as people know
};

// A loss that was published for a model: measured, or worked out with a law.
struct PublishedPoint {
  std::string law;   // "key:set" of the book
  std::string what;  // "held-out run of the notebook"
  Inputs inputs;
  double loss = 0;       // nats
  double tolerance = 0;  // relative
  std::string reason;
};

// That one law does at least as well as others on the same runs.
struct Contest {
  std::string claim;  // no wider than its source, or that it is asked here
  std::string law;    // "key:set" of the book
  std::vector<std::string> rivals;
  Residual residual = Residual::kLog;
  RobustLoss loss;
  std::string holdout;  // holdout.h; what grows is an input of the laws
  std::string reason;
};

struct DataSet {
  std::string key, title, cite;
  std::string url;      // https; "" where what made the file is no file itself: a trainer
  std::string made;     // how the file is made, of what is at the URL; "" where it is that itself
  std::string file;     // name of the local copy
  std::string sha256;   // of the file, in hexadecimal
  std::string licence;  // SPDX, or in words
  std::string note;
  std::size_t rows = 0;  // of the file
  Mapping mapping;
  std::vector<PublishedFit> fits;
  std::vector<PublishedPoint> points;
  std::vector<Contest> contests;
};

// Reads a data-set file. `source` names the text in errors. All problems at once, with their lines.
Result<DataSet> read_data_set(std::string_view text, std::string_view source);
// A data set of the book. The error names what is close.
Result<DataSet> find_data_set(std::string_view key);
// The keys of the book, in alphabetical order.
std::vector<std::string> data_set_keys();
// The bytes of a data set's file where it ships with the library, found by their SHA-256. They stay
// for as long as the program does.
std::optional<std::string_view> shipped_file(const DataSet& data);

}  // namespace isoflop
