#include "support/picture.h"

#include <algorithm>
#include <cstdlib>
#include <regex>

namespace isoflop {

namespace {

// Mean widths of Helvetica's characters: what most viewers have, narrower than the writer's own
// estimate, which must leave room for any font.
constexpr double kCharacter = 0.52, kSize = 13, kTitleSize = 17;

struct TextBox {
  std::string text;
  double left, right, top, bottom;
};

std::size_t characters(const std::string& text) {
  static const std::regex entity("&[^;]*;");
  return std::regex_replace(text, entity, "x").size();
}

}  // namespace

std::vector<std::string> overlapping_texts(const std::string& svg) {
  static const std::regex element(
      "<text class=\"([^\"]*)\"(?: text-anchor=\"([a-z]*)\")? x=\"([-0-9.]+)\" y=\"([-0-9.]+)\">"
      "([^<]*)</text>");
  static const std::regex width("viewBox=\"0 0 ([0-9.]+) ");
  std::vector<std::string> problems;
  std::smatch found;
  if (!std::regex_search(svg, found, width)) return {"no viewBox"};
  const double right_edge = std::atof(found[1].str().c_str());
  std::vector<TextBox> boxes;
  for (auto at = std::sregex_iterator(svg.begin(), svg.end(), element);
       at != std::sregex_iterator(); ++at) {
    const std::smatch& match = *at;
    const double size = match[1].str().find("title") != std::string::npos ? kTitleSize : kSize;
    const double x = std::atof(match[3].str().c_str()), y = std::atof(match[4].str().c_str());
    const double wide = static_cast<double>(characters(match[5])) * kCharacter * size;
    const std::string anchor = match[2];
    const double left = anchor == "middle" ? x - wide / 2 : anchor == "end" ? x - wide : x;
    boxes.push_back({match[5], left, left + wide, y - 0.72 * size, y + 0.1 * size});
  }
  if (boxes.size() < 5) problems.push_back("hardly any text");
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const TextBox& a = boxes[i];
    if (a.left < 0 || a.right > right_edge)
      problems.push_back("\"" + a.text + "\" reaches out of the picture");
    for (std::size_t j = i + 1; j < boxes.size(); ++j) {
      const TextBox& b = boxes[j];
      if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
        problems.push_back("\"" + a.text + "\" and \"" + b.text + "\" overlap");
    }
  }
  return problems;
}

}  // namespace isoflop
