#include <fmt/format.h>

#include <array>

#include "base/number_text.h"
#include "report/console/console.h"
#include "report/console/text_table.h"

namespace isoflop {

namespace {

// "671,026,419,200"
std::string whole_text(std::uint64_t count) {
  std::string text = std::to_string(count);
  for (std::size_t end = text.size(); end > 3; end -= 3) text.insert(end - 3, ",");
  return text;
}

// "16.1 GB", in powers of 1000.
std::string bytes_text(double bytes) {
  constexpr std::array kUnits = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
  std::size_t unit = 0;
  for (; bytes >= 1000 && unit + 1 < kUnits.size(); ++unit) bytes /= 1000;
  return fmt::format("{} {}", format_number(bytes, 3), kUnits[unit]);
}

// "61 layers of width 7168, 58 of them with 8 of 256 experts"
std::string shape_text(const Architecture& model) {
  std::string text = fmt::format("{} layers of width {}", model.layers, model.width);
  if (model.expert_layers > 0)
    text += fmt::format(", {} of them with {} of {} experts a token", model.expert_layers,
                        model.active_experts, model.experts);
  if (model.windowed_layers > 0)
    text += fmt::format(", {} with a window of {} tokens", model.windowed_layers, model.window);
  if (model.recurrent_layers > 0) text += fmt::format(", {} recurrent", model.recurrent_layers);
  return text;
}

std::string sizes_table(const ArchitectureFacts& facts) {
  const ParameterCounts& count = facts.parameters;
  TextTable table;
  table.add({"total parameters", "P", whole_text(count.total)});
  table.add({"active parameters", "N", whole_text(count.active),
             "embedding table and output head whole"});
  table.add({"embedding parameters", "", whole_text(count.embedding)});
  table.add({"sparsity", "S", format_share(count.sparsity())});
  if (facts.expert_sparsity > 0)
    table.add({"expert sparsity", "Sx", format_share(facts.expert_sparsity)});
  if (count.next_tokens > 0)
    table.add({"further tokens", "", whole_text(count.next_tokens),
               "apart: modules for tokens further ahead"});
  return table.text();
}

// N and P by each convention, under the names that `params_count` of a mapping takes.
std::string counts_table(const ArchitectureFacts& facts) {
  TextTable table({"params-count", "N", "P", "counts"});
  for (std::size_t i = 0; i < facts.counted.size(); ++i) {
    const ParameterCountName& name = parameter_counts()[i];
    table.add({std::string(name.name), whole_text(facts.counted[i].active),
               whole_text(facts.counted[i].total), std::string(name.help)});
  }
  return table.text();
}

// The parts with their parameters and FLOPs; a part that the model does not have is left out.
std::string parts_table(const ArchitectureFacts& facts) {
  const ParameterCounts& count = facts.parameters;
  const TokenFlops& flops = facts.flops;
  TextTable table({"part", "parameters", "forward FLOPs a token"});
  const auto add = [&](const char* name, std::uint64_t parameters, double forward) {
    if (parameters > 0 || forward > 0)
      table.add({name, parameters > 0 ? whole_text(parameters) : "",
                 forward > 0 ? format_flops(forward) : ""});
  };
  add("embeddings, head", count.embedding, flops.head);
  add("attention", count.attention, flops.projections);
  add("  queries with keys", 0, flops.scores);
  add("recurrent layers", count.recurrent, flops.recurrent);
  add("MLPs", count.mlp, flops.mlp);
  add("routed experts", count.experts, flops.experts);
  add("shared experts", count.shared, flops.shared);
  add("routers", count.router, flops.router);
  add("norms", count.norms, 0);
  return table.text();
}

std::string costs_table(const ArchRecord& record) {
  const ArchitectureFacts& facts = record.facts;
  const MemoryOptions& bytes = record.question.memory;
  const FlopsOptions& counted = record.question.flops;
  TextTable table;
  table.add({"FLOPs a token", "forward", format_flops(facts.flops.forward())});
  table.add({"", "training", format_flops(facts.flops.training()),
             fmt::format("keys {}, embeddings {}, recomputed {}", to_text(counted.keys),
                         to_text(counted.embeddings), to_text(counted.recompute))});
  table.add({"memory, training", "weights", bytes_text(facts.memory.weights),
             fmt::format("{} bytes each", format_number(bytes.bytes_per_parameter))});
  table.add({"", "gradients", bytes_text(facts.memory.gradients)});
  table.add({"", "optimizer", bytes_text(facts.memory.optimizer),
             fmt::format("{} bytes each", format_number(bytes.optimizer_bytes_per_parameter))});
  table.add({"", "sum", bytes_text(facts.memory.training()), "without activations"});
  table.add({"memory, serving", "weights", bytes_text(facts.memory.weights)});
  table.add({"", "KV cache", bytes_text(facts.memory.key_values),
             fmt::format("{} of {} tokens, {} a token", format_number(bytes.sequences),
                         facts.context, bytes_text(facts.kv_cache_bytes_per_token))});
  table.add({"", "sum", bytes_text(facts.memory.serving())});
  return table.text();
}

std::string defaults_text(const Architecture& model) {
  if (model.defaults.empty()) return "";
  std::string text = fmt::format("\nnot in the file, {}'s default:", model.model_type);
  for (const auto& [name, value] : model.defaults)
    text += fmt::format("{} {} = {}", &value == &model.defaults[0].second ? "" : ",", name, value);
  return text + "\n";
}

}  // namespace

std::string arch_page(const ArchRecord& record) {
  return fmt::format("{}: {}, {}\n\n{}\n{}\n{}\n{}{}", record.source, record.model.model_type,
                     shape_text(record.model), sizes_table(record.facts),
                     counts_table(record.facts), parts_table(record.facts), costs_table(record),
                     defaults_text(record.model));
}

std::string nearest_page(const NearestRecord& record) {
  const SizeQuestion& wanted = record.question;
  std::string page = fmt::format("nearest to N = {}", format_count(wanted.N));
  if (wanted.P > wanted.N) page += fmt::format(", P = {}", format_count(wanted.P));
  page += fmt::format(", with a vocabulary of {}\n\n", wanted.vocabulary);
  TextTable table({"N", "P", "S", "layers", "width", "heads", "KV heads", "inner size", "experts",
                   "of a token", "off"});
  for (const NearArchitecture& near : record.nearest) {
    const Architecture& model = near.model;
    const bool moe = model.expert_layers > 0;
    table.add(
        {format_count(static_cast<double>(near.parameters.active), 4),
         format_count(static_cast<double>(near.parameters.total), 4),
         format_share(near.parameters.sparsity()), std::to_string(model.layers),
         std::to_string(model.width), fmt::format("{} x {}", model.heads, model.key_size),
         std::to_string(model.key_value_heads),
         std::to_string(moe ? model.expert_inner : model.inner),
         moe ? std::to_string(model.experts) : "",
         moe ? fmt::format("{}{}", model.active_experts, model.shared_inner > 0 ? " + 1" : "") : "",
         format_number(100 * near.distance, 2) + " %"});
  }
  page += table.text();
  if (!record.output.empty()) page += fmt::format("\nwrote the first to {}\n", record.output);
  return page;
}

std::string model_types_page(std::span<const PublishedModel> models) {
  TextTable table({"type", "model", "total", "active", "published"});
  std::string_view last;
  for (const PublishedModel& model : models) {
    table.add({model.model_type == last ? "" : model.model_type, model.name,
               whole_text(model.total), model.active == model.total ? "" : whole_text(model.active),
               fmt::format("{}{}", model.computed ? "computed; " : "", model.source)});
    last = model.model_type;
  }
  return table.text();
}

}  // namespace isoflop
