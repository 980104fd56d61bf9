#include "lab/spec.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "base/enum_names.h"
#include "base/error.h"
#include "base/number_text.h"
#include "lab/parse.h"

namespace isoflop::lab {

namespace {

constexpr std::array<std::string_view, 2> kPositions = {"rotary", "alibi"};
constexpr std::array<std::string_view, 4> kSchedules = {"cosine", "wsd", "constant", "linear"};

std::string whole_text(std::uint64_t value) { return std::to_string(value); }

// A field that `member(spec)` refers to.
template <class Member>
SpecField whole(std::string name, std::string alias, std::string help, Member member) {
  return {std::move(name), std::move(alias), std::move(help),
          [member](RunSpec& spec, std::string_view text) -> Result<void> {
            const auto number = parse_rounded(text);
            if (!number)
              return error("\"{}\" is not a whole number such as 4096 or 1.5M", excerpt(text));
            member(spec) = *number;
            return {};
          },
          [member](const RunSpec& spec) { return whole_text(member(spec)); }};
}

template <class Member>
SpecField number(std::string name, std::string alias, std::string help, double low, double high,
                 Member member) {
  return {std::move(name), std::move(alias), std::move(help),
          [member, low, high](RunSpec& spec, std::string_view text) -> Result<void> {
            const Result<double> value = parse_number(text, "");
            if (!value || *value < low || *value > high)
              return error("\"{}\" is not a number from {} to {}", excerpt(text),
                           format_number(low), format_number(high));
            member(spec) = *value;
            return {};
          },
          [member](const RunSpec& spec) { return format_exact(member(spec)); }};
}

template <class Member>
SpecField words(std::string name, std::string help, Member member) {
  return {std::move(name), "", std::move(help),
          [member](RunSpec& spec, std::string_view text) -> Result<void> {
            member(spec) = text;
            return {};
          },
          [member](const RunSpec& spec) { return member(spec); }};
}

template <class Enum, std::size_t Count, class Member>
SpecField choice(std::string name, std::string help,
                 const std::array<std::string_view, Count>& names, Member member) {
  return {std::move(name), "", std::move(help),
          [member, &names](RunSpec& spec, std::string_view text) -> Result<void> {
            const auto found = enum_value<Enum>(names, text);
            if (!found) return error("\"{}\" is none of {}", excerpt(text), fmt::join(names, ", "));
            member(spec) = *found;
            return {};
          },
          [member, &names](const RunSpec& spec) {
            return std::string(enum_name(names, member(spec)));
          }};
}

#define ISOFLOP_LAB_MEMBER(path) [](auto& spec) -> auto& { return spec.path; }

std::vector<SpecField> make_fields() {
  return {
      words(
          "text",
          "gcide, gcide:PATH, a file, ngram:SYMBOLS:ORDER or network:SYMBOLS:ORDER (default gcide)",
          ISOFLOP_LAB_MEMBER(text)),
      {"tokenizer", "", "bytes, or bpe:512: byte pairs up to so many tokens (default bytes)",
       [](RunSpec& spec, std::string_view text) -> Result<void> {
         if (const auto size = parse_tokenizer(text); !size) return std::unexpected(size.error());
         spec.tokenizer = text;
         return {};
       },
       [](const RunSpec& spec) { return spec.tokenizer; }},
      whole("unique", "U", "training tokens that the text is cut to (default 0: all)",
            ISOFLOP_LAB_MEMBER(unique)),
      number("parameters", "N", "active parameters that are not zero, which give the sizes", 0, 1e9,
             ISOFLOP_LAB_MEMBER(parameters)),
      whole("width", "", "width of the residual stream", ISOFLOP_LAB_MEMBER(sizes.width)),
      whole("layers", "", "layers", ISOFLOP_LAB_MEMBER(sizes.layers)),
      whole("heads", "", "heads (default 0: heads of 16)", ISOFLOP_LAB_MEMBER(sizes.heads)),
      whole("inner", "", "width of the MLP (default 0: 8/3 of the width)",
            ISOFLOP_LAB_MEMBER(sizes.inner)),
      {"tied", "", "whether the output head is the embedding table: true or false (default true)",
       [](RunSpec& spec, std::string_view text) -> Result<void> {
         if (text != "true" && text != "false")
           return error("\"{}\" is not true or false", excerpt(text));
         spec.sizes.tied = text == "true";
         return {};
       },
       [](const RunSpec& spec) { return std::string(spec.sizes.tied ? "true" : "false"); }},
      choice<Positions>("positions", "rotary or alibi (default rotary)", kPositions,
                        ISOFLOP_LAB_MEMBER(positions)),
      whole("experts", "", "experts of each layer (default 0: a dense model)",
            ISOFLOP_LAB_MEMBER(sizes.experts)),
      whole("active_experts", "", "experts that see a token (default 1)",
            ISOFLOP_LAB_MEMBER(sizes.active_experts)),
      whole("expert_inner", "",
            "width of an expert (default 0: active ones as large as the dense MLP)",
            ISOFLOP_LAB_MEMBER(sizes.expert_inner)),
      whole("shared_inner", "", "width of a shared expert (default 0: none)",
            ISOFLOP_LAB_MEMBER(sizes.shared_inner)),
      number("balance", "", "weight of the load-balancing loss (default 0.01)", 0, 100,
             ISOFLOP_LAB_MEMBER(balance)),
      whole("tokens", "D", "tokens to train on", ISOFLOP_LAB_MEMBER(tokens)),
      whole("context", "", "tokens of a sequence (default 128)", ISOFLOP_LAB_MEMBER(context)),
      whole("batch", "", "tokens of a step (default 0: by the number of tokens)",
            ISOFLOP_LAB_MEMBER(batch)),
      number("rate", "", "highest learning rate (default 0: by width and batch)", 0, 10,
             ISOFLOP_LAB_MEMBER(rate)),
      choice<Schedule>("schedule", "cosine, wsd, constant or linear (default cosine)", kSchedules,
                       ISOFLOP_LAB_MEMBER(schedule)),
      number("warmup", "", "share of the steps over which the learning rate rises (default 0.1)", 0,
             1, ISOFLOP_LAB_MEMBER(warmup)),
      number("decay", "", "share of the steps over which it falls, wsd (default 0.2)", 0, 1,
             ISOFLOP_LAB_MEMBER(decay)),
      number("weight_decay", "", "of matrices and tables (default 0.1)", 0, 10,
             ISOFLOP_LAB_MEMBER(weight_decay)),
      number("beta2", "", "of AdamW (default 0.98)", 0, 0.999999, ISOFLOP_LAB_MEMBER(beta2)),
      number("clip", "", "largest norm of the gradient (default 1; 0: any)", 0, 1e6,
             ISOFLOP_LAB_MEMBER(clip)),
      number("sparsity", "S", "share of zeros in the matrices of the layers at the end (default 0)",
             0, 0.999, ISOFLOP_LAB_MEMBER(pruning.sparsity)),
      {"pattern", "", "n:m, such as 2:4, in place of a sparsity",
       [](RunSpec& spec, std::string_view text) -> Result<void> {
         if (text.empty()) return {};
         const Result<Pruning> pattern = parse_pattern(text);
         if (!pattern) return std::unexpected(pattern.error());
         spec.pruning.sparsity = pattern->sparsity;
         spec.pruning.kept = pattern->kept, spec.pruning.group = pattern->group;
         return {};
       },
       [](const RunSpec& spec) {
         const Pruning& pruning = spec.pruning;
         return pruning.group == 0 ? "" : fmt::format("{}:{}", pruning.kept, pruning.group);
       }},
      number("prune_from", "", "share of the steps after which pruning begins (default 0.25)", 0, 1,
             ISOFLOP_LAB_MEMBER(pruning.from)),
      number("prune_to", "", "share of the steps after which it ends (default 0.75)", 0, 1,
             ISOFLOP_LAB_MEMBER(pruning.to)),
      words("start", "a model that `save` wrote, whose training goes on",
            ISOFLOP_LAB_MEMBER(start)),
      words("save", "file for the trained model", ISOFLOP_LAB_MEMBER(save)),
      whole("held_out", "", "held-out tokens of the evaluation (default 131072)",
            ISOFLOP_LAB_MEMBER(held_out)),
      whole("seed", "", "random seed of parameters and order of the text (default 1)",
            ISOFLOP_LAB_MEMBER(seed)),
  };
}

#undef ISOFLOP_LAB_MEMBER

}  // namespace

std::span<const SpecField> fields() {
  static const std::vector<SpecField> kFields = make_fields();
  return kFields;
}

std::uint64_t batch_of(std::uint64_t tokens, std::uint64_t context) {
  // 256 tokens for 250,000, growing as the square root, in whole sequences.
  const double wanted = 256 * std::sqrt(static_cast<double>(tokens) / 250'000);
  const std::uint64_t most =
      std::max<std::uint64_t>(1, std::min<std::uint64_t>(8192, tokens) / context);
  const auto sequences =
      static_cast<std::uint64_t>(std::llround(wanted / static_cast<double>(context)));
  return std::clamp<std::uint64_t>(sequences, 1, most) * context;
}

double rate_of(std::uint64_t width, std::uint64_t batch) {
  return 0.008 * (32 / static_cast<double>(width)) *
         std::pow(static_cast<double>(batch) / 256, 0.25);
}

Result<RunSpec> resolved(RunSpec spec, const Corpus& corpus) {
  spec.sizes.vocabulary = corpus.vocabulary;
  if (spec.sizes.width == 0 || spec.sizes.layers == 0) {
    if (spec.parameters <= 0) return error("width and layers, or parameters: one is needed");
    if (spec.sizes.width != 0 || spec.sizes.layers != 0)
      return error("width, layers: both are needed, or parameters alone");
    const Result<ModelSizes> sizes = sizes_of(spec.parameters, spec.pruning.sparsity, spec.sizes);
    if (!sizes) return std::unexpected(sizes.error());
    spec.sizes = *sizes;
  }
  spec.parameters = 0;
  const Architecture sizes = architecture(spec.sizes);
  spec.sizes.heads = sizes.heads;
  spec.sizes.inner = sizes.inner;
  if (sizes.expert_layers > 0) spec.sizes.expert_inner = sizes.expert_inner;
  if (const auto ok = check(sizes, static_cast<Size>(spec.context)); !ok)
    return std::unexpected(ok.error());
  if (spec.tokens == 0) return error("tokens: the number to train on is needed");
  if (spec.batch == 0) spec.batch = batch_of(spec.tokens, spec.context);
  if (spec.batch % spec.context != 0)
    return error("batch {}: a multiple of the context, {}, is needed", spec.batch, spec.context);
  if (spec.tokens < spec.batch)
    return error("tokens {}: at least the batch, {}, is needed", spec.tokens, spec.batch);
  if (spec.rate == 0) spec.rate = rate_of(spec.sizes.width, spec.batch);
  if (spec.pruning.to < spec.pruning.from) return error("prune_to: below prune_from");
  if (spec.unique > corpus.training.size())
    return error("unique {}: the text has {} training tokens", spec.unique, corpus.training.size());
  const std::uint64_t text = spec.unique > 0 ? spec.unique : corpus.training.size();
  if (text < spec.context + 1) return error("unique {}: less than the context", text);
  if (spec.held_out < spec.context || spec.held_out + 1 > corpus.held_out.size())
    return error("held_out {}: from the context, {}, to the {} tokens that the text has",
                 spec.held_out, spec.context, corpus.held_out.size() - 1);
  return spec;
}

std::string identity(const RunSpec& spec) {
  std::string text;
  for (const SpecField& field : fields())
    if (field.name != "save") text += fmt::format("{}={} ", field.name, field.text(spec));
  return text;
}

}  // namespace isoflop::lab
