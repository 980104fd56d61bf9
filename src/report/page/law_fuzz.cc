// Random laws and questions: a formula of the bytes is fitted to a few runs, planned with and made
// a page of. A fit's numbers are numbers, its file reads back, and a plan is of numbers. With a law
// of the book it is no worse than the best of a coarse grid of sizes; of a random one it is the
// optimum that is connected to its runs.
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/fit.h"
#include "isoflop/fit_file.h"
#include "isoflop/plan.h"
#include "isoflop/predict.h"
#include "report/page/report_page.h"
#include "workflow/fit_report.h"
#include "workflow/fit_runs.h"
#include "workflow/model.h"

namespace {

using namespace isoflop;  // NOLINT(google-build-using-namespace)

constexpr std::size_t kDeepest = 4;
constexpr std::size_t kShown = 32;  // one in so many: a page takes a hundred times as long
constexpr double kSlack = 1e-6;     // relative, in loss: a grid point may be an optimum to rounding

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  std::size_t below(std::size_t count) { return (at_ < size_ ? data_[at_++] : 0) % count; }

 private:
  const std::uint8_t* data_;
  std::size_t size_, at_ = 0;
};

std::string formula(Bytes& bytes, std::size_t depth) {
  constexpr std::string_view kLeaves[] = {"N", "D", "S", "E", "A",     "alpha", "b",   "1",
                                          "0", "2", "3", "N", "1e300", "1e-5",  "0.5", "D"};
  constexpr std::string_view kCalls[] = {"exp", "log", "sqrt", "abs", "tanh", "sigmoid", "sin"};
  const std::size_t kind = depth >= kDeepest ? 0 : bytes.below(10);
  if (kind < 2) return std::string(kLeaves[bytes.below(std::size(kLeaves))]);
  const auto part = [&] { return formula(bytes, depth + 1); };
  if (kind == 2) return std::string(kCalls[bytes.below(std::size(kCalls))]) + "(" + part() + ")";
  if (kind == 3) {
    const std::string first = part();
    return (bytes.below(2) == 0 ? "min(" : "max(") + first + "," + part() + ")";
  }
  const std::string left = part();
  return "(" + left + std::string(1, "+-*/^+"[kind - 4]) + part() + ")";
}

Table make_runs() {
  std::vector<double> N, D, S, loss;
  for (const double n : {1e8, 1e9, 1e10})
    for (const double d : {2e9, 2e10, 2e11}) {
      N.push_back(n);
      D.push_back(d);
      S.push_back(N.size() % 2 == 0 ? 0 : 0.5);
      loss.push_back(1.8 + 482 / std::pow(n, 0.35) + 2085 / std::pow(d, 0.37));
    }
  Table runs;
  (void)runs.set("N", N);
  (void)runs.set("D", D);
  (void)runs.set("S", S);
  (void)runs.set("loss", loss);
  return runs;
}

double size_from(Bytes& bytes) {
  return std::pow(10, static_cast<double>(bytes.below(40)) / 2 - 2);
}

PlanQuestion question_of(Bytes& bytes) {
  PlanQuestion question;
  question.flops = std::pow(10, 10 + static_cast<double>(bytes.below(64)) / 2);
  const std::size_t asked = bytes.below(16);
  if (asked == 1) question.flops = std::pow(10, static_cast<double>(bytes.below(256)));
  if (asked == 2) question.active_params = size_from(bytes);
  if (asked == 3) question.total_params = size_from(bytes);
  if (asked == 4) question.tokens = size_from(bytes);
  if (asked == 5) question.free_sparsity = true;
  if (asked == 6) question.sparsity = static_cast<double>(bytes.below(12)) / 10;
  if (asked == 7) question.loss = static_cast<double>(bytes.below(40)) / 8;
  if (asked == 8) question.inference_tokens = size_from(bytes);
  if (asked == 9) question.unique_tokens = size_from(bytes);
  if (asked == 10) question.limits.push_back({.max = size_from(bytes), .name = {}});
  if (asked == 7 && bytes.below(2) == 0) question.flops.reset();
  return question;
}

// By 6ND, at the same sparsity, sizes a decade apart from a parameter to the budget.
void check_against_grid(const Law& law, const PlanQuestion& question, const Plan& plan) {
  const bool plain = question.flops && !question.free_sparsity && !question.active_params &&
                     !question.total_params && !question.tokens && !question.loss &&
                     question.inference_tokens == 0 && !question.unique_tokens &&
                     question.limits.empty();
  if (!plain || !plan.run) return;
  for (double ln = 0; ln < std::log(*question.flops / 6); ln += std::log(10)) {
    const double N = std::exp(ln);
    Inputs inputs{{"N", N}, {"D", *question.flops / (6 * N)}};
    if (law.has_input("S")) inputs["S"] = plan.run->S;
    const auto there = predict(law, inputs);
    if (there && there->loss < plan.run->loss - kSlack * std::abs(plan.run->loss)) std::abort();
  }
}

void ask(const Law& law, Bytes& bytes, bool of_book) {
  const PlanQuestion question = question_of(bytes);
  const Result<Plan> best = plan(law, question);
  if (!best || !best->run) return;
  const PlannedRun& run = *best->run;
  for (const double value : {run.N, run.P, run.D, run.S, run.loss, run.total_flops})
    if (!std::isfinite(value)) std::abort();
  if (of_book) check_against_grid(law, question, *best);
}

void show(FitRecord record) {
  SerialExecutor executor;
  Progress silent;
  if (!add_intervals(record, {}, executor, silent)) return;
  if (!read_fit_file(write_fit_file(record), "again")) std::abort();
  const Result<Model> model = model_of(std::move(record), "fit.json");
  if (!model) return;
  const auto report = make_report({}, std::span(&*model, 1), {}, {}, executor, silent);
  if (report) (void)report_page(*report, "");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Table runs = make_runs();
  // Laws whose optimum is everywhere one: farseer2025 has another far from its runs, which is no
  // answer.
  static const std::array<Law, 4> book = {*find_law("hoffmann2022"), *find_law("hossain2025"),
                                          *find_law("kaplan2020"), *find_law("abnar2025")};
  Bytes bytes(data, size);
  const std::size_t which = bytes.below(2 * book.size());
  if (which < book.size()) {
    ask(book[which], bytes, true);
    return 0;
  }
  const Result<Law> law = Law::from_formula(formula(bytes, 0));
  if (!law) return 0;
  Recipe recipe;
  // Few and short: a search of starts that never agree takes a thousand.
  recipe.starts = {.kind = Starts::Kind::kRandom, .count = 4};
  recipe.max_iterations = 20;
  if (bytes.below(2) == 0) recipe.residual = Residual::kLinear;
  const Result<Fit> made = fit(*law, runs, recipe);
  if (!made || !made->usable) return 0;
  if (!std::isfinite(made->objective.sum)) std::abort();
  const bool shown = bytes.below(kShown) == 0;
  ask(made->law, bytes, false);
  if (shown) show({.fit = *made});
  return 0;
}
