// One run: training to the end, or to where it is stopped, and the evaluation.
//
//   TrainingRun run(spec, corpus, level);            // a resolved spec
//   run.restore(read_file(checkpoint));      // where there is one
//   while (!run.finished()) run.step();
//   RunOutcome outcome = run.outcome();
//
// A run is the same bit for bit for the same spec, text and level, however often it was stopped and
// gone on with: what is random is drawn from (seed, place), and all state is in state().
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/result.h"
#include "lab/corpus.h"
#include "lab/spec.h"

namespace isoflop::lab {

// The mean loss of the steps since the last point.
struct CurvePoint {
  std::uint64_t tokens = 0;
  double loss = 0;
  double rate = 0;
  double sparsity = 0;  // of the matrices that are pruned
};

struct RunOutcome {
  // A loss or a gradient that is no number, or a model that ends worse than even guesses.
  bool diverged = false;
  double loss = 0;                  // held-out, nats a byte; of a generated language, a token
  double loss_token = 0;            // nats a token
  double loss_error = 0;            // its standard error over sequences
  double train_loss = 0;            // of the last tenth of the steps, nats a token
  std::uint64_t tokens = 0;         // trained on in this run
  std::uint64_t start_tokens = 0;   // before it, by the model it started from
  std::uint64_t unique_tokens = 0;  // of the text, among them
  std::uint64_t N = 0, P = 0;       // active and non-zero parameters; all
  std::uint64_t N_no_embedding = 0, P_no_embedding = 0;
  // FLOPs of training by the rules of isoflop/arch.h (causal attention, the output head, three
  // times the forward pass); those of a weight that is zero are not counted in C.
  double C = 0, C_dense = 0;
  double entropy = 0;         // what the best model would reach, of a generated language; else 0
  double busiest_expert = 0;  // share of the choices times experts: 1 is even; 0: no experts
  double seconds = 0;         // of the thread's processor time, evaluation included
  std::vector<CurvePoint> curve;
};

class TrainingRun {
 public:
  // `corpus` must outlive the run.
  TrainingRun(RunSpec spec, const Corpus& corpus, Level level);
  ~TrainingRun();
  TrainingRun(const TrainingRun&) = delete;
  TrainingRun& operator=(const TrainingRun&) = delete;

  // Takes the parameters and moments of a saved model of the same sizes. Errors: another model.
  Result<void> start_from(std::string_view text, std::string_view source);
  // Goes on from state() of the same spec. Errors: damaged, or of another run.
  Result<void> restore(std::string_view text, std::string_view source);
  [[nodiscard]] std::string state() const;

  [[nodiscard]] bool finished() const;
  [[nodiscard]] std::uint64_t steps_done() const;
  [[nodiscard]] std::uint64_t steps() const;
  void step();
  // Evaluates; to be called once, when the run is finished.
  RunOutcome outcome();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Training FLOPs of a run whose weights all count, for estimates of time.
double dense_flops(const RunSpec& spec);

}  // namespace isoflop::lab
