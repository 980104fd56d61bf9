// The text of an SVG file, element by element. All text is escaped here, and coordinates have one
// decimal: what is drawn does not depend on the last bits of a number.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

namespace isoflop {

// &, <, > and quotes as entities; control characters, which no XML may have, as blanks.
std::string escape_xml(std::string_view text);
// "12.5", never "-0.0".
std::string coordinate(double value);

class Svg {
 public:
  // Opens an element that holds others: `open("g", "class=\"axis\"")`. Attributes are written as
  // they are.
  void open(std::string_view name, std::string_view attributes = "");
  void close(std::string_view name);
  void element(std::string_view name, std::string_view attributes);
  // An element with text, and one with a title, which a browser shows when it is hovered.
  void text(std::string_view name, std::string_view attributes, std::string_view content);
  void titled(std::string_view name, std::string_view attributes, std::string_view title);

  // With content that is written as it is: a style sheet, which has none of XML's own characters.
  void raw(std::string_view name, std::string_view content);

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

// How wide a text is in pixels in a sans-serif font of `size`; a little more rather than less, for
// which font it will be is not known.
double text_width(std::string_view text, double size);

}  // namespace isoflop
