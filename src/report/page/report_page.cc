#include "report/page/report_page.h"

#include <fmt/format.h>

#include "base/book_data.h"
#include "report/chart/svg.h"
#include "report/json/json.h"
#include "report/page/static_body.h"
#include "workflow/decision.h"

namespace isoflop {

namespace {

constexpr std::string_view kDocument = "<script type=\"application/json\" id=\"report\"></script>";
constexpr std::string_view kStatic = "<main id=\"static\"></main>";
constexpr std::string_view kTitle = "<title>isoflop</title>";

// JSON that ends no element: within a script "<" is a text's alone, which may have it as \u003c.
std::string in_script(const std::string& json) {
  std::string text;
  for (const char c : json)
    if (c == '<')
      text += "\\u003c";
    else
      text += c;
  return text;
}

// `text` before the end tag of the empty element.
void fill(std::string& page, std::string_view element, const std::string& text) {
  const std::size_t at = page.find(element);
  if (at != std::string::npos) page.insert(at + element.rfind("</"), text);
}

std::string title_of(const Report& report) {
  return report.heading.title.empty() ? "isoflop report" : report.heading.title;
}

std::string static_page(const Report& report, const std::string& body) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta http-equiv=\"Content-Security-Policy\" "
      "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<meta name=\"color-scheme\" content=\"light dark\">"
      "<title>{}</title>\n<link rel=\"icon\" href=\"data:,\">\n</head><body>\n"
      "<main id=\"static\">{}</main>\n</body></html>\n",
      escape_xml(title_of(report)), body);
}

}  // namespace

std::string_view interactive_page() {
  const std::span<const EmbeddedFile> files = page_files();
  return files.empty() ? "" : files.front().bytes;
}

std::string report_page(const Report& report, std::string_view page, std::string body) {
  if (body.empty()) body = static_body(report);
  if (page.empty()) return static_page(report, body);
  std::string filled(page);
  // What is put in has no "<" of its own, or escaped ones: it is never taken for an element to
  // fill.
  fill(filled, kDocument, in_script(report_json(report)));
  fill(filled, kStatic, body);
  const std::size_t title = filled.find(kTitle);
  if (title != std::string::npos)
    filled.replace(title, kTitle.size(), "<title>" + escape_xml(title_of(report)) + "</title>");
  return filled;
}

}  // namespace isoflop
