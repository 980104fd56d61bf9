#include "lab/language.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/random.h"
#include "lab/parse.h"

namespace isoflop::lab {

namespace {

constexpr std::string_view kNames[] = {"ngram", "network"};
constexpr std::size_t kMostContexts = std::size_t{1} << 20;
// Of the logits: entropies of about two thirds of that of even symbols.
constexpr double kSharpness = 1.5;
constexpr std::size_t kHidden = 32;  // of the random network

enum Stream : std::uint64_t { kLogits, kEmbedding, kHiddenWeights, kText };

// One hidden layer: tanh of a sum of a vector for each symbol and place, places further back less.
std::vector<double> network_logits(const LanguageSource& source, std::size_t contexts) {
  const std::size_t symbols = source.symbols;
  std::vector<double> logits(contexts * symbols);
  for (std::size_t context = 0; context < contexts; ++context) {
    std::array<double, kHidden> hidden{};
    std::size_t rest = context;
    for (std::size_t place = 0; place < source.order; ++place, rest /= symbols)
      for (std::size_t i = 0; i < kHidden; ++i)
        hidden[i] +=
            normal(source.seed, kEmbedding, (place * symbols + rest % symbols) * kHidden + i) /
            std::sqrt(static_cast<double>(place + 1));
    for (std::size_t i = 0; i < kHidden; ++i) {
      const double value = std::tanh(hidden[i]);
      for (std::size_t next = 0; next < symbols; ++next)
        logits[context * symbols + next] +=
            kSharpness * value * normal(source.seed, kHiddenWeights, next * kHidden + i) /
            std::sqrt(kHidden / 2.0);
    }
  }
  return logits;
}

double entropy_of(std::span<const double> probabilities) {
  double sum = 0;
  for (const double p : probabilities)
    if (p > 0) sum -= p * std::log(p);
  return sum;
}

}  // namespace

bool is_language(std::string_view text) {
  return std::ranges::any_of(kNames, [&](std::string_view name) {
    return text == name || text.starts_with(std::string(name) + ":");
  });
}

Result<LanguageSource> parse_language(std::string_view text) {
  constexpr std::string_view kForm = "ngram:SYMBOLS:ORDER[:SEED[:TOKENS]], or network:...";
  const std::vector<std::string_view> parts = split(text, ':');
  LanguageSource source;
  source.kind =
      parts[0] == kNames[1] ? LanguageSource::Kind::kNetwork : LanguageSource::Kind::kTable;
  std::vector<std::uint64_t> numbers = {source.symbols, source.order, source.seed, source.tokens};
  if (parts.size() > numbers.size() + 1) return error("\"{}\" is not {}", excerpt(text), kForm);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto number = parse_whole(parts[i]);
    if (!number) return error("\"{}\" is not {}", excerpt(text), kForm);
    numbers[i - 1] = *number;
  }
  source.symbols = numbers[0], source.order = numbers[1];
  source.seed = numbers[2], source.tokens = numbers[3];
  if (source.symbols < 2 || source.symbols > 256)
    return error("\"{}\": {} symbols: 2 to 256", excerpt(text), source.symbols);
  if (source.order < 1 || std::pow(static_cast<double>(source.symbols),
                                   static_cast<double>(source.order)) > kMostContexts)
    return error("\"{}\": order {}: from 1, and at most {} contexts of {} symbols", excerpt(text),
                 source.order, kMostContexts, source.symbols);
  if (source.tokens < 1000 || source.tokens > 1'000'000'000)
    return error("\"{}\": {} tokens: 1000 to 1e9", excerpt(text), source.tokens);
  return source;
}

Language::Language(const LanguageSource& source)
    : symbols_(source.symbols), order_(source.order), seed_(source.seed) {
  std::size_t contexts = 1;
  for (std::size_t i = 0; i < order_; ++i) contexts *= symbols_;
  if (source.kind == LanguageSource::Kind::kNetwork) {
    probabilities_ = network_logits(source, contexts);
  } else {
    probabilities_.resize(contexts * symbols_);
    for (std::size_t i = 0; i < probabilities_.size(); ++i)
      probabilities_[i] = kSharpness * normal(seed_, kLogits, i);
  }
  for (std::size_t context = 0; context < contexts; ++context) {
    const std::span row(probabilities_.data() + context * symbols_, symbols_);
    for (double& p : row) p = std::exp(p);
    const double sum = std::accumulate(row.begin(), row.end(), 0.0);
    for (double& p : row) p /= sum;
  }
  // Power iteration. All probabilities are above 0, so the chain mixes; 1e-14 is what doubles have.
  stationary_.assign(contexts, 1 / static_cast<double>(contexts));
  std::vector<double> next(contexts);
  for (int round = 0; round < 10000; ++round) {
    std::ranges::fill(next, 0);
    for (std::size_t context = 0; context < contexts; ++context)
      for (std::size_t symbol = 0; symbol < symbols_; ++symbol)
        next[(context * symbols_ + symbol) % contexts] +=
            stationary_[context] * probabilities_[context * symbols_ + symbol];
    double change = 0;
    for (std::size_t i = 0; i < contexts; ++i) change += std::abs(next[i] - stationary_[i]);
    stationary_.swap(next);
    if (change < 1e-14) break;
  }
  // H(x | j symbols) is the entropy of j + 1 symbols less that of j.
  double before = 0;
  for (std::size_t j = 1, blocks = symbols_; j <= order_; ++j, blocks *= symbols_) {
    std::vector<double> block(blocks);
    for (std::size_t i = 0; i < contexts; ++i) block[i % blocks] += stationary_[i];
    const double entropy = entropy_of(block);
    conditional_.push_back(entropy - before);
    before = entropy;
  }
  double rate = 0;
  for (std::size_t i = 0; i < contexts; ++i)
    rate += stationary_[i] * entropy_of(std::span(probabilities_).subspan(i * symbols_, symbols_));
  conditional_.push_back(rate);
}

std::vector<Token> Language::generate(std::size_t tokens, std::uint64_t stream) const {
  std::vector<Token> text(tokens);
  const auto draw = [](std::span<const double> shares, double u) {
    std::size_t at = 0;
    while (at + 1 < shares.size() && u >= shares[at]) u -= shares[at++];
    return at;
  };
  std::size_t context = draw(stationary_, uniform(seed_, kText + stream, tokens));
  for (std::size_t i = 0; i < tokens; ++i) {
    const std::size_t next = draw(std::span(probabilities_).subspan(context * symbols_, symbols_),
                                  uniform(seed_, kText + stream, i));
    text[i] = static_cast<Token>(next);
    context = (context * symbols_ + next) % stationary_.size();
  }
  return text;
}

double Language::entropy(std::size_t context) const {
  double sum = 0;
  for (std::size_t seen = 1; seen <= context; ++seen) sum += conditional_[std::min(seen, order_)];
  return sum / static_cast<double>(context);
}

}  // namespace isoflop::lab
