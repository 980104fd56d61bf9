#include "report/chart/svg.h"

#include <cmath>

namespace isoflop {

std::string escape_xml(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&')
      escaped += "&amp;";
    else if (c == '<')
      escaped += "&lt;";
    else if (c == '>')
      escaped += "&gt;";
    else if (c == '"')
      escaped += "&quot;";
    else if (c == '\'')
      escaped += "&#39;";
    else
      escaped += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  }
  return escaped;
}

std::string coordinate(double value) {
  const double rounded = std::round(value * 10) / 10;
  return fmt::format("{}", rounded == 0 ? 0 : rounded);
}

void Svg::open(std::string_view name, std::string_view attributes) {
  out_ += fmt::format("<{}{}{}>\n", name, attributes.empty() ? "" : " ", attributes);
}

void Svg::close(std::string_view name) { out_ += fmt::format("</{}>\n", name); }

void Svg::element(std::string_view name, std::string_view attributes) {
  out_ += fmt::format("<{} {}/>\n", name, attributes);
}

void Svg::text(std::string_view name, std::string_view attributes, std::string_view content) {
  out_ += fmt::format("<{}{}{}>{}</{}>\n", name, attributes.empty() ? "" : " ", attributes,
                      escape_xml(content), name);
}

void Svg::titled(std::string_view name, std::string_view attributes, std::string_view title) {
  out_ += fmt::format("<{} {}><title>{}</title></{}>\n", name, attributes, escape_xml(title), name);
}

void Svg::raw(std::string_view name, std::string_view content) {
  out_ += fmt::format("<{0}>{1}</{0}>\n", name, content);
}

double text_width(std::string_view text, double size) {
  double widths = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0U) == 0x80U) continue;  // of a character that was counted
    if (std::string_view("il.,:;|'!()[]").find(c) != std::string_view::npos)
      widths += 0.36;
    else if (std::string_view("mwMW@%").find(c) != std::string_view::npos)
      widths += 0.95;
    else
      widths += c >= 'A' && c <= 'Z' ? 0.7 : 0.6;
  }
  return widths * size;
}

}  // namespace isoflop
