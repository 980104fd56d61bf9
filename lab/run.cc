#include "lab/run.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <numbers>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "base/random.h"
#include "lab/aligned.h"
#include "lab/state_text.h"

namespace isoflop::lab {

namespace {

constexpr double kBeta1 = 0.9;
constexpr double kEpsilon = 1e-9;
constexpr std::uint64_t kCurvePoints = 200;
constexpr std::uint64_t kPrunings = 100;  // times that the mask is renewed while pruning goes on

// Streams of random numbers beside those of the parameters, one for each tensor.
constexpr std::uint64_t kOrderStream = std::uint64_t{1} << 40;

double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double learning_rate(const RunSpec& spec, std::uint64_t step, std::uint64_t steps) {
  const double at = static_cast<double>(step) + 1, all = static_cast<double>(steps);
  const double warmup = std::max(1.0, spec.warmup * all);
  if (at < warmup) return spec.rate * at / warmup;
  // From 1 to nearly 0: the last step has a rate too.
  const double left = (all - at + 1) / std::max(1.0, all - warmup + 1);
  switch (spec.schedule) {
    case Schedule::kCosine:
      return spec.rate * 0.5 * (1 - std::cos(std::numbers::pi * left));
    case Schedule::kWsd:
      return spec.rate * std::min(1.0, (all - at + 1) / std::max(1.0, spec.decay * all));
    case Schedule::kConstant:
      break;
    case Schedule::kLinear:
      return spec.rate * left;
  }
  return spec.rate;
}

// A random order of 0 ... count - 1 (Fisher and Yates).
std::vector<std::uint32_t> random_order(std::size_t count, std::uint64_t seed,
                                        std::uint64_t epoch) {
  std::vector<std::uint32_t> order(count);
  for (std::size_t i = 0; i < count; ++i) order[i] = static_cast<std::uint32_t>(i);
  for (std::size_t i = count; i > 1; --i)
    std::swap(order[i - 1], order[random_bits(seed, kOrderStream + epoch, i) % i]);
  return order;
}

// What a stopped run goes on from.
struct Saved {
  std::vector<char> what;  // identity() of the run
  std::uint64_t step = 0;
  std::uint64_t start_steps = 0, start_tokens = 0;  // of the model that it started from
  std::uint64_t tokens = 0;                         // trained on
  std::uint64_t masked = 0;                         // zeros of the mask
  double flops = 0;                                 // of weights that are not zero
  double seconds = 0;
  double busiest = 0;
  bool diverged = false;
  Aligned<float> parameters, mean, square;
  std::vector<std::uint8_t> mask;
  std::vector<double> losses;  // mean of each step
  std::vector<CurvePoint> curve;
};

// In the order of the file.
template <class Archive, class Saved>
void visit(Archive& archive, Saved& saved) {
  archive.list(saved.what);
  archive.value(saved.step);
  archive.value(saved.start_steps);
  archive.value(saved.start_tokens);
  archive.value(saved.tokens);
  archive.value(saved.masked);
  archive.value(saved.flops);
  archive.value(saved.seconds);
  archive.value(saved.busiest);
  archive.value(saved.diverged);
  archive.list(saved.parameters);
  archive.list(saved.mean);
  archive.list(saved.square);
  archive.list(saved.mask);
  archive.list(saved.losses);
  archive.list(saved.curve);
}

Result<Saved> read_saved(std::string_view text, std::string_view source, std::size_t parameters) {
  StateReader reader(text);
  Saved saved;
  visit(reader, saved);
  if (!reader.at_end()) return error("{}: not a whole model of the lab: remove it", source);
  for (const std::size_t size :
       {saved.parameters.size(), saved.mean.size(), saved.square.size(), saved.mask.size()})
    if (size != parameters)
      return error("{}: it has {} parameters, and the run {}", source, size, parameters);
  return saved;
}

}  // namespace

struct TrainingRun::State : Saved {
  State(RunSpec its_spec, const Corpus& its_corpus, Level level)
      : spec(std::move(its_spec)),
        corpus(its_corpus),
        sizes(architecture(spec.sizes)),
        model(sizes, {.context = static_cast<Size>(spec.context),
                      .positions = spec.positions,
                      .balance = spec.balance,
                      .level = level}),
        kernels(lab::kernels<float>(level)),
        gradient(model.parameters().size()),
        steps(spec.tokens / spec.batch),
        training(std::span(corpus.training)
                     .first(spec.unique > 0 ? spec.unique : corpus.training.size())) {
    model.draw_parameters(spec.seed);
    mean.resize(gradient.size());
    square.resize(gradient.size());
    mask.assign(gradient.size(), 1);
    for (const Tensor& tensor : model.tensors())
      if (tensor.kind == Tensor::Kind::kWeight)
        prunable += static_cast<std::uint64_t>(tensor.size());
    dense_forward = flops_per_token(sizes, static_cast<double>(spec.context));
  }

  // Places sequences in `inputs` and `targets`: the next of the text's pieces in their random
  // order, each once in an epoch.
  void take_sequences(std::uint64_t first, std::uint64_t count) {
    const std::uint64_t pieces = (training.size() - 1) / spec.context;
    inputs.clear(), targets.clear();
    for (std::uint64_t i = first; i < first + count; ++i) {
      if (order.empty() || i / pieces != epoch) {
        epoch = i / pieces;
        order = random_order(pieces, spec.seed, epoch);
      }
      const auto piece = training.subspan(order[i % pieces] * spec.context, spec.context + 1);
      inputs.insert(inputs.end(), piece.begin(), piece.end() - 1);
      targets.insert(targets.end(), piece.begin() + 1, piece.end());
    }
  }

  [[nodiscard]] std::uint64_t zeros() const {
    return static_cast<std::uint64_t>(std::ranges::count(mask, 0));
  }
  void zero_masked(std::span<float> values) const {
    if (masked == 0) return;
    for (std::size_t i = 0; i < mask.size(); ++i)
      if (mask[i] == 0) values[i] = 0;
  }
  // The mean over some tokens.
  [[nodiscard]] double bytes_of_a_token(std::span<const Token> its) const {
    if (corpus.pieces.empty()) return 1;
    std::size_t bytes = 0;
    for (const Token token : its) bytes += corpus.pieces[token].size();
    return static_cast<double>(bytes) / static_cast<double>(its.size());
  }
  void renew_mask();
  void update(double rate, double norm);
  void evaluate(RunOutcome& outcome);

  RunSpec spec;
  const Corpus& corpus;
  Architecture sizes;
  Transformer<float> model;
  const Kernels<float>& kernels;
  Aligned<float> gradient;
  std::uint64_t steps;
  std::span<const Token> training;
  std::uint64_t prunable = 0;
  TokenFlops dense_forward;

  std::vector<std::uint32_t> order;
  std::uint64_t epoch = 0;
  std::vector<Token> inputs, targets;
};

TrainingRun::TrainingRun(RunSpec spec, const Corpus& corpus, Level level)
    : state_(std::make_unique<State>(std::move(spec), corpus, level)) {}
TrainingRun::~TrainingRun() = default;

bool TrainingRun::finished() const { return state_->diverged || state_->step >= state_->steps; }
std::uint64_t TrainingRun::steps_done() const { return state_->step; }
std::uint64_t TrainingRun::steps() const { return state_->steps; }

void TrainingRun::State::renew_mask() {
  const Pruning& pruning = spec.pruning;
  if (pruning.sparsity == 0) return;
  const auto share = [&](std::uint64_t done) {
    return static_cast<double>(done) / static_cast<double>(steps);
  };
  const double wanted = sparsity_at(pruning, share(step + 1));
  const auto every = std::max<std::uint64_t>(
      1, static_cast<std::uint64_t>((pruning.to - pruning.from) * static_cast<double>(steps)) /
             kPrunings);
  // Also at the first step that wants all of it: a whole number of intervals may end before.
  const double before = step == 0 ? 0 : sparsity_at(pruning, share(step));
  const bool last = wanted == pruning.sparsity && before < wanted;
  if (wanted == 0 || before == wanted || (step % every != 0 && !last)) return;
  prune(model.tensors(), pruning, wanted, model.parameters(), mask);
  masked = zeros();
}

void TrainingRun::State::update(double rate, double norm) {
  const auto adam_step = static_cast<double>(start_steps + step + 1);
  AdamStep adam{.rate = rate,
                .beta1 = kBeta1,
                .beta2 = spec.beta2,
                .correction1 = 1 - std::pow(kBeta1, adam_step),
                .correction2 = 1 - std::pow(spec.beta2, adam_step),
                .epsilon = kEpsilon,
                .scale = spec.clip > 0 && norm > spec.clip ? spec.clip / norm : 1};
  for (const Tensor& tensor : model.tensors()) {
    adam.decay = tensor.kind == Tensor::Kind::kGain ? 0 : spec.weight_decay;
    const Size at = tensor.offset;
    kernels.adam(model.parameters().data() + at, gradient.data() + at, mean.data() + at,
                 square.data() + at, tensor.size(), adam);
  }
  zero_masked(model.parameters());
}

void TrainingRun::step() {
  State& state = *state_;
  const RunSpec& spec = state.spec;
  const double began = processor_seconds();
  state.renew_mask();
  std::ranges::fill(state.gradient, 0.0F);
  const std::uint64_t sequences = spec.batch / spec.context;
  const auto chunk = static_cast<std::uint64_t>(state.model.chunk_sequences());
  double loss = 0, busiest = 0;
  for (std::uint64_t i = 0; i < sequences; i += chunk) {
    state.take_sequences(state.step * sequences + i + state.start_tokens / spec.context,
                         std::min(chunk, sequences - i));
    loss += state.model.add_gradient({state.inputs, state.targets},
                                     1 / static_cast<float>(spec.batch), state.gradient);
    busiest = std::max(busiest, state.model.busiest_expert());
  }
  loss /= static_cast<double>(spec.batch);
  state.zero_masked(state.gradient);
  const double norm = std::sqrt(state.kernels.sum_of_squares(
      state.gradient.data(), static_cast<Size>(state.gradient.size())));
  const double rate = learning_rate(spec, state.step, state.steps);
  if (!std::isfinite(loss) || !std::isfinite(norm))
    state.diverged = true;
  else
    state.update(rate, norm);

  // Of a pruned matrix only weights that are not zero are counted.
  const TokenFlops& forward = state.dense_forward;
  const double pruned = forward.projections + forward.mlp + forward.experts + forward.shared;
  const double density =
      1 - static_cast<double>(state.masked) / static_cast<double>(state.prunable);
  state.flops +=
      static_cast<double>(spec.batch) * (forward.training() - 3 * pruned * (1 - density));
  state.losses.push_back(loss);
  state.busiest = busiest;
  ++state.step;
  state.tokens += spec.batch;
  const std::uint64_t points = std::min(kCurvePoints, state.steps);
  const std::uint64_t point = state.step * points / state.steps;
  if (point > state.curve.size() || state.diverged) {
    const std::uint64_t first = state.curve.empty() ? 0 : state.curve.back().tokens / spec.batch;
    const std::span<const double> since = std::span(state.losses).subspan(first);
    state.curve.push_back({.tokens = state.tokens,
                           .loss = std::accumulate(since.begin(), since.end(), 0.0) /
                                   static_cast<double>(since.size()),
                           .rate = rate,
                           .sparsity = 1 - density});
  }
  state.seconds += processor_seconds() - began;
}

void TrainingRun::State::evaluate(RunOutcome& outcome) {
  const std::uint64_t sequences = spec.held_out / spec.context;
  const auto chunk = static_cast<std::uint64_t>(model.chunk_sequences());
  const std::uint64_t room = corpus.held_out.size() - spec.context - 1;
  std::vector<double> of_tokens, of_sequences, bytes;
  for (std::uint64_t first = 0; first < sequences; first += chunk) {
    const std::uint64_t count = std::min(chunk, sequences - first);
    inputs.clear(), targets.clear();
    for (std::uint64_t i = first; i < first + count; ++i) {
      // Evenly spread over what is held out.
      const std::uint64_t at = sequences == 1 ? 0 : room * i / (sequences - 1);
      const auto piece = std::span(corpus.held_out).subspan(at, spec.context + 1);
      inputs.insert(inputs.end(), piece.begin(), piece.end() - 1);
      targets.insert(targets.end(), piece.begin() + 1, piece.end());
    }
    of_tokens.resize(targets.size());
    model.losses({inputs, targets}, of_tokens);
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto sequence = std::span(of_tokens).subspan(i * spec.context, spec.context);
      of_sequences.push_back(std::accumulate(sequence.begin(), sequence.end(), 0.0) /
                             static_cast<double>(spec.context));
      bytes.push_back(bytes_of_a_token(std::span(targets).subspan(i * spec.context, spec.context)));
    }
  }
  const auto count = static_cast<double>(of_sequences.size());
  outcome.loss_token = std::accumulate(of_sequences.begin(), of_sequences.end(), 0.0) / count;
  const double mean_bytes = std::accumulate(bytes.begin(), bytes.end(), 0.0) / count;
  outcome.loss = outcome.loss_token / mean_bytes;
  // Of a ratio of two means; with one byte a token that of a mean.
  double squares = 0;
  for (std::size_t i = 0; i < of_sequences.size(); ++i) {
    const double off = of_sequences[i] - outcome.loss * bytes[i];
    squares += off * off;
  }
  outcome.loss_error = count > 1 ? std::sqrt(squares / (count - 1) / count) / mean_bytes : 0;
}

RunOutcome TrainingRun::outcome() {
  State& state = *state_;
  const double began = processor_seconds();
  RunOutcome outcome;
  state.evaluate(outcome);
  state.seconds += processor_seconds() - began;
  outcome.diverged = state.diverged || !std::isfinite(outcome.loss) ||
                     outcome.loss_token > std::log(static_cast<double>(state.corpus.vocabulary));
  const std::size_t last = std::max<std::size_t>(1, state.losses.size() / 10);
  const auto tail = std::span(state.losses).last(std::min(last, state.losses.size()));
  outcome.train_loss =
      std::accumulate(tail.begin(), tail.end(), 0.0) / static_cast<double>(tail.size());
  outcome.tokens = state.tokens;
  outcome.start_tokens = state.start_tokens;
  outcome.unique_tokens = std::min<std::uint64_t>(outcome.tokens, state.training.size());
  const ParameterCounts count = count_parameters(state.sizes);
  outcome.P = count.total;
  outcome.P_no_embedding = count.total - count.embedding;
  // Of a mixture of experts that is pruned too: the share of the experts that see a token.
  const double idle = static_cast<double>(count.total - count.active);
  const double density =
      1 - static_cast<double>(state.masked) / static_cast<double>(state.prunable);
  const std::uint64_t removed =
      state.masked + static_cast<std::uint64_t>(std::llround(idle * density));
  outcome.N = outcome.P - removed;
  outcome.N_no_embedding = outcome.P_no_embedding - removed;
  outcome.C = state.flops;
  outcome.C_dense = state.dense_forward.training() * static_cast<double>(outcome.tokens);
  if (state.corpus.language) outcome.entropy = state.corpus.language->entropy(state.spec.context);
  outcome.busiest_expert = state.busiest;
  outcome.seconds = state.seconds;
  outcome.curve = state.curve;
  return outcome;
}

std::string TrainingRun::state() const {
  auto saved = static_cast<const Saved&>(*state_);
  const std::string what = identity(state_->spec);
  saved.what.assign(what.begin(), what.end());
  const std::span<const float> parameters = std::as_const(state_->model).parameters();
  saved.parameters.assign(parameters.begin(), parameters.end());
  StateWriter writer;
  visit(writer, std::as_const(saved));
  return writer.text();
}

Result<void> TrainingRun::restore(std::string_view text, std::string_view source) {
  Result<Saved> saved = read_saved(text, source, state_->mask.size());
  if (!saved) return std::unexpected(saved.error());
  if (std::string_view(saved->what.data(), saved->what.size()) != identity(state_->spec))
    return error("{}: a checkpoint of another run: remove it", source);
  std::ranges::copy(saved->parameters, state_->model.parameters().begin());
  static_cast<Saved&>(*state_) = *std::move(saved);
  return {};
}

Result<void> TrainingRun::start_from(std::string_view text, std::string_view source) {
  State& state = *state_;
  Result<Saved> saved = read_saved(text, source, state.mask.size());
  if (!saved) return std::unexpected(saved.error());
  state.start_steps = saved->start_steps + saved->step;
  state.start_tokens = saved->start_tokens + saved->tokens;
  state.masked = saved->masked;
  std::ranges::copy(saved->parameters, state.model.parameters().begin());
  state.mean = std::move(saved->mean), state.square = std::move(saved->square);
  state.mask = std::move(saved->mask);
  return {};
}

double dense_flops(const RunSpec& spec) {
  return flops_per_token(architecture(spec.sizes), static_cast<double>(spec.context)).training() *
         static_cast<double>(spec.tokens);
}

}  // namespace isoflop::lab
