// One value-and-Jacobian pass of hoffmann2022: the engine's program against the same work written
// by hand with the same exp and log.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "bench/hand_written_pass.h"
#include "bench/support.h"
#include "fit/objective.h"
#include "kernel/prepared.h"
#include "law/definition.h"

namespace isoflop::bench {
namespace {

constexpr double kCoefficients[] = {1.8, 480, 2100, 0.347, 0.367};
constexpr std::size_t kColumns = 6;  // the residual and five derivatives

// The residual ln L - ln loss with its derivatives, as the fit room has them made.
Prepared program_of(const Law& law, const Table& table) {
  LawGraph made = build_graph(law.definition());
  Graph& graph = made.graph;
  const NodeId residual =
      graph.sub(graph.log(made.loss), graph.log(graph.symbol("loss", Stage::kTable, true)));
  std::vector<NodeId> outputs = {residual};
  for (const NodeId derivative : graph.gradient(residual, made.coefficients))
    outputs.push_back(derivative);
  return {compile(graph, outputs, coefficient_names(law.definition())), table.rows(),
          [&](std::string_view name) { return table.column(name); }};
}

// The passes over one table, with their results where they can be compared.
class Passes {
 public:
  explicit Passes(std::size_t rows)
      : table_(made_runs(rows, 0.02)),
        law_(*find_law("hoffmann2022")),
        program_(program_of(law_, table_)),
        scratch_(program_.make_scratch()),
        objective_(*FitObjective::make(law_, table_, {})),
        state_(objective_.make_state()),
        columns_(allocate_doubles(3 * padded())),
        engine_(allocate_doubles(kColumns * padded())),
        by_hand_(allocate_doubles(kColumns * padded())) {
    const char* names[] = {"N", "D", "loss"};
    for (std::size_t c = 0; c < 3; ++c)
      for (std::size_t i = 0; i < padded(); ++i)
        columns_[c * padded() + i] = std::log(table_.column(names[c])[std::min(i, rows - 1)]);
  }

  double engine() {
    program_.run(kCoefficients, engine_.get(), scratch_);
    return engine_[0];
  }

  double by_hand() {
    hand_written_pass(input(), kCoefficients, by_hand_.get());
    return by_hand_[0];
  }

  double transcendentals() {
    transcendentals_alone(input(), kCoefficients, by_hand_.get());
    return by_hand_[0];
  }

  // What a step of a refinement looks at: second derivatives, too, and sums over the rows.
  double all_of_a_step() {
    objective_.evaluate(kCoefficients, objective_.recipe().loss, 0,
                        std::numeric_limits<double>::infinity(), state_.here, state_);
    return state_.here.value;
  }

  void must_agree() {
    engine(), by_hand();
    for (std::size_t i = 0; i < kColumns * padded(); ++i)
      if (!(std::abs(engine_[i] - by_hand_[i]) <= 1e-11 * std::max(1.0, std::abs(by_hand_[i]))))
        fail("the pass of the engine is not that written by hand");
  }

 private:
  [[nodiscard]] std::size_t padded() const { return program_.padded_rows(); }
  [[nodiscard]] PassInput input() const {
    const double* columns = columns_.get();
    return {columns, columns + padded(), columns + 2 * padded(), padded()};
  }

  Table table_;
  Law law_;
  Prepared program_;
  Prepared::Scratch scratch_;
  FitObjective objective_;
  FitObjective::State state_;
  AlignedDoubles columns_, engine_, by_hand_;
};

double seconds_of(std::size_t repeats, auto&& work) {
  const auto began = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < repeats; ++i) benchmark::DoNotOptimize(work());
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
  return seconds.count() / static_cast<double>(repeats);
}

// Short turns of each, and the shortest of each: what else the machine does falls out.
void pass(benchmark::State& state) {
  const auto rows = static_cast<std::size_t>(state.range(0));
  Passes passes(rows);
  passes.must_agree();
  const std::size_t repeats = 1 + 40000 / rows;
  double engine = std::numeric_limits<double>::infinity(), by_hand = engine, step = engine,
         alone = engine;
  for (auto _ : state) {
    by_hand = std::min(by_hand, seconds_of(repeats, [&] { return passes.by_hand(); }));
    step = std::min(step, seconds_of(repeats, [&] { return passes.all_of_a_step(); }));
    alone = std::min(alone, seconds_of(repeats, [&] { return passes.transcendentals(); }));
    const double now = seconds_of(repeats, [&] { return passes.engine(); });
    engine = std::min(engine, now);
    state.SetIterationTime(now);
  }
  state.counters["engine_ns"] = 1e9 * engine;
  state.counters["by_hand_ns"] = 1e9 * by_hand;
  state.counters["exp_and_log_alone_ns"] = 1e9 * alone;
  state.counters["ratio"] = engine / by_hand;
  state.counters["all_of_a_step_ns"] = 1e9 * step;
  state.counters["engine_ns_a_row"] = 1e9 * engine / static_cast<double>(rows);
}
BENCHMARK(pass)->Arg(240)->Arg(4096)->UseManualTime()->Iterations(2000);

}  // namespace
}  // namespace isoflop::bench
