#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/number_text.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/file.h"
#include "cli/parse_value.h"
#include "cli/plan_flags.h"
#include "cli/progress_bar.h"
#include "cli/shared_flags.h"
#include "data/derive.h"
#include "report/chart/figure_svg.h"
#include "workflow/charts.h"

namespace isoflop::cli {

namespace {

struct Options {
  std::string kind;
  std::string input;  // of residuals
  PlanFlags plan;     // model, question, budgets, further models
  FigureStyle style;
  std::string output;
};

Result<double> parse_width(std::string_view text) {
  const Result<double> width = parse_value(text);
  if (!width || !(*width >= FigureStyle::kNarrowest && *width <= FigureStyle::kWidest))
    return error("\"{}\" must be from {} to {} pixels", text, FigureStyle::kNarrowest,
                 FigureStyle::kWidest);
  return width;
}

// A file of its own that is gone when this is.
class TemporaryFile {
 public:
  TemporaryFile() {
    std::error_code ignored;
    path_ = (std::filesystem::temp_directory_path(ignored) / "isoflop-XXXXXX").string();
    const int descriptor = mkstemp(path_.data());
    made_ = descriptor >= 0;
    if (made_) close(descriptor);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (made_) std::remove(path_.c_str());
  }
  [[nodiscard]] bool made() const { return made_; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool made_ = false;
};

// What a picture's file ends in, what rsvg-convert calls it, and what its bytes start with.
struct Format {
  std::string_view ending, name, start;
};
constexpr Format kConverted[] = {{".png", "png", "\x89PNG"}, {".pdf", "pdf", "%PDF"}};

const Format* format_of(std::string_view path) {
  for (const Format& each : kConverted)
    if (path.ends_with(each.ending)) return &each;
  return nullptr;
}

Result<std::string> converted(std::string_view svg, const Format& format) {
  const TemporaryFile file;
  if (!file.made()) return work_error("no temporary file can be made for {} ", file.path());
  must(write_file(file.path(), svg));
  // The path has no character of the shell's own: it is a fixed name below the temporary folder.
  // A PNG has twice the pixels; a page of a PDF has the picture's own size.
  const std::string command = fmt::format("rsvg-convert --zoom {} --format {} '{}' 2>/dev/null",
                                          format.name == "png" ? 2 : 1, format.name, file.path());
  FILE* pipe = popen(command.c_str(), "r");
  std::string bytes;
  if (pipe != nullptr) {
    std::array<char, 65536> block{};
    for (std::size_t count = 0; (count = fread(block.data(), 1, block.size(), pipe)) > 0;)
      bytes.append(block.data(), count);
    if (pclose(pipe) == 0 && bytes.starts_with(format.start)) return bytes;
  }
  return work_error("rsvg-convert made no {}: install it (Debian's librsvg2-bin), or write an .svg",
                    format.name == "png" ? "PNG" : "PDF");
}

Result<std::string> drawn(const Options& options, const Figure& figure) {
  const Format* format = format_of(options.output);
  FigureStyle style = options.style;
  // Only an SVG can follow who looks at it.
  if (format != nullptr && style.theme == FigureStyle::Theme::kViewer)
    style.theme = FigureStyle::Theme::kLight;
  std::string svg = figure_svg(figure, style);
  return format != nullptr ? converted(svg, *format) : Result<std::string>(std::move(svg));
}

// Of a model, or of a comparison file.
Result<Figure> figure_of(const Options& options) {
  const std::optional<ComparisonSummary> comparison = must(read_if_comparison(options.plan.model));
  if (comparison && options.kind != "compare")
    return error_at({"--kind"}, "{} is a comparison, of which there is one chart: --kind compare",
                    options.plan.model);
  if (comparison) return comparison_figure(*comparison);
  if (options.kind == "compare" && options.plan.against.empty())
    return error_at({"--against"}, "--kind compare takes two laws or more: give another");
  const Model model = must(read_model(options.plan.model));
  const ChartRequest request{.kind = options.kind,
                             .input = options.input,
                             .plan = plan_request(options.plan),
                             .against = must(read_models(options.plan.against))};
  Work work;
  Result<Figure> figure = make_chart(request, model, work.executor, work.bar);
  const auto kind = std::ranges::find(chart_kinds(), options.kind, &ChartKind::name);
  const bool given = request.plan.architecture || request.plan.question.inputs.contains("Sx");
  std::string note = expert_sparsity_note(model.law);
  for (const Model& other : request.against)
    if (note.empty()) note = expert_sparsity_note(other.law);
  if (figure && !kind->needs_fit && !given && !note.empty()) say(Tone::kNote, note);
  return figure;
}

Result<int> run(const Options& options) {
  if (!options.output.ends_with(".svg") && format_of(options.output) == nullptr)
    return error_at({"--output"}, "\"{}\" must end in .svg, .png or .pdf", options.output);
  const Figure figure = must(figure_of(options));
  end_if_stopped();
  must(write_file(options.output, must(drawn(options, figure))));
  return print(fmt::format("{}\nwrote {}\n", figure.title, options.output));
}

std::vector<Choice> kind_choices() {
  std::vector<Choice> choices;
  for (const ChartKind& kind : chart_kinds())
    choices.push_back({std::string(kind.name), std::string(kind.shows)});
  return choices;
}

std::vector<Flag> flags(Options& options) {
  std::vector<Flag> flags = {model_flag(options.plan.model),
                             inputs_flag(options.plan.request.question.inputs)};
  append(flags, in_group<Flag>(
                    "Chart",
                    {Flag("--kind", "KIND", "chart to draw", text_into(options.kind),
                          {.choices = kind_choices(), .required = true, .fields = {"chart.kind"}}),
                     required(output_flag(options.output, "the picture, .svg, .png or .pdf")),
                     Flag("--x", "INPUT",
                          "input along which residuals are drawn; N or P: the axis of isoflop",
                          text_into(options.input), {.fields = {"chart.input"}}),
                     Flag("--against", "MODEL", "further fit or law to compare with",
                          texts_into(options.plan.against), {.repeats = true}),
                     Flag("--width", "PIXELS", "width of the picture; a PNG has twice as many",
                          parsed_into(options.style.width, parse_width),
                          {.standard = format_number(options.style.width)}),
                     choice_flag<FigureStyle::Theme>(
                         Flag("--theme", "THEME", "colours", {}, {.standard = "viewer"}),
                         options.style.theme,
                         {{{"light", "dark on a light ground"}, FigureStyle::Theme::kLight},
                          {{"dark", "light on a dark ground"}, FigureStyle::Theme::kDark},
                          {{"viewer", "either, by the viewer's preference; light in a PNG or PDF"},
                           FigureStyle::Theme::kViewer}})}));
  append(flags, question_flags(options.plan));
  return flags;
}

}  // namespace

Command chart_command() {
  return with_options<Options>(
      {.name = "chart",
       .summary = "draw a chart of a fit, a plan or laws, as SVG, PNG or PDF",
       .example = "isoflop chart hoffmann2022:besiroglu --kind isoflop --flops 1e19:1e22:4 "
                  "-o profiles.svg"},
      flags, run);
}

}  // namespace isoflop::cli
