// Results as JSON: one object each, with the fields that docs/json.md describes. A field keeps its
// name, type and unit from version to version; new ones may come.
//
// What --json of a command prints is this, with what only the program knows besides (the time that
// it took, the files that it wrote). Numbers read back to the same doubles; not-a-number and
// infinities are null.
//
// A comparison's JSON is its file: write_comparison_file(). Take write_fit_file() for a fit that is
// to be read again: to_json() leaves its table, draws and law's text out.
#pragma once

#include <string>

#include "isoflop/fit_file.h"
#include "isoflop/law.h"
#include "isoflop/plan.h"
#include "isoflop/predict.h"

namespace isoflop {

std::string to_json(const Law& law);
std::string to_json(const FitRecord& record);
// `law` is the one that the answer is from.
std::string to_json(const Law& law, const Prediction& prediction);
std::string to_json(const Law& law, const Plan& plan);

}  // namespace isoflop
