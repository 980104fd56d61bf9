// The program, which the package brings along: that of src/cli over this module's own core. Hashes
// and downloads are Python's, so that a wheel needs neither OpenSSL nor libcurl.
#include "cli/program.h"

#include "base/error.h"
#include "bind.h"
#include "cli/download.h"
#include "cli/file.h"

namespace isoflop::cli {

namespace nb = nanobind;

std::string sha256(std::string_view bytes) {
  const nb::object hash =
      nb::module_::import_("hashlib").attr("sha256")(nb::bytes(bytes.data(), bytes.size()));
  return nb::cast<std::string>(hash.attr("hexdigest")());
}

Result<std::string> download(const std::string& url, const std::string& ca_file, double seconds) {
  try {
    const nb::object text =
        nb::module_::import_("isoflop_program").attr("download")(url, ca_file, seconds);
    const auto bytes = nb::cast<nb::bytes>(text);
    return std::string(bytes.c_str(), bytes.size());
  } catch (const nb::python_error& problem) {
    const std::string why = nb::cast<std::string>(nb::str(problem.value()));
    return work_error("{}: {}; nothing was written", url, why);
  }
}

}  // namespace isoflop::cli

namespace isoflop::python {

void bind_program(nb::module_& m) {
  m.def(
      "run_program",
      [](const std::vector<std::string>& words) {
        std::vector<const char*> argv;
        for (const std::string& word : words) argv.push_back(word.c_str());
        return cli::run_program(static_cast<int>(argv.size()), argv.data());
      },
      "words"_a, "The program with these words; the first is its own name. Gives the exit code.");
}

}  // namespace isoflop::python
