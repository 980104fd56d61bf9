// A report for readers without scripts: decision, findings, figures and tables as plain HTML.
#pragma once

#include <string>

#include "workflow/fit_report.h"

namespace isoflop {

// What stands within <main>, its style sheet included. All text of data is escaped.
std::string static_body(const Report& report);

}  // namespace isoflop
