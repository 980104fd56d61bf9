// Data sets of the book, and the files that ship.
#include <string>
#include <vector>

#include "base/error.h"
#include "bind.h"
#include "isoflop/data_set.h"
#include "report/json/json.h"

namespace isoflop::python {

void bind_data_sets(nb::module_& m) {
  m.def("data_sets_json", [] {
    std::vector<DataSet> data_sets;
    for (const std::string& key : data_set_keys()) data_sets.push_back(must(find_data_set(key)));
    return data_sets_json(data_sets);
  });
  m.def(
      "shipped_file",
      [](const std::string& key) -> std::optional<nb::bytes> {
        const auto bytes = shipped_file(must(find_data_set(key)));
        if (!bytes) return std::nullopt;
        return nb::bytes(bytes->data(), bytes->size());
      },
      "key"_a);
}

}  // namespace isoflop::python
