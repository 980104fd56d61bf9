#include "isoflop/arch.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/number_text.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/file.h"
#include "cli/parse_value.h"
#include "cli/shared_flags.h"
#include "report/console/console.h"
#include "report/json/json.h"

namespace isoflop::cli {

namespace {

struct Options {
  std::string config;
  Inputs sizes;  // N and P
  bool nearest = false;
  bool types = false;
  ArchitectureQuestion question;
  std::vector<std::string> counting;  // flags that were given and say how a CONFIG is counted
  std::optional<std::uint64_t> vocabulary;
  std::optional<double> tokens;
  std::string output;
  bool json = false;
};

Result<void> check_described(const Options& options) {
  if (options.config.empty())
    return error(
        "give a config.json, or --nearest with sizes: --nearest N=1.3B P=7B; --types lists what is "
        "known");
  if (!options.sizes.empty())
    return error("{}=... is a wanted size: add --nearest", options.sizes.begin()->first);
  if (!options.output.empty())
    return error_at({"--output"}, "it writes what --nearest finds: add --nearest, or leave it out");
  if (options.vocabulary)
    return error_at({"--vocabulary"},
                    "it is of what --nearest finds: add --nearest, or leave it out");
  return {};
}

// The rules count without embeddings.
Result<std::vector<RuleAnswer>> rules_for(const Architecture& model, const ArchitectureFacts& facts,
                                          double tokens) {
  const ParameterCounts& count = facts.parameters;
  const TokenFlops flops = flops_per_token(model, static_cast<double>(facts.context),
                                           {.embeddings = FlopsOptions::Embeddings::kNeither});
  return ask_rules({.N = static_cast<double>(count.active - count.embedding),
                    .D = tokens,
                    .C = flops.training() * tokens});
}

Result<int> describe_config(const Options& options) {
  must(check_described(options));
  NamedArchitecture arch = must(read_architecture_file(options.config));
  ArchitectureFacts facts = must(describe(arch.model, options.question));
  std::vector<RuleAnswer> rules;
  if (options.tokens) rules = must(rules_for(arch.model, facts, *options.tokens));
  const ArchRecord record{.source = options.config,
                          .model = std::move(arch.model),
                          .question = options.question,
                          .facts = std::move(facts)};
  const Result<int> done = print(options.json ? arch_json(record, rules)
                                              : arch_page(record) + training_rules_page(rules));
  say_all(Tone::kNote, record.facts.notes);
  return done;
}

Result<void> check_nearest(const Options& options) {
  Problems problems;
  if (!options.config.empty())
    problems.add({}, "--nearest makes an architecture: leave out {}", options.config);
  else if (!options.sizes.contains("N"))
    problems.add({}, "--nearest wants a size: N=1.3B, and P=7B for a mixture of experts");
  for (const std::string& flag : options.counting)
    problems.add({flag}, "it says how a CONFIG is counted: leave it out, or --nearest");
  return problems.result();
}

Result<int> find_nearest(const Options& options) {
  must(check_nearest(options));
  NearestRecord record{.output = options.output};
  SizeQuestion& question = record.question;
  question.N = options.sizes.at("N");
  if (const auto P = options.sizes.find("P"); P != options.sizes.end()) question.P = P->second;
  question.vocabulary = options.vocabulary.value_or(question.vocabulary);
  if (options.question.context > 0) question.max_context = options.question.context;
  record.nearest = must(nearest_architectures(question));
  if (!options.output.empty())
    must(write_file(options.output, write_config(record.nearest[0].model)));
  if (options.output == "-") return 0;
  return print(options.json ? nearest_json(record) : nearest_page(record));
}

// The types, with a model or two of each.
Result<int> list_types(const Options& options) {
  if (!options.config.empty() || !options.sizes.empty() || options.nearest)
    return error_at({"--types"}, "it lists the types of model: leave out all but --json");
  const std::vector<PublishedModel> models = must(published_models());
  return print(options.json ? model_types_json(models) : model_types_page(models));
}

Result<std::pair<std::string, double>> parse_size(std::string_view text) {
  auto size = parse_input(text);
  if (!size) return size;
  if (size->first != "N" && size->first != "P")
    return error("{} is not a size: give N=..., and P=... for a mixture of experts", size->first);
  if (!(size->second > 0)) return error_at({size->first}, "a size must be above 0");
  return size;
}

Result<std::uint64_t> parse_above_zero(std::string_view text) {
  Result<std::uint64_t> count = parse_count(text);
  if (count && *count == 0) return error("\"{}\" must be above 0", text);
  return count;
}

// Keeps the flag's name in `given` when it is read.
Flag noted_in(std::vector<std::string>& given, Flag flag) {
  flag.read = [&given, name = flag.name, read = std::move(flag.read)](std::string_view text) {
    given.push_back(name);
    return read(text);
  };
  return flag;
}

std::vector<Flag> counting_flags(ArchitectureQuestion& question) {
  MemoryOptions& memory = question.memory;
  std::vector<Flag> flags = flops_flags(question.flops);
  append(flags, {Flag("--bytes-per-parameter", "B", "bytes of a weight, and of its gradient",
                      parsed_into(memory.bytes_per_parameter, parse_positive),
                      {.standard = format_number(memory.bytes_per_parameter)}),
                 Flag("--optimizer-bytes", "B", "bytes of optimizer state for each parameter",
                      parsed_into(memory.optimizer_bytes_per_parameter, parse_not_negative),
                      {.standard = format_number(memory.optimizer_bytes_per_parameter)}),
                 Flag("--bytes-per-key-value", "B", "bytes of a number in the KV cache",
                      parsed_into(memory.bytes_per_key_value, parse_positive),
                      {.standard = format_number(memory.bytes_per_key_value)}),
                 Flag("--sequences", "K", "sequences of --context tokens in the KV cache",
                      parsed_into(memory.sequences, parse_not_negative),
                      {.standard = format_number(memory.sequences)})});
  return flags;
}

std::vector<Flag> flags(Options& options) {
  std::vector<Flag> flags = {
      Flag("CONFIG", "", "config.json of a model", text_into(options.config)),
      Flag(std::string(kNameValue), "", "with --nearest, the wanted sizes: N=1.3B P=7B",
           entry_into(options.sizes, parse_size), {.repeats = true}),
      Flag("--context", "TOKENS", "tokens of a sequence",
           parsed_into(options.question.context, parse_above_zero),
           {.standard = "4096, or the model's largest", .group = "Counting"}),
      noted_in(options.counting,
               Flag("--tokens", "D", "tokens to train on: the learning rate and batch of rules",
                    parsed_into(options.tokens, parse_positive)))};
  for (Flag& flag : in_group("Counting", counting_flags(options.question)))
    flags.push_back(noted_in(options.counting, std::move(flag)));
  append(flags, {Flag("--nearest", "",
                      "find architectures of these sizes, of usual depth, width and experts",
                      switch_into(options.nearest), {.group = "Nearest architecture"}),
                 Flag("--vocabulary", "V", "vocabulary of the architectures that --nearest finds",
                      parsed_into(options.vocabulary, parse_above_zero),
                      {.standard = std::to_string(SizeQuestion{}.vocabulary),
                       .group = "Nearest architecture"}),
                 Flag("--types", "", "list the types of model, with counts of public ones",
                      switch_into(options.types)),
                 output_flag(options.output, "write the nearest architecture as a config.json"),
                 json_flag(options.json)});
  return flags;
}

Result<int> run(const Options& options) {
  if (options.types) return list_types(options);
  return options.nearest ? find_nearest(options) : describe_config(options);
}

}  // namespace

Command arch_command() {
  return with_options<Options>(
      {.name = "arch",
       .summary = "count a model's parameters, FLOPs and memory from its config.json",
       .example = "isoflop arch --nearest N=1.3B P=7B -o config.json"},
      flags, run);
}

}  // namespace isoflop::cli
