// Architectures: a config.json, and all that follows from it.
#include "workflow/architecture.h"

#include "bind.h"
#include "isoflop/arch.h"
#include "report/console/console.h"
#include "report/json/json.h"

namespace isoflop::python {

namespace {

ArchitectureQuestion question_of(const nb::dict& arguments) {
  Arguments given(arguments);
  ArchitectureQuestion question;
  double context = 0;
  given.number("context", context);
  question.context = static_cast<std::uint64_t>(context);
  std::string text;
  given.text("keys", text);
  if (!text.empty()) question.flops.keys = must(parse_keys(std::exchange(text, "")));
  given.text("embeddings", text);
  if (!text.empty()) question.flops.embeddings = must(parse_embeddings(std::exchange(text, "")));
  given.text("recompute", text);
  if (!text.empty()) question.flops.recompute = must(parse_recompute(text));
  given.number("bytes_per_parameter", question.memory.bytes_per_parameter);
  given.number("sequences", question.memory.sequences);
  if (const auto rest = given.rest(); !rest.empty())
    fail(rest.begin()->first, "it is no argument of arch()");
  return question;
}

ArchRecord described(const NamedArchitecture& arch, const nb::dict& arguments) {
  ArchRecord record{.source = arch.name, .model = arch.model, .question = question_of(arguments)};
  record.facts = must(describe(record.model, record.question));
  return record;
}

}  // namespace

void bind_architectures(nb::module_& m) {
  nb::class_<NamedArchitecture>(m, "Architecture")
      .def(
          "inputs",
          [](const NamedArchitecture& arch, const Law& law) { return inputs_of(arch.model, law); },
          "law"_a)
      .def("config", [](const NamedArchitecture& arch) { return write_config(arch.model); })
      .def("describe", described, "arguments"_a);
  nb::class_<ArchRecord>(m, "ArchRecord")
      .def_prop_ro("notes", [](const ArchRecord& record) { return record.facts.notes; })
      .def("page", &arch_page)
      .def("json", [](const ArchRecord& record) { return arch_json(record); });
  m.def(
      "read_architecture",
      [](std::string_view text, const std::string& source) {
        return NamedArchitecture{source, must(read_architecture(text, source))};
      },
      "text"_a, "source"_a);
  m.def(
      "nearest_architectures",
      [](double N, double P, std::size_t count) {
        std::vector<NamedArchitecture> all;
        for (NearArchitecture& near : must(nearest_architectures({.N = N, .P = P, .count = count})))
          all.push_back({"nearest", std::move(near.model)});
        return all;
      },
      "N"_a, "P"_a, "count"_a);
}

}  // namespace isoflop::python
