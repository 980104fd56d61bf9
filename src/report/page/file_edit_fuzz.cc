// Fit and comparison files that were edited by hand: each is an error, or every page made from it
// is made and has no number that is none. The bytes are the edits: of which file, where, and to
// what.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/value.h"
#include "isoflop/compare.h"
#include "isoflop/comparison_file.h"
#include "isoflop/fit_file.h"
#include "isoflop/predict.h"
#include "report/console/console.h"
#include "report/json/json.h"
#include "report/page/report_page.h"
#include "workflow/fit_report.h"
#include "workflow/intervals.h"
#include "workflow/model.h"
#include "workflow/plans.h"

namespace {

using namespace isoflop;  // NOLINT(google-build-using-namespace)

constexpr std::size_t kMostEdits = 4;

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  [[nodiscard]] bool empty() const { return at_ >= size_; }
  std::size_t next() { return empty() ? 0 : data_[at_++]; }
  std::size_t below(std::size_t count) { return (256 * next() + next()) % count; }

 private:
  const std::uint8_t* data_;
  std::size_t size_, at_ = 0;
};

// What stands in a value's place, or nothing.
std::optional<Value> replaced(const Value& value, Bytes& bytes) {
  constexpr double kNumbers[] = {0,     1,    -1, 0.5,  1e-300,           1e300, -1e300,
                                 1e308, 1e18, 3,  1e15, 9007199254740992, 255,   5e-324};
  std::vector<Value> items = value.items();
  switch (bytes.below(12)) {
    case 0:
      return std::nullopt;
    case 1:
      return Value();
    case 2:
      return Value(true);
    case 3:
      return Value("NaN");
    case 4:
      return Value(std::string());
    case 5:
      return Value::array();
    case 6:
      return Value::object({});
    case 7:
      return Value(-value.number());
    case 8:
      items.insert(items.end(), items.begin(), items.end());
      return Value::array(std::move(items));
    case 9:
      if (!items.empty()) items.pop_back();
      return Value::array(std::move(items));
    default:
      return Value(kNumbers[bytes.below(std::size(kNumbers))]);
  }
}

std::optional<Value> edited(const Value& value, Bytes& bytes) {
  const std::size_t size = value.members().size() + value.items().size();
  const std::size_t at = bytes.below(size + 1);
  if (at == size) return replaced(value, bytes);
  if (value.is(Value::Kind::kObject)) {
    Value::Members members = value.members();
    if (std::optional<Value> member = edited(members[at].second, bytes))
      members[at].second = *std::move(member);
    else
      members.erase(members.begin() + static_cast<std::ptrdiff_t>(at));
    return Value::object(std::move(members));
  }
  std::vector<Value> items = value.items();
  if (std::optional<Value> item = edited(items[at], bytes))
    items[at] = *std::move(item);
  else
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(at));
  return Value::array(std::move(items));
}

struct Samples {
  Value fit, comparison;
};

Samples make_samples() {
  Table runs;
  std::vector<double> N, D, loss;
  for (const double n : {1e8, 1e9, 1e10})
    for (const double d : {2e9, 2e10, 2e11}) {
      N.push_back(n);
      D.push_back(d);
      loss.push_back((1.8 + 482 / std::pow(n, 0.35) + 2085 / std::pow(d, 0.37)) *
                     (1 + 0.003 * std::sin(static_cast<double>(N.size()))));
    }
  (void)runs.set("N", N);
  (void)runs.set("D", D);
  (void)runs.set("loss", loss);
  SerialExecutor executor;
  Progress silent;
  const Law law = find_law("hoffmann2022")->without_values();
  FitRecord record{.fit = *fit(law, runs)};
  record.confidence = *confidence(record.fit, kUsualLevel, false, executor, silent);
  Draws draws = *bootstrap(record.fit, {.replicates = 60});
  std::vector<Uncertainty> all = uncertainties(record.fit, draws, kUsualLevel);
  record.bootstrap = BootstrapRecord{std::move(draws), kUsualLevel, std::move(all)};
  const Candidate laws[] = {{"hoffmann2022", law},
                            {"kaplan2020", find_law("kaplan2020")->without_values()}};
  const ComparisonRecord compared{.comparison = *compare(laws, runs, "folds:3", {}),
                                  .recipe = {},
                                  .data = {},
                                  .holdout = "folds:3"};
  return {*read_json(write_fit_file(record), "fit"),
          *read_json(write_comparison_file(compared), "comparison")};
}

constexpr std::string_view kPage =
    "<main id=\"static\"></main><script type=\"application/json\" id=\"report\"></script>";

// A number that is none, as a word of its own.
void check_numbers(std::string_view text) {
  for (const std::string_view word : {" nan", "(nan", " -nan", " inf ", " inf\n", " -inf"})
    if (text.find(word) != std::string_view::npos) {
      std::fprintf(stderr, "%s\n", std::string(text).c_str());
      std::abort();
    }
}

void use(const FitRecord& record, bool thorough) {
  SerialExecutor executor;
  Progress silent;
  (void)write_fit_file(record);
  (void)fit_json(record, 0, "", {});
  check_numbers(fit_page(record, ""));
  const Result<Model> model = model_of(record, "fit.json");
  if (!model) return;
  std::vector<std::string> notes;
  (void)loss_intervals(*model, {{"N", 1e9}, {"D", 1e10}}, {}, notes);
  if (const auto plans = plan_all(*model, {.budgets = {1e22}}, executor, silent)) {
    check_numbers(plan_page(plans->plans.front()));
    (void)plan_json(plans->plans.front());
  }
  const auto report = make_report({}, std::span(&*model, 1), {}, {}, executor, silent);
  if (report) (void)report_page(*report, kPage);
  if (!thorough) return;
  if (const Result<CheckRecord> checked = check_fit(*model, {}, executor, silent)) {
    check_numbers(check_page(*checked));
    (void)check_json(*checked, 0);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Samples samples = make_samples();
  Bytes bytes(data, size);
  const std::size_t first = bytes.next();
  const bool is_fit = first % 4 != 0;
  Value document = is_fit ? samples.fit : samples.comparison;
  for (std::size_t i = 0; i < kMostEdits && !bytes.empty(); ++i)
    document = edited(document, bytes).value_or(Value());
  const std::string text = write_json(document);
  if (!is_fit) {
    if (auto comparison = read_comparison_report(text, "c.json"))
      (void)report_page({.heading = {}, .fits = {}, .comparisons = {*std::move(comparison)}}, "");
    return 0;
  }
  if (const Result<FitRecord> record = read_fit_file(text, "fit.json")) use(*record, first >= 248);
  return 0;
}
