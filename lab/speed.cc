#include "lab/speed.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <vector>

#include "base/number_text.h"
#include "base/random.h"
#include "lab/run.h"

namespace isoflop::lab {

namespace {

double thread_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// The least of some rounds: what disturbs a measurement makes it longer.
template <class Work>
double least_seconds(int rounds, const Work& work) {
  double least = 1e300;
  for (int round = 0; round < rounds; ++round) {
    const double began = thread_seconds();
    work();
    least = std::min(least, thread_seconds() - began);
  }
  return least;
}

double product_flops(Level level, Size n) {
  std::vector<float> a(static_cast<std::size_t>(n * n)), b(a), c(a);
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = b[i] = static_cast<float>(uniform(1, 0, i));
  const double seconds = least_seconds(
      20, [&] { kernels<float>(level).product(a.data(), b.data(), c.data(), n, n, n, false); });
  return 2 * static_cast<double>(n * n * n) / seconds;
}

}  // namespace

std::string speed_page(Level level) {
  double peak = 0;
  for (const Size n : {256, 384, 512, 768}) peak = std::max(peak, product_flops(level, n));
  std::string page = fmt::format(
      "level {}: square products of floats reach {:.0f} GFLOP/s on one core\n\n"
      "  width  layers  context  parameters  tokens/s  GFLOP/s  of the peak\n",
      to_text(level), peak / 1e9);
  const Corpus corpus = *read_corpus("ngram:96:1:1:200000");
  struct Row {
    std::uint64_t width, layers, context;
  };
  for (const Row& row :
       {Row{16, 1, 128}, Row{32, 2, 128}, Row{48, 3, 64}, Row{48, 3, 128}, Row{48, 3, 256},
        Row{64, 4, 64}, Row{64, 4, 128}, Row{64, 4, 256}, Row{96, 6, 128}}) {
    RunSpec spec;
    spec.sizes.width = row.width, spec.sizes.layers = row.layers, spec.context = row.context;
    spec.tokens = std::uint64_t{1} << 20, spec.batch = 2048;
    spec = *resolved(spec, corpus);
    TrainingRun run(spec, corpus, level);
    const double seconds = least_seconds(12, [&] { run.step(); });
    const double flops = dense_flops(spec) / static_cast<double>(spec.tokens) *
                         static_cast<double>(spec.batch) / seconds;
    page += fmt::format(
        "  {:5}  {:6}  {:7}  {:>10}  {:>8}  {:7.1f}  {:9.0f} %\n", row.width, row.layers,
        row.context,
        format_count(static_cast<double>(count_parameters(architecture(spec.sizes)).total)),
        format_count(static_cast<double>(spec.batch) / seconds), flops / 1e9, 100 * flops / peak);
  }
  return page;
}

}  // namespace isoflop::lab
