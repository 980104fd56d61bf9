#include "report/chart/figure_style.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace isoflop {

namespace {

struct Palette {
  std::string_view background, text, quiet, grid;
  std::array<std::string_view, kSeriesColours> series;
  std::array<std::string_view, kScaleColours> scale;
};

// Series after Okabe and Ito 2008, "Color universal design"; on dark the lighter ones. The scale
// goes from near the background to far from it.
constexpr Palette kLight = {
    "#ffffff",
    "#1b1b1f",
    "#5d6470",
    "#e3e6ea",
    {"#0072b2", "#d55e00", "#00805d", "#a8507f", "#8a6100", "#3a8fc2", "#4a4a4a"},
    {"#9cc9e3", "#7fb4d6", "#649fc8", "#4b8ab9", "#3575a8", "#236195", "#154d80", "#0b396a",
     "#052652"}};
constexpr Palette kDark = {
    "#14171c",
    "#eceef1",
    "#a3abb8",
    "#2d333c",
    {"#56b4e9", "#ff9248", "#2fc79c", "#e59cc4", "#f0c94a", "#9ad1f2", "#d0d0d0"},
    {"#2d5f8a", "#37719f", "#4484b3", "#5497c5", "#69aad5", "#82bde3", "#9fcfee", "#bee0f7",
     "#def0fd"}};
constexpr std::array<const char*, kSeriesColours> kDashes = {"",    "7 4", "2 3", "9 3 2 3",
                                                             "5 2", "1 4", "12 4"};

std::string rules(const Palette& colours) {
  std::string css = fmt::format(
      ".paper{{fill:{0}}}.halo{{stroke:{0}}}.ink{{fill:{1}}}.quiet{{fill:{2}}}.grid{{stroke:{3}}}"
      ".frame{{stroke:{2}}}",
      colours.background, colours.text, colours.quiet, colours.grid);
  const auto add = [&css](std::string_view name, std::string_view colour) {
    css += fmt::format(
        ".line.{0}{{stroke:{1}}}.point.{0}{{fill:{1}}}.band.{0}{{fill:{1}}}.ring.{0}{{stroke:{1}}}"
        ".name.{0}{{fill:{1}}}",
        name, colour);
  };
  for (std::size_t i = 0; i < kSeriesColours; ++i) add(fmt::format("s{}", i), colours.series[i]);
  for (std::size_t i = 0; i < kScaleColours; ++i) add(fmt::format("r{}", i), colours.scale[i]);
  add("q", colours.quiet);
  return css;
}

}  // namespace

std::string figure_style_sheet(FigureStyle::Theme theme) {
  std::string css =
      "text{font-family:Helvetica,Arial,'Liberation Sans','DejaVu Sans',sans-serif;font-size:13px}"
      ".title{font-size:17px;font-weight:bold}.panel{font-weight:bold}"
      ".grid{stroke-width:1;fill:none}.frame{stroke-width:1;fill:none}"
      ".line{stroke-width:2;fill:none;stroke-linejoin:round}.point{opacity:.75}.band{opacity:.18}"
      ".ring{stroke-width:2.5;fill:none}"
      ".dots{stroke-width:3.6;stroke-linecap:round;opacity:.5}"
      ".halo{stroke-width:4;stroke-linejoin:round;paint-order:stroke}";
  css += rules(theme == FigureStyle::Theme::kDark ? kDark : kLight);
  if (theme == FigureStyle::Theme::kViewer)
    css += "@media (prefers-color-scheme:dark){" + rules(kDark) + "}";
  return css;
}

std::string colour_class(const Mark& mark) {
  switch (mark.colour) {
    case Mark::Colour::kQuiet:
      return "q";
    case Mark::Colour::kScale:
      return fmt::format("r{}", static_cast<int>(std::lround(std::clamp(mark.place, 0.0, 1.0) *
                                                             (kScaleColours - 1))));
    case Mark::Colour::kSeries:
      return fmt::format("s{}", static_cast<std::size_t>(mark.place) % kSeriesColours);
  }
  return "";
}

const char* dashes(const Mark& mark) {
  if (mark.dashed) return "5 4";
  return mark.colour == Mark::Colour::kSeries
             ? kDashes[static_cast<std::size_t>(mark.place) % kSeriesColours]
             : "";
}

}  // namespace isoflop
