#include "report/chart/panel_svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "report/chart/figure_style.h"
#include "report/chart/ticks.h"

namespace isoflop {

namespace {

constexpr double kSize = 13, kLine = 16, kGap = 6;
constexpr double kMostLabelShare = 0.4;  // of the width, for names at the ends of lines
constexpr double kRingRadius = 5.5;
constexpr std::size_t kMany = 300;  // points that want to be small
constexpr double kTickRoom = 46;    // pixels of height for one tick at the side

// Shapes differ by series, so that greyscale keeps them apart: disc, square, triangle, diamond.
constexpr std::size_t kShapes = 4;
constexpr std::array<const char*, kShapes> kShapePaths = {
    "M-3.2 0a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0 -6.4 0z", "M-3 -3h6v6h-6z", "M0 -4l4 7h-8z",
    "M0 -4l4 4-4 4-4-4z"};

std::string at(double x, double y) {
  return fmt::format("x=\"{}\" y=\"{}\"", coordinate(x), coordinate(y));
}

bool overlap(const PixelBox& a, const PixelBox& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

class PanelWriter {
 public:
  PanelWriter(const Panel& panel, const PanelPlace& place, Svg& svg)
      : panel_(panel), place_(place), box_(place.box), svg_(svg) {
    lay_out();
  }

  void run() {
    if (!panel_.title.empty()) text("panel ink", "start", box_.x, box_.y + kSize, panel_.title);
    text("quiet", "start", box_.x, plot_.y - 2 * kGap, panel_.y.title);
    text("quiet", "middle", plot_.x + plot_.width / 2, plot_.y + plot_.height + 2 * kLine + kGap,
         panel_.x.title);
    write_axes();
    svg_.open("clipPath", fmt::format("id=\"{}\"", clip_id()));
    svg_.element("rect", fmt::format("{} width=\"{}\" height=\"{}\"", at(plot_.x, plot_.y),
                                     coordinate(plot_.width), coordinate(plot_.height)));
    svg_.close("clipPath");
    svg_.open("g", fmt::format("clip-path=\"url(#{})\"", clip_id()));
    for (const Mark& mark : panel_.marks) write_mark(mark);
    svg_.close("g");
    write_names();
    // First all rings, so that no label covers one.
    for (const Mark& mark : panel_.marks)
      if (mark.kind == Mark::Kind::kOptimum) write_rings(mark);
    for (const Mark& mark : panel_.marks)
      if (mark.kind == Mark::Kind::kOptimum) write_ring_labels(mark);
  }

 private:
  // ---- where things go

  void lay_out() {
    const double head = (panel_.title.empty() ? 0 : kLine + 4) + kLine + 2 * kGap;
    plot_.y = box_.y + head;
    plot_.height = std::max(40.0, box_.height - head - 2 * kLine - 2 * kGap - 2);
    y_ticks_ = ticks(panel_.y, static_cast<std::size_t>(std::max(2.0, plot_.height / kTickRoom)));
    double left = 0, right = kGap;
    for (const Tick& tick : y_ticks_) left = std::max(left, text_width(tick.text, kSize));
    for (const Mark& mark : panel_.marks)
      if (mark.kind == Mark::Kind::kLine && !mark.label.empty())
        right = std::max(right, text_width(mark.label, kSize) + 2 * kGap);
    right = std::min(right, box_.width * kMostLabelShare);
    plot_.x = box_.x + left + kGap;
    plot_.width = std::max(40.0, box_.width - left - kGap - right);
    x_ticks_ = fitting_x_ticks();
  }

  // As many as stand side by side.
  std::vector<Tick> fitting_x_ticks() const {
    for (auto most = static_cast<std::size_t>(std::max(2.0, plot_.width / 60)); most > 2; --most) {
      std::vector<Tick> list = ticks(panel_.x, most);
      bool fits = true;
      for (std::size_t i = 1; i < list.size(); ++i) {
        const double room =
            (text_width(list[i - 1].text, kSize) + text_width(list[i].text, kSize)) / 2 + 10;
        fits = fits && x_of(list[i].value) - x_of(list[i - 1].value) > room;
      }
      if (fits) return list;
    }
    return ticks(panel_.x, 2);
  }

  [[nodiscard]] double x_of(double value) const {
    return plot_.x + axis_share(value, panel_.x) * plot_.width;
  }
  [[nodiscard]] double y_of(double value) const {
    return plot_.y + (1 - axis_share(value, panel_.y)) * plot_.height;
  }
  [[nodiscard]] bool drawable(double x, double y) const {
    const double px = x_of(x), py = y_of(y);
    // What lies far outside would only make the file longer.
    return std::isfinite(px) && std::isfinite(py) && std::abs(px) < 1e5 && std::abs(py) < 1e5;
  }
  [[nodiscard]] bool inside(double x, double y) const {
    return x >= plot_.x - 1 && x <= plot_.x + plot_.width + 1 && y >= plot_.y - 1 &&
           y <= plot_.y + plot_.height + 1;
  }

  // ---- axes

  void text(std::string_view classes, std::string_view anchor, double x, double y,
            std::string_view content) {
    svg_.text("text", fmt::format("class=\"{}\" text-anchor=\"{}\" {}", classes, anchor, at(x, y)),
              content);
  }

  void write_axes() {
    const double bottom = plot_.y + plot_.height;
    std::string grid;
    for (const Tick& tick : y_ticks_)
      grid += fmt::format("M{} {}h{}", coordinate(plot_.x), coordinate(y_of(tick.value)),
                          coordinate(plot_.width));
    for (const Tick& tick : x_ticks_)
      grid += fmt::format("M{} {}v{}", coordinate(x_of(tick.value)), coordinate(plot_.y),
                          coordinate(plot_.height));
    svg_.element("path", fmt::format("class=\"grid\" d=\"{}\"", grid));
    svg_.element("path", fmt::format("class=\"frame\" d=\"M{} {}V{}H{}\"", coordinate(plot_.x),
                                     coordinate(plot_.y), coordinate(bottom),
                                     coordinate(plot_.x + plot_.width)));
    for (const Tick& tick : y_ticks_)
      text("quiet", "end", plot_.x - kGap, y_of(tick.value) + 4, tick.text);
    for (const Tick& tick : x_ticks_)
      text("quiet", "middle", x_of(tick.value), bottom + kLine + 2, tick.text);
  }

  // ---- marks

  void write_mark(const Mark& mark) {
    switch (mark.kind) {
      case Mark::Kind::kLine:
        return write_line(mark);
      case Mark::Kind::kPoints:
        return write_points(mark);
      case Mark::Kind::kBand:
        return write_band(mark);
      case Mark::Kind::kOptimum:
        return;  // on top of all others
    }
  }

  void write_line(const Mark& mark) {
    std::string path;
    bool pen_down = false;
    for (std::size_t i = 0; i < mark.x.size(); ++i) {
      if (!drawable(mark.x[i], mark.y[i])) {
        pen_down = false;
        continue;
      }
      path += fmt::format("{}{} {}", pen_down ? 'L' : 'M', coordinate(x_of(mark.x[i])),
                          coordinate(y_of(mark.y[i])));
      pen_down = true;
    }
    const std::string_view dash = dashes(mark);
    svg_.element(
        "path",
        fmt::format("class=\"line {}\"{} d=\"{}\"", colour_class(mark),
                    dash.empty() ? "" : fmt::format(" stroke-dasharray=\"{}\"", dash), path));
  }

  void write_band(const Mark& mark) {
    std::string there, back;
    for (std::size_t i = 0; i < mark.x.size(); ++i) {
      if (!drawable(mark.x[i], mark.y[i]) || !drawable(mark.x[i], mark.high[i])) continue;
      there += fmt::format("{}{} {}", there.empty() ? 'M' : 'L', coordinate(x_of(mark.x[i])),
                           coordinate(y_of(mark.high[i])));
      back.insert(0,
                  fmt::format("L{} {}", coordinate(x_of(mark.x[i])), coordinate(y_of(mark.y[i]))));
    }
    if (!there.empty())
      svg_.element("path",
                   fmt::format("class=\"band {}\" d=\"{}{}Z\"", colour_class(mark), there, back));
  }

  [[nodiscard]] std::string clip_id() const {
    return fmt::format("{}-{}", place_.id, place_.index);
  }

  void write_points(const Mark& mark) {
    const std::size_t shape =
        mark.colour == Mark::Colour::kSeries ? static_cast<std::size_t>(mark.place) % kShapes : 0;
    const bool many = mark.x.size() > kMany && mark.runs.empty();
    std::string all;  // of many points, in one path
    if (!many) svg_.open("g", fmt::format("class=\"point {}\"", colour_class(mark)));
    for (std::size_t i = 0; i < mark.x.size(); ++i) {
      if (!drawable(mark.x[i], mark.y[i])) continue;
      const double x = x_of(mark.x[i]), y = y_of(mark.y[i]);
      if (many)
        all += fmt::format("M{} {}h0", coordinate(x), coordinate(y));
      else
        write_point(mark, i, fmt::format("href=\"#{}-p{}\" {}", place_.id, shape, at(x, y)));
    }
    if (many)
      svg_.element("path", fmt::format("class=\"line dots {}\" d=\"{}\"", colour_class(mark), all));
    else
      svg_.close("g");
  }

  void write_point(const Mark& mark, std::size_t i, std::string attributes) {
    if (!mark.runs.empty() && !place_.with_tips)
      attributes += fmt::format(" data-run=\"{}\"", mark.runs[i]);
    if (place_.with_tips && !mark.tips.empty())
      svg_.titled("use", attributes, mark.tips[i]);
    else
      svg_.element("use", attributes);
  }

  // ---- labels

  // Names of lines, right of their ends, moved apart where they would overlap.
  void write_names() {
    struct Name {
      const Mark* mark;
      PixelBox box;
    };
    std::vector<Name> names;
    for (const Mark& mark : panel_.marks) {
      if (mark.kind != Mark::Kind::kLine || mark.label.empty()) continue;
      const double width = text_width(mark.label, kSize);
      for (std::size_t i = mark.x.size(); i-- > 0;) {
        if (!drawable(mark.x[i], mark.y[i])) continue;
        const double x = x_of(mark.x[i]), y = y_of(mark.y[i]);
        if (!inside(x, y)) continue;
        const double most = box_.x + box_.width - width;
        names.push_back({&mark, {std::min(x + kGap, most), y - kLine / 2, width, kLine}});
        break;
      }
    }
    std::ranges::sort(names, {}, [](const Name& name) { return name.box.y; });
    const double lowest = plot_.y + plot_.height - kLine / 2;
    // Down from the first, and up from the last, past those that are in the way.
    for (std::size_t i = 0; i < names.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (overlap(names[i].box, names[j].box)) names[i].box.y = names[j].box.y + kLine;
    for (std::size_t i = names.size(); i-- > 0;) {
      names[i].box.y = std::min(names[i].box.y, lowest);
      for (std::size_t j = names.size() - 1; j > i; --j)
        if (overlap(names[i].box, names[j].box)) names[i].box.y = names[j].box.y - kLine;
    }
    for (const Name& name : names) {
      const PixelBox& box = name.box;
      text("name halo " + colour_class(*name.mark), "start", box.x, box.y + kLine / 2 + 4,
           name.mark->label);
      taken_.push_back({box.x, box.y + 1, box.width, kSize});
    }
  }

  void write_rings(const Mark& mark) {
    for (std::size_t i = 0; i < mark.x.size(); ++i) {
      const double x = x_of(mark.x[i]), y = y_of(mark.y[i]);
      if (!drawable(mark.x[i], mark.y[i]) || !inside(x, y)) continue;
      svg_.element("circle",
                   fmt::format("class=\"ring {}\" cx=\"{}\" cy=\"{}\" r=\"{}\"", colour_class(mark),
                               coordinate(x), coordinate(y), kRingRadius));
      taken_.push_back({x - kRingRadius, y - kRingRadius, 2 * kRingRadius, 2 * kRingRadius});
    }
  }

  void write_ring_labels(const Mark& mark) {
    for (std::size_t i = 0; i < std::min(mark.x.size(), mark.tips.size()); ++i) {
      const double x = x_of(mark.x[i]), y = y_of(mark.y[i]);
      if (drawable(mark.x[i], mark.y[i]) && inside(x, y)) write_beside(x, y, mark.tips[i]);
    }
  }

  // Below, above, to the right or to the left, where nothing stands yet; else nowhere.
  void write_beside(double x, double y, const std::string& content) {
    const double width = text_width(content, kSize);
    const PixelBox places[] = {{x - width / 2, y + 9, width, kSize},
                               {x - width / 2, y - 9 - kSize, width, kSize},
                               {x + 10, y - kSize / 2, width, kSize},
                               {x - 10 - width, y - kSize / 2, width, kSize}};
    for (const PixelBox& place : places) {
      const bool out = place.x < plot_.x || place.x + width > plot_.x + plot_.width ||
                       place.y < plot_.y || place.y + kSize > plot_.y + plot_.height;
      const bool free = std::ranges::none_of(
          taken_, [&](const PixelBox& other) { return overlap(place, other); });
      if (out || !free) continue;
      text("ink halo", "start", place.x, place.y + kSize - 2, content);
      taken_.push_back(place);
      return;
    }
  }

  const Panel& panel_;
  const PanelPlace& place_;
  const PixelBox& box_;
  Svg& svg_;
  PixelBox plot_;
  std::vector<Tick> x_ticks_, y_ticks_;
  std::vector<PixelBox> taken_;
};

}  // namespace

void write_shapes(const std::string& id, Svg& svg) {
  svg.open("defs");
  for (std::size_t i = 0; i < kShapes; ++i)
    svg.element("path", fmt::format("id=\"{}-p{}\" d=\"{}\"", id, i, kShapePaths[i]));
  svg.close("defs");
}

void write_panel(const Panel& panel, const PanelPlace& place, Svg& svg) {
  PanelWriter(panel, place, svg).run();
}

}  // namespace isoflop
