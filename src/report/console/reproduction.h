// What became of published results: a page for a console, the same as Markdown, one object in JSON.
#pragma once

#include <span>
#include <string>

#include "isoflop/data_set.h"
#include "isoflop/reproduce.h"

namespace isoflop {

std::string reproduction_page(const Reproductions& reproductions);
// docs/reproduction.md, whole.
std::string reproduction_markdown(const Reproductions& reproductions);
// `seconds` is the time of all fits.
std::string reproduction_json(const Reproductions& reproductions, double seconds);

std::string data_sets_page(std::span<const DataSet> data_sets);
std::string data_set_page(const DataSet& data);
// Of a file that was downloaded to `path`.
std::string downloaded_page(const DataSet& data, const std::string& path);
std::string data_sets_json(std::span<const DataSet> data_sets);

}  // namespace isoflop
