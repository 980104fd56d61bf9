// One self-contained HTML page on one or more fits, and on comparisons of laws: the answer first,
// then what it stands on.
//
// No request leaves the page. With scripts off all charts, tables and numbers are there; with them,
// sliders move the plan, a run that is pointed at is marked everywhere, tables sort, filter and
// download. All text of data is escaped.
#pragma once

#include <string>

#include "workflow/fit_report.h"

namespace isoflop {

std::string report_page(const Report& report);

}  // namespace isoflop
