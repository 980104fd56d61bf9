// What is odd about a fit's runs, and what its plan stands on: a page for a console, one object in
// JSON.
#pragma once

#include <optional>
#include <string>

#include "isoflop/approaches.h"
#include "isoflop/influence.h"
#include "isoflop/sensitivity.h"
#include "store/fit_record.h"

namespace isoflop {

struct CheckRecord {
  FitRecord fit;
  Influence influence;
  Sensitivity sensitivity;
  std::optional<Approaches> approaches;  // none of a law without N and D
};

std::string check_page(const CheckRecord& record);
// `seconds` is the time of the refits alone.
std::string check_json(const CheckRecord& record, double seconds);

}  // namespace isoflop
