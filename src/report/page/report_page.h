// One self-contained HTML page on fits and comparisons: the interactive page of web/ with the
// report's document and its static body in it.
//
// The build embeds the page where web/dist/page.html is there (scripts/build-web). Without it a
// report is its static body. No request leaves either.
#pragma once

#include <string>
#include <string_view>

#include "workflow/fit_report.h"

namespace isoflop {

// As web/ builds it, without a report; "" where the build had none.
std::string_view interactive_page();

// `page` with the report: its document where <script id="report"> is empty, its static body where
// <main id="static"> is. Of an empty page the static body alone. `body` is that of static_body(),
// in the words of a front end; "" for the library's own.
std::string report_page(const Report& report, std::string_view page = interactive_page(),
                        std::string body = {});

}  // namespace isoflop
