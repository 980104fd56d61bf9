// A bootstrap in parts that processes of their own refit. Pilots and parts are pickled: they
// travel.
#include "bind.h"
#include "isoflop/bootstrap_parts.h"
#include "isoflop/fit_file.h"
#include "workflow/fit_runs.h"

namespace isoflop::python {

namespace {

using PilotsState = std::tuple<bool, std::vector<std::vector<double>>, Numbers, Numbers, Numbers>;

PilotsState state_of(const Pilots& pilots) {
  return {pilots.search_all, pilots.starts, packed(pilots.status), packed(pilots.objective),
          packed(pilots.values)};
}

void restore_pilots(Pilots& pilots, const PilotsState& state) {
  const auto& [search_all, starts, status, objective, values] = state;
  new (&pilots) Pilots{.search_all = search_all,
                       .starts = starts,
                       .status = unpacked<FitStatus>(status),
                       .objective = unpacked<double>(objective),
                       .values = unpacked<double>(values)};
}

using How = std::tuple<std::string, std::size_t, std::uint64_t>;  // by, replicates, seed

Bootstrap bootstrap_of(const How& how) {
  const auto& [by, replicates, seed] = how;
  return {.by = must(parse_resampling(by)), .replicates = replicates, .seed = seed};
}

using PartState = std::tuple<std::pair<std::size_t, std::size_t>, std::string, std::string, How,
                             std::size_t, std::size_t, Numbers, Numbers, Numbers, Numbers>;

PartState state_of(const BootstrapPart& part) {
  const Draws& draws = part.draws;
  return {std::pair(part.shard.index, part.shard.count),
          part.vector,
          part.version,
          How(to_text(draws.how.by), draws.how.replicates, draws.how.seed),
          draws.units,
          draws.searched,
          packed(draws.status),
          packed(draws.objective),
          packed(draws.values),
          packed(draws.jackknife)};
}

void restore_part(BootstrapPart& part, const PartState& state) {
  const auto& [shard, vector, version, how, units, searched, status, objective, values, jackknife] =
      state;
  new (&part) BootstrapPart{.shard = {.index = shard.first, .count = shard.second},
                            .vector = vector,
                            .version = version,
                            .draws = {.how = bootstrap_of(how),
                                      .units = units,
                                      .stopped = false,
                                      .searched = searched,
                                      .status = unpacked<FitStatus>(status),
                                      .objective = unpacked<double>(objective),
                                      .values = unpacked<double>(values),
                                      .jackknife = unpacked<double>(jackknife)}};
}

Pilots pilots_of(const FitRecord& record, const How& how, Work& work) {
  const Bootstrap asked = bootstrap_of(how);
  const nb::gil_scoped_release released;
  return must(try_pilots(record.fit, asked, work.executor, work));
}

// None where it was stopped.
std::optional<BootstrapPart> part_of(const FitRecord& record, const How& how, const Pilots& pilots,
                                     std::size_t index, std::size_t count, Work& work) {
  const Bootstrap asked = bootstrap_of(how);
  const nb::gil_scoped_release released;
  BootstrapPart part =
      must(bootstrap_part(record.fit, asked, pilots, {index, count}, work.executor, work));
  if (part.draws.stopped) return std::nullopt;
  return part;
}

// The record with the draws of all parts, or of those that there are.
FitRecord with_parts(const FitRecord& record, const std::vector<BootstrapPart>& parts, bool all,
                     double level) {
  level_of(level);
  const nb::gil_scoped_release released;
  FitRecord made = record;
  add_bootstrap(made, must(all ? joined(parts) : joined_of_some(parts)), level);
  return made;
}

}  // namespace

void bind_parts(nb::module_& m) {
  nb::class_<Pilots>(m, "Pilots")
      .def("__getstate__", [](const Pilots& pilots) { return state_of(pilots); })
      .def("__setstate__", &restore_pilots)
      .def_ro("search_all", &Pilots::search_all)
      .def_prop_ro("count", [](const Pilots& pilots) { return pilots.status.size(); })
      .def_ro("stopped", &Pilots::stopped);
  nb::class_<BootstrapPart>(m, "BootstrapPart")
      .def("__getstate__", [](const BootstrapPart& part) { return state_of(part); })
      .def("__setstate__", &restore_part)
      .def_prop_ro("index", [](const BootstrapPart& part) { return part.shard.index; })
      .def_prop_ro("count", [](const BootstrapPart& part) { return part.shard.count; })
      .def_prop_ro("size", [](const BootstrapPart& part) { return part.draws.size(); });
  m.def("bootstrap_pilots", pilots_of, "record"_a, "how"_a, "work"_a);
  m.def("bootstrap_part", part_of, "record"_a, "how"_a, "pilots"_a, "index"_a, "count"_a, "work"_a);
  m.def("with_parts", with_parts, "record"_a, "parts"_a, "all"_a, "level"_a);
}

}  // namespace isoflop::python
