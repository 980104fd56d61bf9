// DATASET arguments, and the local copies of their files.
#pragma once

#include <string>

#include "cli/command.h"
#include "isoflop/data_set.h"
#include "isoflop/result.h"

namespace isoflop::cli {

// Whether a DATASET is a file and not a key of the book: it ends in .toml.
bool is_data_set_file(const std::string& argument);
// DATASET: a key of the book, or a data-set file.
Result<DataSet> read_data_set_argument(const std::string& argument);

// How to come by its file.
std::string remedy(const DataSet& data);

// --data.
Flag data_folder_flag(std::string& folder);
std::string path_in(const std::string& folder, const DataSet& data);
// The copy in a folder. Errors: there is no such file, with how to get it; another SHA-256 than the
// data set has.
Result<std::string> read_copy(const DataSet& data, const std::string& folder);
// The text of a data set's runs: of the copy in the folder, where one is given and has it; else the
// file that ships. Errors: those of the copy; no such folder; neither a folder nor a file that
// ships.
Result<std::string> read_data(const DataSet& data, const std::string& folder);
// An error where the bytes are not the data set's. `source` names them.
Result<void> check_bytes(const DataSet& data, const std::string& bytes, const std::string& source);

}  // namespace isoflop::cli
